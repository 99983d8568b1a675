#include <bench/report/charts.hpp>
#include <bench/report/drawing.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/scale.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace loa::bench {

namespace {

using member = double growth::point::*;

/// A line of the picture; the one that stands for what happened looks like ours.
struct line {
  member of;
  std::size_t look = 0;
  std::string_view name;
};
constexpr std::array<line, 2> lines{
    {{&growth::point::model, 1, "computed"}, {&growth::point::simulated, 0, "in virtual time"}}};

scale axis_of(const std::vector<double>& values, double first, double last, bool from_zero) {
  const auto [low, high] = std::ranges::minmax(values);
  if (better_logarithmic(low, high))
    return scale::logarithmic(round_down(low), round_up(high), first, last);
  return scale::linear(from_zero ? 0 : low, high, first, last);
}

std::vector<double> values_of(const growth& g, std::initializer_list<member> of) {
  std::vector<double> out;
  for (const auto& p : g.points)
    for (const auto m : of) out.push_back(p.*m);
  return out;
}

void draw_axes(drawing& d, const scale& x, const scale& y, point top_left, point bottom_right) {
  for (const auto& t : y.ticks(5)) {
    d.line({top_left.x, y(t.at)}, {bottom_right.x, y(t.at)}, "grid");
    d.text({top_left.x - 6, y(t.at) + 4}, t.label, "small", anchor::end);
  }
  double free_from = 0;
  for (const auto& t : x.ticks(5)) {
    const auto half = text_width(t.label, 12) / 2;
    if (x(t.at) - half < free_from) continue;
    d.line({x(t.at), top_left.y}, {x(t.at), bottom_right.y}, "grid");
    d.text({x(t.at), bottom_right.y + 16}, t.label, "small", anchor::middle);
    free_from = x(t.at) + half + 4;
  }
  d.line({top_left.x, bottom_right.y}, bottom_right, "axis");
}

} // namespace

std::string growth_of(const growth& g, const frame& in) {
  if (g.points.empty()) return {};
  drawing d(in.width, 220);
  const auto names = text_width(lines.back().name, 12) + 6;
  const point top_left{52, 12};
  const point bottom_right{d.width() - names - 12, d.height() - 26};
  const auto x = axis_of(values_of(g, {&growth::point::at}), top_left.x, bottom_right.x, false);
  const auto y = axis_of(values_of(g, {&growth::point::model, &growth::point::simulated}),
                         bottom_right.y, top_left.y, true);
  draw_axes(d, x, y, top_left, bottom_right);
  std::string words;
  double taken = 0;
  const auto& last = g.points.back();
  // The upper one is named first, so that the other moves down where they would cover each other.
  auto order = lines;
  if (y(last.*order[1].of) < y(last.*order[0].of)) std::swap(order[0], order[1]);
  for (const auto& l : order) {
    std::vector<point> through;
    for (const auto& p : g.points) through.push_back({x(p.at), y(p.*l.of)});
    d.begin_group(look_of(l.look));
    d.polyline(through, "line", dash_of(l.look));
    for (const auto& p : through) d.mark(p, l.look, 3, "mark");
    const auto at = std::clamp(through.back().y + 4, taken + 16, d.height() - 10);
    d.text({bottom_right.x + 12, at}, l.name, "name small");
    taken = at;
    d.end_group();
    words += fmt::format("{}: {} {} at {} and {} {} at {}. ", l.name,
                         number(g.points.front().*l.of), g.unit, number(g.points.front().at),
                         number(last.*l.of), g.unit, number(last.at));
  }
  return d.finish(in.id, in.style, fmt::format("{} by the number of {}", g.unit, g.parameter),
                  words);
}

} // namespace loa::bench
