#include <bench/report/difference.hpp>
#include <bench/report/numbers.hpp>
#include <bindings/cli/internal/bench.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <ostream>
#include <set>

namespace loa::cli {

namespace {

using namespace bench;

/// How often at most a scenario that did not change is called slower.
constexpr double accepted_chance = 0.05;

struct diff_command {
  std::string before;
  std::string after;
  double threshold = 5;
  bool json = false;
};

/// "+12 %", "-8.5 %"
std::string as_change(double times) {
  if (!std::isfinite(times)) return "from 0";
  const auto by = 100 * (times - 1);
  if (std::abs(by) < 0.05) return "0 %";
  return fmt::format("{:+.{}f} %", by, std::abs(by) < 9.95 ? 1 : 0);
}

std::string as_change(const change& c) {
  if (!std::isfinite(c.times) || c.low == c.high) return as_change(c.times);
  return fmt::format("{} ({} to {})", as_change(c.times), as_change(c.low), as_change(c.high));
}

std::string as_chance(const compared_figure& f) {
  if (f.found == finding::shown) return "-";
  return f.chance >= 0.995 ? "1" : fmt::format("{:.2g}", f.chance);
}

std::string median_of(const std::vector<double>& values) {
  return number(spread_of(values).median, " ");
}

std::string_view word_for(finding f) {
  switch (f) {
  case finding::worse:
    return "WORSE";
  case finding::improved:
    return "better";
  case finding::machine:
    return "the machine?";
  case finding::not_known:
    return "cannot tell";
  case finding::shown:
    return "not judged";
  default:
    return "no difference";
  }
}

void print_table(const difference& d, const std::string& scenario, std::ostream& to) {
  table t({{scenario},
           {"first", align::right},
           {"second", align::right},
           {"change", align::right},
           {"beside the floor", align::right},
           {"by chance", align::right},
           {"told from", align::right},
           {""}});
  std::string equal;
  for (const auto& f : d.figures) {
    if (f.values.scenario != scenario) continue;
    if (f.found == finding::equal) {
      equal += (equal.empty() ? "" : ", ") + f.values.figure;
      continue;
    }
    t.row({heading(f.values.figure, f.values.unit), median_of(f.values.before),
           median_of(f.values.after), as_change(f.changed),
           f.relative ? as_change(*f.relative) : "-", as_chance(f),
           f.told_from ? as_change(*f.told_from) : "-", std::string(word_for(f.found))});
  }
  t.print(to);
  if (!equal.empty()) to << "The same in all repetitions of both: " << equal << '\n';
  to << '\n';
}

/// What the columns mean, and what was done with the floor.
void print_method(const difference& d, const diff_command& o, std::ostream& to) {
  to << fmt::format(
      "Change: the median over every pair of a repetition of the first and one of the second run,\n"
      "with an interval. By chance: how likely noise alone makes it so much worse (rank test of\n"
      "Mann and Whitney, corrected by Holm for the number of figures judged in its scenario).\n"
      "Worse is what is worse by {:.3g} % at least; of a scenario that did not change, something "
      "is\n"
      "called worse in 1 of 20 comparisons at most. Told from: the change from which these\n"
      "repetitions would have shown it. Not judged: what says the same as another figure or is a\n"
      "part of it; testing it, too, would only hide the others.\n",
      o.threshold);
  std::set<std::string> floors;
  bool time_without = false;
  for (const auto& f : d.figures) {
    if (!f.values.relative_to.empty()) floors.insert('"' + f.values.relative_to + '"');
    time_without = time_without || (f.values.timed && !f.relative);
  }
  if (!floors.empty() && d.same_machine)
    to << fmt::format(
        "Times count as worse only where they are also worse beside {}, which ran with each\n"
        "repetition: what slowed the machine slowed both, and is not blamed on the program.\n",
        fmt::join(floors, " and "));
  if (!floors.empty() && !d.same_machine)
    to << fmt::format(
        "The machines differ, so times are compared only beside {}, which ran with each\n"
        "repetition. It has no disk to wait for where Loa has: a slower disk may look like a "
        "slower\n"
        "program.\n",
        fmt::join(floors, " and "));
  if (time_without && !d.same_machine)
    to << "The machines differ, and times without a floor beside them may differ because of "
          "that.\n";
}

void print_list(const char* title, const std::vector<std::string>& what, std::ostream& to) {
  if (what.empty()) return;
  to << '\n' << title << '\n';
  for (const auto& line : what) to << "  " << line << '\n';
}

std::string named(const compared_figure& f) {
  return fmt::format("{}, {} ({})", f.values.scenario, f.values.figure, as_change(f.changed.times));
}

void print_verdict(const difference& d, const diff_command& o, std::ostream& to) {
  std::vector<std::string> worse;
  std::vector<std::string> maybe;
  std::vector<std::string> improved;
  std::size_t most = 0;
  std::size_t fewest = most_ranked;
  for (const auto& f : d.figures) {
    if (f.found == finding::not_known) {
      const auto repetitions = std::min(f.values.before.size(), f.values.after.size());
      fewest = std::min(fewest, repetitions);
      most = std::max(most, repetitions);
    }
    if (f.found == finding::worse) worse.push_back(named(f));
    if (f.found == finding::machine) maybe.push_back(named(f));
    if (f.found == finding::improved) improved.push_back(named(f));
  }
  to << '\n';
  if (!improved.empty()) to << fmt::format("Better: {}.\n", fmt::join(improved, "; "));
  if (!maybe.empty())
    to << fmt::format("Worse, but not beside the floor, so maybe the machine: {}.\n",
                      fmt::join(maybe, "; "));
  if (most > 0)
    to << fmt::format(
        "Cannot tell: with {} no difference of {} can be told from noise, however large; measure\n"
        "both runs with --repetitions {} at least.\n",
        fewest == most ? counted(most, "repetition")
                       : fmt::format("{} to {} repetitions", fewest, most),
        d.cannot_tell() ? "these figures" : "some figures", d.repetitions_needed);
  if ((d.slower() || !improved.empty()) && d.scenarios_judged > 1)
    to << fmt::format(
        "Of {} scenarios that did not change, some are called slower in up to {:.0f} of 100\n"
        "comparisons, and some better as often: measure again, with more --repetitions, the\n"
        "scenario that matters.\n",
        d.scenarios_judged, 100 * d.chance_of_any(accepted_chance));
  if (d.slower())
    to << fmt::format("{} is slower than {}: {}.\n", o.after, o.before, fmt::join(worse, "; "));
  else if (!d.cannot_tell())
    to << fmt::format("{} is not slower than {}, as far as the column \"told from\" says.\n",
                      o.after, o.before);
}

/// Another exit code than of what is slower, so that programs can tell them apart.
int cannot_compare(streams& io, const error& why) {
  (void)fail(io, why);
  return wrong_usage;
}

int diff(const diff_command& o, streams& io) {
  const auto before = read_run(o.before);
  if (!before) return cannot_compare(io, before.error());
  const auto after = read_run(o.after);
  if (!after) return cannot_compare(io, after.error());
  const auto d = compare(*before, *after, {o.threshold / 100, accepted_chance});
  if (d.figures.empty()) {
    print_list("Not compared:", d.left_out, io.err);
    return cannot_compare(
        io,
        {errc::rule,
         fmt::format("{} and {} have no figure in common that can be compared.", o.before, o.after),
         {}});
  }
  if (o.json) {
    io.out << to_text(d);
    return d.slower() ? failed : done;
  }
  if (*before == *after) io.out << "The two are the same run.\n\n";
  std::set<std::string> printed;
  for (const auto& f : d.figures)
    if (printed.insert(f.values.scenario).second) print_table(d, f.values.scenario, io.out);
  print_method(d, o, io.out);
  print_list("Not compared:", d.left_out, io.out);
  print_list("Different, or to be doubted:", d.circumstances, io.out);
  print_verdict(d, o, io.out);
  return d.slower() ? failed : done;
}

} // namespace

void add_bench_diff(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("diff", "Whether one saved run is slower than another, or noise is");
  auto o = std::make_shared<diff_command>();
  c->add_option("first", o->before, "File that --json wrote")->required();
  c->add_option("second", o->after, "Another; is this one slower?")->required();
  c->add_option("--threshold", o->threshold,
                "In %: what is worse by less is not called worse; 5 if left out")
      ->check(between(0.0, 1000.0));
  c->add_flag("--json", o->json, "Print the comparison as JSON");
  on_chosen(*c, run, [o, &run] { return diff(*o, run.io); });
  explain(
      *c,
      "Compares what is Loa's in the two runs, figure by figure, where scenario and settings\n"
      "are the same. Ends with 1 if the second is slower in any, with 2 if they cannot be\n"
      "compared, with 0 if it is not slower; also with 0,\n"
      "and it says so, where too few repetitions were made to tell. Each scenario is judged by\n"
      "itself, by its main figures, so five repetitions of each run are enough to show what\n"
      "is clearly slower, also in two runs of loa bench compare.\n\n"
      "  loa bench gateway --repetitions 8 --json before.json\n"
      "  loa bench gateway --repetitions 8 --json after.json\n"
      "  loa bench diff before.json after.json --threshold 10");
}

} // namespace loa::cli
