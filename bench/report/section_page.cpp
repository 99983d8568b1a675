#include <bench/measure/spread.hpp>
#include <bench/report/charts.hpp>
#include <bench/report/contents.hpp>
#include <bench/report/markup.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/section_page.hpp>
#include <bench/report/tables.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

constexpr double wide = 760;
constexpr double narrow = 340;
constexpr double small = 344;

/// A picture for wide and one for narrow screens.
template <class Draw>
std::string both(const std::string& id, Draw draw) {
  return draw(frame{id + "-w", wide, "wide"}) + draw(frame{id + "-n", narrow, "narrow"});
}

std::string figure_element(std::string_view style, const std::string& heading,
                           const std::string& picture) {
  if (picture.empty()) return {};
  return element("figure", {{"class", std::string(style)}},
                 element("figcaption", heading) + picture) +
         "\n";
}

std::string paragraph(std::string_view style, const std::string& text) {
  return element("p", {{"class", std::string(style)}}, escaped(text)) + "\n";
}

std::string warnings_of(const section& s) {
  if (s.warnings.empty()) return {};
  std::string items;
  for (const auto& w : s.warnings) items += element("li", escaped(w)) + "\n";
  return element("div", {{"class", "doubt"}, {"role", "note"}},
                 element("h3", s.warnings.size() == 1 ? "A warning" : "Warnings") +
                     element("ul", items)) +
         "\n";
}

std::string targets_of(const section& s, const std::string& id) {
  const auto all = judge(s);
  if (all.empty()) return {};
  std::string out = element("h3", "Targets");
  for (std::size_t i = 0; i < all.size(); ++i)
    out += element("div", {{"class", "goal"}},
                   element("p", badge_of(all[i]) + ' ' + escaped(sentence_of(s, all[i]))) +
                       both(fmt::format("{}-target{}", id, i),
                            [&](const frame& in) { return ratios_of(all[i], all, in); })) +
           "\n";
  return out + paragraph("note", "Each dot is the ratio of one pair of repetitions that ran side "
                                 "by side; the line through them is their median. In the shaded "
                                 "part the target is met. The axis is logarithmic.");
}

std::string latencies_part(const section& s, const std::string& id) {
  std::string out;
  const auto names = latencies_in(s);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto curve = both(fmt::format("{}-curve{}", id, i),
                            [&](const frame& in) { return curve_of(s, names[i], in); });
    if (curve.empty()) continue;
    out += element("h3", "Latency: " + escaped(names[i])) +
           figure_element("curve",
                          "How long the given share of all took at most. Shaded is the range of "
                          "repetitions; the last mark is the maximum.",
                          curve) +
           percentiles_table(s, names[i]);
  }
  return out;
}

std::string levels_part(const section& s, const std::string& id) {
  double until = 0;
  for (const auto& c : s.contenders) until = std::max(until, latest_level(c));
  std::string out;
  for (std::size_t i = 0; i < s.contenders.size(); ++i)
    out += figure_element("timeline", element("b", escaped(s.contenders[i].name)),
                          both(fmt::format("{}-levels{}", id, i),
                               [&](const frame& in) { return timeline_of(s, i, until, in); }));
  if (out.empty()) return {};
  return element("h3", "The cascade, level by level") +
         paragraph(
             "note",
             "From the first to the last that an alert reached on each level, in ms from "
             "when it was due; medians of the repetitions' last alerts. A level has it when a "
             "listener at each of its units has: units pass an alert on before that, so a "
             "level may begin before the one above. A stroke below a bar is the end of one "
             "repetition.") +
         out;
}

/// What all agree on in all repetitions needs no picture.
bool is_constant(const section& s, const std::string& name) {
  std::vector<double> all;
  for (const auto& c : s.contenders) {
    const auto values = values_of(c, name);
    all.insert(all.end(), values.begin(), values.end());
  }
  return std::ranges::adjacent_find(all, std::not_equal_to<>()) == all.end();
}

