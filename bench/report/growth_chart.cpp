#include <bench/report/charts.hpp>
#include <bench/report/drawing.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/scale.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

constexpr double height = 240;
constexpr double left = 58;
constexpr double top = 26;
constexpr double below = 40;

/// The curve of what was computed is ours; that of virtual time is the second contender's look.
void draw_curve(drawing& d, const growth& g, double growth::point::*value, std::size_t look,
                const scale& x, const scale& y) {
  std::vector<point> through;
  for (const auto& p : g.points) through.push_back({x(p.at), y(p.*value)});
  d.begin_group(look_of(look));
  d.polyline(through, "line", dash_of(look));
  for (const auto& p : through) d.mark(p, look, 3.5, "mark");
  d.end_group();
}

} // namespace

std::string growth_of(const growth& g, const frame& in) {
  if (g.points.empty()) return {};
  double least = g.points.front().model;
  double most = 0;
  for (const auto& p : g.points)
    for (const auto v : {p.model, p.simulated}) {
      least = std::min(least, v);
      most = std::max(most, v);
    }
  drawing d(in.width, height);
  const auto from = g.points.front().at;
  const auto to = g.points.back().at;
  const auto right = d.width() - 14;
  const auto bottom = d.height() - below;
  const auto x = to > 20 * std::max(from, 1e-9) ? scale::logarithmic(from, to, left, right)
                                                : scale::linear(from, to, left, right);
  const auto y = better_logarithmic(least, most)
                     ? scale::logarithmic(round_down(least), round_up(most), bottom, top)
                     : scale::linear(0, round_up(most), bottom, top);
  for (const auto& t : y.ticks(5)) {
    d.line({left, y(t.at)}, {right, y(t.at)}, "grid");
    d.text({left - 8, y(t.at) + 4}, t.label, "small", anchor::end);
  }
  for (const auto& t : x.ticks(in.narrow() ? 4 : 7)) {
    const auto half = text_width(t.label, 12) / 2;
    d.text({std::clamp(x(t.at), left, d.width() - half), bottom + 16}, t.label, "small",
           anchor::middle);
  }
  d.text({left, 13}, g.unit, "small");
  d.text({right, bottom + 33}, g.parameter, "small", anchor::end);
  draw_curve(d, g, &growth::point::simulated, 1, x, y);
  draw_curve(d, g, &growth::point::model, 0, x, y);
  std::string words;
  for (const auto& p : g.points)
    words += fmt::format("{}: computed {} {}, in virtual time {} {}. ", number(p.at),
                         number(p.model), g.unit, number(p.simulated), g.unit);
  return d.finish(in.id, in.style, "The cost by the number of " + g.parameter, words);
}

} // namespace loa::bench
