#include <bench/measure/spread.hpp>
#include <bench/report/charts.hpp>
#include <bench/report/drawing.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/scale.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

constexpr double top = 20;
constexpr double bottom = 62;
constexpr double height = 84;

/// One axis for all, which holds 1, every target and every ratio.
scale axis_for(const std::vector<verdict>& all, double width) {
  double low = 0.8;
  double high = 1.25;
  for (const auto& v : all) {
    if (v.wanted.at_most > 0) low = std::min(low, v.wanted.at_most * 0.9);
    high = std::max(high, v.wanted.at_most * 1.1);
    for (const auto r : v.pairs) {
      if (r > 0) low = std::min(low, r * 0.95);
      high = std::max(high, r * 1.05);
    }
  }
  return scale::logarithmic(low, high, 8, width - 8);
}

void draw_axis(drawing& d, const scale& x, std::size_t about) {
  for (const auto& t : x.ticks(about)) {
    d.line({x(t.at), top}, {x(t.at), bottom}, t.at == 1 ? "axis" : "grid");
    const auto half = text_width(t.label, 12) / 2;
    d.text({std::clamp(x(t.at), half, d.width() - half), bottom + 16}, t.label, "small",
           anchor::middle);
  }
}

void draw_target(drawing& d, const scale& x, double at_most) {
  const auto at = x(at_most);
  d.rectangle({x(0), top}, at - x(0), bottom - top, "allowed");
  d.line({at, top - 4}, {at, bottom}, "target");
  const auto words = "target: at most " + round_number(at_most);
  const auto half = text_width(words, 12) / 2;
  d.text({std::clamp(at, half, d.width() - half), top - 8}, words, "small", anchor::middle);
}

void draw_pairs(drawing& d, const scale& x, const std::vector<double>& pairs) {
  d.begin_group(look_of(0));
  const auto s = spread_of(pairs);
  const auto middle = (top + bottom) / 2;
  if (s.high > s.low) d.line({x(s.low), middle}, {x(s.high), middle}, "whisker");
  d.line({x(s.median), middle - 13}, {x(s.median), middle + 13}, "median");
  // Up and down in turn, so that equal ones stay visible.
  for (std::size_t i = 0; i < pairs.size(); ++i)
    d.mark({x(pairs[i]), middle + (i % 2 == 0 ? -6.0 : 6.0)}, 0, 3.2, "dot");
  d.end_group();
}

} // namespace

std::string ratios_of(const verdict& v, const std::vector<verdict>& over, const frame& in) {
  if (v.pairs.empty()) return {};
  drawing d(in.width, height);
  const auto x = axis_for(over, d.width());
  draw_axis(d, x, in.narrow() ? 4 : 9);
  draw_target(d, x, v.wanted.at_most);
  draw_pairs(d, x, v.pairs);
  std::string words = "Ratios pair by pair:";
  for (const auto r : v.pairs) words += ' ' + number(r);
  return d.finish(in.id, in.style, fmt::format("{} against {}", v.wanted.figure, v.wanted.than),
                  words);
}

} // namespace loa::bench
