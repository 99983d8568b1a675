#include <bench/measure/spread.hpp>
#include <bench/report/charts.hpp>
#include <bench/report/contents.hpp>
#include <bench/report/drawing.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/scale.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

constexpr double row_height = 46;
constexpr double axis_height = 22;
constexpr double bar_height = 12;

/// A level over all repetitions.
struct row {
  std::string level;
  std::vector<double> first;
  std::vector<double> last;
  std::vector<double> counts;
};

std::vector<row> rows_of(const contender_record& of, const std::vector<std::string>& levels) {
  std::vector<row> out;
  for (const auto& name : levels) {
    row one{name, {}, {}, {}};
    for (const auto& r : of.repetitions)
      for (const auto& l : r.levels) {
        if (l.level != name) continue;
        one.first.push_back(l.first_ms);
        one.last.push_back(l.last_ms);
        one.counts.push_back(static_cast<double>(l.count));
      }
    if (!one.first.empty()) out.push_back(std::move(one));
  }
  return out;
}

std::string when(const row& r) {
  const auto first = spread_of(r.first).median;
  const auto last = spread_of(r.last).median;
  return first == last ? number(last) : fmt::format("{} to {}", number(first), number(last));
}

void draw_row(drawing& d, const row& r, double top, const scale& x) {
  const auto name = fmt::format("{} × {}", number(spread_of(r.counts).median), r.level);
  const auto words = when(r) + " ms";
  d.text({0, top + 12},
         fitted(name, d.width() - text_width(words, drawing::letter) - 12, drawing::letter),
         "name");
  d.text({d.width(), top + 12}, words, "value", anchor::end);
  const auto y = top + 18;
  const auto begin = x(spread_of(r.first).median);
  const auto end = x(spread_of(r.last).median);
  d.line({x(0), y + bar_height / 2}, {d.width(), y + bar_height / 2}, "grid");
  d.rectangle({begin, y}, std::max(end - begin, 2.0), bar_height, "bar");
  // When the last of it was reached in each repetition.
  for (const auto v : r.last)
    d.line({x(v), y + bar_height + 2}, {x(v), y + bar_height + 8}, "whisker");
}

} // namespace

double latest_level(const contender_record& of) {
  double out = 0;
  for (const auto& r : of.repetitions)
    for (const auto& l : r.levels) out = std::max(out, l.last_ms);
  return out;
}

std::string timeline_of(const section& s, std::size_t contender, double until_ms, const frame& in) {
  const auto rows = rows_of(s.contenders[contender], levels_in(s));
  if (rows.empty()) return {};
  drawing d(in.width, static_cast<double>(rows.size()) * row_height + axis_height);
  const auto x = scale::linear(0, until_ms, 3, d.width() - 5);
  const auto bottom = d.height() - axis_height;
  for (const auto& t : x.ticks(in.narrow() ? 4 : 8)) {
    d.line({x(t.at), 18}, {x(t.at), bottom}, "grid");
    const auto half = text_width(t.label, 12) / 2;
    d.text({std::clamp(x(t.at), half, d.width() - half), bottom + 15}, t.label, "small",
           anchor::middle);
  }
  d.begin_group(look_of(contender));
  std::string words;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    draw_row(d, rows[i], static_cast<double>(i) * row_height, x);
    words += fmt::format("{}: {} ms. ", rows[i].level, when(rows[i]));
  }
  d.end_group();
  return d.finish(in.id, in.style,
                  fmt::format("When {} reached each level", s.contenders[contender].name), words);
}

} // namespace loa::bench
