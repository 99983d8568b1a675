#include <bench/plan/plan.hpp>
#include <bindings/cli/internal/bench.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/hierarchy.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

struct plan_command {
  bench_options common;
  bench::plan_options plan;
  std::string hierarchy;
  std::string costs;
  std::size_t devices_per_unit = 15;
  double memory_gb = 16;
};

std::size_t depth_of(const model::unit_tree& tree, const path& unit) {
  std::size_t deepest = 0;
  for (const auto* child : tree.children(unit))
    deepest = std::max(deepest, 1 + depth_of(tree, child->unit));
  return deepest;
}

result<void> complete(plan_command& o) {
  if (auto good = find_hierarchy(o.hierarchy); !good) return good.error();
  auto tree = host::read_hierarchy(o.hierarchy);
  if (!tree) return tree.error();
  auto& city = o.plan.city;
  city.units = (*tree)->all().size();
  city.depth = depth_of(**tree, (*tree)->root().unit);
  const auto lowest = static_cast<std::size_t>(std::ranges::count_if(
      (*tree)->all(), [&](const auto& u) { return (*tree)->children(u.unit).empty(); }));
  city.devices = lowest * o.devices_per_unit;
  o.plan.wanted.node_memory = static_cast<std::uint64_t>(o.memory_gb * 1e9);
  auto text = host::read_file(o.costs, 256U << 20);
  if (!text) return text.error();
  auto run = bench::from_text(*text);
  if (!run)
    return error{run.error().code, o.costs + ": " + run.error().detail, run.error().pointer};
  auto costs = bench::costs_of(*run);
  if (!costs) return error{costs.error().code, o.costs + ": " + costs.error().detail, {}};
  o.plan.costs = *costs;
  return {};
}

void print_plan(const bench::section& s, std::ostream& to) {
  for (const auto& g : s.grows) {
    table t({{g.parameter, align::right},
             {"computed, " + g.unit, align::right},
             {"in virtual time, " + g.unit, align::right}});
    for (const auto& p : g.points)
      t.row({grouped(static_cast<unsigned long long>(p.at)), fmt::format("{:.0f}", p.model),
             fmt::format("{:.0f}", p.simulated)});
    to << "The last one's latency by the number of " << g.parameter << "\n\n";
    t.print(to);
    to << '\n';
  }
  for (const auto& x : s.settings)
    if (x.name == "bottleneck") to << "What the number of nodes follows from: " << x.value << '\n';
}

} // namespace

void add_bench_plan(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("plan", "How many nodes a city needs, from measured costs");
  auto o = std::make_shared<plan_command>();
  o->plan.city.citizens = 10'000'000;
  c->add_option("--costs", o->costs, "What loa bench compare --json wrote on such a machine")
      ->required()
      ->check(CLI::ExistingFile);
  c->add_option("--hierarchy", o->hierarchy, "Hierarchy file; Ho Chi Minh City of 2021")
      ->check(CLI::ExistingFile);
  c->add_option("--citizens", o->plan.city.citizens, "Connected at the same time; 10 000 000")
      ->check(CLI::Range(1, 1'000'000'000));
  c->add_option("--devices-per-unit", o->devices_per_unit, "At each lowest unit; 15 if left out")
      ->check(CLI::Range(0, 10'000));
  c->add_option("--latency", o->plan.wanted.latency_ms,
                "Milliseconds until the last one has an alert; 1000")
      ->check(CLI::Range(1.0, 1e6));
  c->add_option("--memory", o->memory_gb, "GB that a node may take; 16 if left out")
      ->check(CLI::Range(0.1, 10'000.0));
  c->add_option("--reports", o->plan.wanted.reports_per_citizen,
                "Reports of a citizen in a day; 0.01 if left out")
      ->check(CLI::Range(0.0, 1000.0));
  c->add_option("--loss", o->plan.loss, "Share of what is lost between nodes and sent again; 0.001")
      ->check(CLI::Range(0.0, 0.5));
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    if (auto good = complete(*o); !good) return fail(run.io, good.error());
    return run_bench(o->common,
                     {[o, &run](bench::conductor& conductor, bench::section& into) -> result<void> {
                       auto planned = bench::plan(o->plan, conductor, into);
                       if (!planned) return planned.error();
                       print_plan(into, run.io.out);
                       return {};
                     }},
                     run.io);
  });
  explain(
      *c,
      "Takes what one of each costs from a measured run, computes the fewest nodes with which\n"
      "the last citizen has an alert in time, and says what that number follows from. Then an\n"
      "alert goes through as many nodes in virtual time, over lines that delay and lose, to\n"
      "check the sum. Costs were measured with the clients on the same machine, so a node\n"
      "that has its processors for itself does better.\n\n"
      "  loa bench compare --json run.json\n"
      "  loa bench plan --costs run.json --citizens 10000000 --latency 1000 --report plan.html");
}

} // namespace loa::cli
