#include <bench/measure/spread.hpp>
#include <bench/report/contents.hpp>
#include <bench/report/numbers.hpp>
#include <bindings/cli/internal/bench.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace loa::cli {

namespace {

using namespace bench;

void print_figures(const section& s, std::ostream& to) {
  std::vector<table::column> columns{{""}};
  for (const auto& c : s.contenders) columns.push_back({c.name, align::right});
  table t(columns);
  for (const auto& f : figures_in(s)) {
    std::vector<std::string> cells{heading(f.name, f.unit)};
    for (const auto& c : s.contenders) cells.push_back(with_interval(values_of(c, f.name), " "));
    t.row(std::move(cells));
  }
  t.print(to);
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
      return number(static_cast<double>(h.at(share)) / 1e6, " ");
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
  for (const auto& t : s.targets)
    if (!find(s, t.than))
      to << fmt::format("{}: {} was not measured, so {} has nothing of it to stand beside.\n",
                        s.scenario, t.than, t.figure);
  // What is missed comes last, where it is seen.
  auto all = judge(s);
  std::stable_partition(all.begin(), all.end(), [](const verdict& v) { return v.met(); });
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
