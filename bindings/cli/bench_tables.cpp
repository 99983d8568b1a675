#include <bench/measure/spread.hpp>
#include <bindings/cli/internal/bench.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace loa::cli {

namespace {

using namespace bench;

/// Three significant digits, as much as a measurement of this kind is worth.
std::string short_number(double v) {
  const auto size = std::abs(v);
  if (size >= 10'000) return grouped(static_cast<unsigned long long>(std::llround(v)));
  if (size >= 100 || v == std::floor(v)) return fmt::format("{:.0f}", v);
  if (size >= 10) return fmt::format("{:.1f}", v);
  return fmt::format("{:.2f}", v);
}

std::string with_spread(const std::vector<double>& values) {
  if (values.empty()) return "-";
  const auto s = spread_of(values);
  if (s.low == s.high) return short_number(s.median);
  return fmt::format("{} ({} to {})", short_number(s.median), short_number(s.low),
                     short_number(s.high));
}

/// Every figure that somebody has, in the order in which they come.
std::vector<figure> figures_in(const section& s) {
  std::vector<figure> out;
  for (const auto& c : s.contenders)
    for (const auto& r : c.repetitions)
      for (const auto& f : r.figures)
        if (std::ranges::find(out, f.name, &figure::name) == out.end()) out.push_back(f);
  return out;
}

void print_figures(const section& s, std::ostream& to) {
  std::vector<table::column> columns{{""}};
  for (const auto& c : s.contenders) columns.push_back({c.name, align::right});
  table t(columns);
  for (const auto& f : figures_in(s)) {
    std::vector<std::string> cells{f.unit.empty() ? f.name : fmt::format("{}, {}", f.name, f.unit)};
    for (const auto& c : s.contenders) cells.push_back(with_spread(values_of(c, f.name)));
    t.row(std::move(cells));
  }
  t.print(to);
}

std::vector<std::string> latencies_in(const section& s) {
  std::vector<std::string> out;
  for (const auto& c : s.contenders)
    for (const auto& r : c.repetitions)
      for (const auto& l : r.latencies)
        if (std::ranges::find(out, l.name) == out.end()) out.push_back(l.name);
  return out;
}

void print_latencies(const section& s, std::string_view name, std::ostream& to) {
  table t({{fmt::format("{}, ms", name)},
           {"p50", align::right},
           {"p90", align::right},
           {"p99", align::right},
           {"p99.9", align::right},
           {"max", align::right},
           {"count", align::right}});
  for (const auto& c : s.contenders) {
    const auto h = merged(c, name);
    if (h.empty()) continue;
    const auto ms = [&](double share) {
      return short_number(static_cast<double>(h.at(share)) / 1e6);
    };
    t.row({c.name, ms(.5), ms(.9), ms(.99), ms(.999), ms(1), grouped(h.count())});
  }
  t.print(to);
}

} // namespace

void print_section(const section& s, std::ostream& to) {
  to << '\n' << s.title << "\n\n";
  print_figures(s, to);
  for (const auto& name : latencies_in(s)) {
    to << '\n';
    print_latencies(s, name, to);
  }
  for (const auto& w : s.warnings) to << "\nNote: " << w;
  to << (s.warnings.empty() ? "\n" : "\n\n");
}

void print_verdicts(const section& s, std::ostream& to) {
  // What is missed comes last, where it is seen.
  auto all = judge(s);
  std::ranges::stable_partition(all, [](const verdict& v) { return v.met(); });
  for (const auto& v : all) {
    if (v.pairs.empty()) {
      to << fmt::format("{}: {} against {} could not be compared.\n", s.scenario, v.wanted.figure,
                        v.wanted.than);
      continue;
    }
    const auto p = spread_of(v.pairs);
    to << fmt::format("{}: {} is {:.2f} ({:.2f} to {:.2f}) of {}'s; the target is {:.2f}: {}\n",
                      s.scenario, v.wanted.figure, p.median, p.low, p.high, v.wanted.than,
                      v.wanted.at_most, v.met() ? "met" : "MISSED");
  }
}

} // namespace loa::cli