std::string bars_part(const section& s, const std::string& id) {
  std::string charts;
  std::string same;
  const auto figures = figures_in(s);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const auto& f = figures[i];
    if (is_constant(s, f.name)) {
      double value = 0;
      for (const auto& c : s.contenders)
        if (const auto v = values_of(c, f.name); !v.empty()) value = v.front();
      same += fmt::format("{}{} {}{}", same.empty() ? "" : ", ", f.name, number(value),
                          f.unit.empty() ? "" : "\u202f" + f.unit);
      continue;
    }
    double largest = 0;
    for (const auto& c : s.contenders)
      for (const auto v : values_of(c, f.name)) largest = std::max(largest, v);
    const auto unit = unit_for(f.unit, largest).name;
    const auto* way = f.is == better::lower    ? "lower is better"
                      : f.is == better::higher ? "higher is better"
                                               : "for information";
    charts += figure_element(
        "bars",
        element("b", escaped(f.name)) + ' ' +
            element("span", escaped(unit.empty() ? way : fmt::format("{}, {}", unit, way))),
        bars_of(s, f, {fmt::format("{}-bars{}", id, i), small, ""}));
  }
  if (!charts.empty()) charts = element("div", {{"class", "grid"}}, charts);
  if (!same.empty())
    charts += paragraph("note", "The same in all repetitions of all: " + same + ".");
  return charts;
}

std::string growth_part(const section& s, const std::string& id) {
  std::string charts;
  std::string tables;
  for (std::size_t i = 0; i < s.grows.size(); ++i) {
    const auto& g = s.grows[i];
    charts += figure_element(
        "bars",
        element("b", escaped(g.parameter)) + ' ' +
            element("span", escaped(fmt::format("{}, {}, by their number", g.cost, g.unit))),
        growth_of(g, {fmt::format("{}-growth{}", id, i), small, ""}));
    tables += growth_table(g);
  }
  if (charts.empty()) return {};
  return element("h3", "How it grows") + element("div", {{"class", "grid"}}, charts) + tables;
}

std::string spread_note(const section& s) {
  std::size_t most = 0;
  for (const auto& c : s.contenders) most = std::max(most, c.repetitions.size());
  if (most < 2) return "One repetition shows no spread; nothing is known about the noise.";
  const auto confidence = spread_of(std::vector<double>(most)).confidence;
  return fmt::format("Bars are medians of {} repetitions, dots the repetitions. The median of "
                     "many more lies within the interval with a confidence of {}.",
                     most, percent(confidence));
}

} // namespace

std::string badge_of(const verdict& v) {
  const auto* style = v.pairs.empty() ? "unknown" : v.met() ? "met" : "missed";
  const auto* words = v.pairs.empty() ? "? not compared" : v.met() ? "✓ met" : "✕ missed";
  return element("span", {{"class", fmt::format("badge {}", style)}}, words);
}

std::string sentence_of(const section& s, const verdict& v) {
  const auto& ours = s.contenders.front().name;
  if (v.pairs.empty())
    return fmt::format("{} of {} could not be compared with that of {}.", v.wanted.figure, ours,
                       v.wanted.than);
  return fmt::format("{} of {} is {} times that of {}; the target is at most {}.", v.wanted.figure,
                     ours, with_interval(v.pairs), v.wanted.than, round_number(v.wanted.at_most));
}

std::string section_of(const section& s, const std::string& id) {
  const auto part = [](const char* heading, const std::string& inside) {
    return inside.empty() ? std::string() : element("h3", heading) + inside;
  };
  const auto bars = bars_part(s, id);
  return element(
             "section", {{"id", id}, {"aria-labelledby", id + "-h"}},
             element("p", {{"class", "kind"}}, escaped(s.scenario)) + "\n" +
                 element("h2", {{"id", id + "-h"}}, escaped(s.title)) + "\n" + warnings_of(s) +
                 targets_of(s, id) + latencies_part(s, id) + levels_part(s, id) +
                 growth_part(s, id) +
                 part("Figures", bars.empty() ? bars : paragraph("note", spread_note(s)) + bars) +
                 figures_table(s) + ratios_table(s) +
                 part("What the measuring itself took", disturbance_table(s)) +
                 part("Settings", settings_table(s)) +
                 part("Every repetition", repetitions_table(s))) +
         "\n";
}

} // namespace loa::bench
