#include <bench/measure/spread.hpp>
#include <bench/report/charts.hpp>
#include <bench/report/drawing.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/scale.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

constexpr double row_height = 48;
constexpr double axis_height = 22;
constexpr double bar_height = 10;

struct bar {
  std::size_t contender = 0;
  std::string name;
  std::vector<double> values;
  spread of;
};

std::vector<bar> bars_in(const section& s, const figure& f) {
  std::vector<bar> out;
  for (std::size_t i = 0; i < s.contenders.size(); ++i) {
    auto values = values_of(s.contenders[i], f.name);
    if (values.empty()) continue;
    const auto of = spread_of(values);
    out.push_back({i, s.contenders[i].name, std::move(values), of});
  }
  return out;
}

void draw_bar(drawing& d, const bar& b, double top, const scale& x, double divisor) {
  const auto at = [&](double v) { return x(v / divisor); };
  std::vector<double> scaled;
  for (const auto v : b.values) scaled.push_back(v / divisor);
  const auto words = with_interval(scaled);
  d.begin_group(look_of(b.contender));
  d.text({0, top + 12},
         fitted(b.name, d.width() - text_width(words, drawing::letter) - 12, drawing::letter),
         "name");
  d.text({d.width(), top + 12}, words, "value", anchor::end);
  const auto y = top + 18;
  const auto zero = at(0);
  const auto end = at(b.of.median);
  d.rectangle({std::min(zero, end), y}, std::max(std::abs(end - zero), 1.0), bar_height, "bar");
  const auto middle = y + bar_height + 7;
  if (b.of.high > b.of.low) {
    d.line({at(b.of.low), middle}, {at(b.of.high), middle}, "whisker");
    for (const auto v : {b.of.low, b.of.high})
      d.line({at(v), middle - 4}, {at(v), middle + 4}, "whisker");
  }
  for (const auto v : b.values) d.mark({at(v), middle}, b.contender, 2.5, "dot");
  d.end_group();
}

} // namespace

std::string bars_of(const section& s, const figure& f, const frame& in) {
  const auto bars = bars_in(s, f);
  if (bars.empty()) return {};
  double largest = 0;
  double smallest = 0;
  for (const auto& b : bars) {
    largest = std::max(largest, *std::ranges::max_element(b.values));
    smallest = std::min(smallest, *std::ranges::min_element(b.values));
  }
  const auto unit = unit_for(f.unit, largest);
  drawing d(in.width, static_cast<double>(bars.size()) * row_height + axis_height);
  const auto x = scale::linear(smallest / unit.divisor, largest / unit.divisor, 3, d.width() - 5);
  const auto bottom = d.height() - axis_height;
  for (const auto& t : x.ticks(4)) {
    d.line({x(t.at), 18}, {x(t.at), bottom}, "grid");
    const auto half = text_width(t.label, 12) / 2;
    d.text({std::clamp(x(t.at), half, d.width() - half), bottom + 15}, t.label, "small",
           anchor::middle);
  }
  std::string words;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    draw_bar(d, bars[i], static_cast<double>(i) * row_height, x, unit.divisor);
    words += fmt::format("{}: {} {}. ", bars[i].name, with_interval(bars[i].values), f.unit);
  }
  return d.finish(in.id, in.style, heading(f.name, f.unit), words);
}

} // namespace loa::bench
