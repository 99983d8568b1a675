#include <bench/measure/spread.hpp>
#include <bench/report/contents.hpp>
#include <bench/report/html_table.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/tables.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

std::string_view class_of(std::size_t contender) {
  return contender == 0 ? "ours" : "";
}

std::vector<std::string> with_names(std::vector<std::string> columns, const section& s,
                                    std::size_t from = 0) {
  for (std::size_t i = from; i < s.contenders.size(); ++i) columns.push_back(s.contenders[i].name);
  return columns;
}

double largest_in(const section& s, const std::string& figure) {
  double out = 0;
  for (const auto& c : s.contenders)
    for (const auto v : values_of(c, figure)) out = std::max(out, v);
  return out;
}

std::vector<double> divided(std::vector<double> values, double by) {
  for (auto& v : values) v /= by;
  return values;
}

std::string direction(better is) {
  return is == better::lower ? "lower" : is == better::higher ? "higher" : "–";
}

} // namespace

std::string figures_table(const section& s) {
  html_table t("Figures: the median of the repetitions, and below it the interval around it",
               with_names({"figure"}, s));
  for (const auto& f : figures_in(s)) {
    const auto unit = unit_for(f.unit, largest_in(s, f.name));
    std::vector<std::string> cells{heading(f.name, unit.name)};
    for (const auto& c : s.contenders)
      cells.push_back(over_interval(divided(values_of(c, f.name), unit.divisor)));
    t.row(cells);
  }
  return t.finish();
}

std::string ratios_table(const section& s) {
  if (s.contenders.size() < 2) return {};
  const auto& ours = s.contenders.front();
  auto columns = with_names({fmt::format("{} divided by", ours.name)}, s, 1);
  columns.emplace_back("better is");
  html_table t("Ratios pair by pair: the median, and below it the interval around it", columns);
  for (const auto& f : figures_in(s)) {
    std::vector<std::string> cells{f.name};
    bool some = false;
    for (std::size_t i = 1; i < s.contenders.size(); ++i) {
      const auto pairs = ratios(values_of(ours, f.name), values_of(s.contenders[i], f.name));
      some = some || !pairs.empty();
      cells.push_back(over_interval(pairs));
    }
    cells.push_back(direction(f.is));
    if (some && f.is != better::neither) t.row(cells);
  }
  return t.finish();
}

std::string percentiles_table(const section& s, std::string_view latencies) {
  html_table t(fmt::format("{}: percentiles of all repetitions together, ms", latencies),
               {"", "p50", "p90", "p99", "p99.9", "maximum", "count"});
  for (std::size_t i = 0; i < s.contenders.size(); ++i) {
    const auto h = merged(s.contenders[i], latencies);
    if (h.empty()) continue;
    const auto ms = [&](double share) { return number(static_cast<double>(h.at(share)) / 1e6); };
    t.row({s.contenders[i].name, ms(.5), ms(.9), ms(.99), ms(.999), ms(1), number_of(h.count())},
          class_of(i));
  }
  return t.finish();
}

std::string growth_table(const growth& g) {
  html_table t(fmt::format("By the number of {}, {}", g.parameter, g.unit),
               {g.parameter, "computed", "in virtual time"});
  for (const auto& p : g.points) t.row({number(p.at), number(p.model), number(p.simulated)});
  return t.finish();
}

std::string disturbance_table(const section& s) {
  html_table t("Medians of the repetitions, and below it the interval around it",
               {"", "load generator at work, % of the time", "its processor time, s",
                "other programs, % of the processors", "taken by the hypervisor, %"});
  const auto over = [](const contender_record& c, double disturbance::*what, double times) {
    std::vector<double> values;
    for (const auto& r : c.repetitions) values.push_back(r.disturbed.*what * times);
    return over_interval(values);
  };
  for (std::size_t i = 0; i < s.contenders.size(); ++i) {
    const auto& c = s.contenders[i];
    // What was only computed took nothing.
    if (std::ranges::all_of(c.repetitions,
                            [](const repetition& r) { return r.disturbed == disturbance{}; }))
      continue;
    t.row({c.name, over(c, &disturbance::generator_busy, 100),
           over(c, &disturbance::generator_cpu, 1), over(c, &disturbance::others_cpu, 100),
           over(c, &disturbance::stolen, 100)},
          class_of(i));
  }
  return t.finish();
}

std::string settings_table(const section& s) {
  html_table t("Every setting", {"of", "setting", "value"}, false);
  for (const auto& x : s.settings) t.row({"all", x.name, x.value});
  for (std::size_t i = 0; i < s.contenders.size(); ++i) {
    const auto& c = s.contenders[i];
    if (!c.version.empty()) t.row({c.name, "version", c.version}, class_of(i));
    t.row({c.name, "repetitions", number_of(c.repetitions.size())}, class_of(i));
    for (const auto& x : c.settings) t.row({c.name, x.name, x.value}, class_of(i));
  }
  return t.finish();
}

std::string repetitions_table(const section& s) {
  std::size_t most = 0;
  for (const auto& c : s.contenders) most = std::max(most, c.repetitions.size());
  std::vector<std::string> columns{"figure", "of"};
  for (std::size_t i = 1; i <= most; ++i) columns.push_back(number_of(i));
  html_table t("Every figure of every repetition; those of one column ran side by side", columns);
  for (const auto& f : figures_in(s))
    for (std::size_t i = 0; i < s.contenders.size(); ++i) {
      std::vector<std::string> cells{heading(f.name, f.unit), s.contenders[i].name};
      for (const auto& r : s.contenders[i].repetitions) {
        const auto found = std::ranges::find(r.figures, f.name, &figure::name);
        cells.push_back(found == r.figures.end() ? "–" : number(found->value));
      }
      t.row(cells, class_of(i));
    }
  return t.finish();
}

std::string circumstances_table(const run_record& run) {
  html_table t("Machine, program and run", {"what", "value"}, false);
  const auto add = [&](const char* name, const std::string& value) {
    t.row({name, value.empty() ? "not known" : value});
  };
  const auto& w = run.where;
  add("processor", w.processor);
  add("cores", w.cores == 0 ? "" : number_of(w.cores));
  add("memory",
      w.memory == 0 ? "" : fmt::format("{} GB", number(static_cast<double>(w.memory) / 1e9)));
  add("system", w.system);
  add("kernel", w.kernel);
  add("compiler", w.compiler);
  add("build", w.build);
  add("version", w.version);
  add("commit", w.commit);
  add("seed", std::to_string(run.seed));
  add("began", format_rfc3339(run.began));
  add("ended", format_rfc3339(run.ended));
  return t.finish();
}

} // namespace loa::bench
