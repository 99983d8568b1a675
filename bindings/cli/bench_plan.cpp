#include <bench/plan/plan.hpp>
#include <bench/scenario/footprint.hpp>
#include <bench/scenario/gateway.hpp>
#include <bench/scenario/reports.hpp>
#include <bench/scenario/steps.hpp>
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
  return {};
}

/// The costs of a run that somebody saved.
result<void> read_costs(plan_command& o) {
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

/// Measures a scenario and remembers it for the plan.
template <class Options>
bench_measurement measured(const std::shared_ptr<bench::run_record>& in, Options o) {
  return [in, o = std::move(o)](bench::conductor& c, bench::section& into) -> result<void> {
    auto good = bench::measure(o, c, into);
    in->sections.push_back(into);
    return good;
  };
}

/// What a plan needs, with as much of each as takes about two minutes together.
result<std::vector<bench_measurement>> costs_here(const std::shared_ptr<plan_command>& o) {
  std::string alert;
  if (auto good = read_alert({}, alert); !good) return good.error();
  std::string usual;
  if (auto good = find_hierarchy(usual); !good) return good.error();
  bench::gateway_options gateway;
  gateway.loa.hierarchy = usual;
  gateway.loa.alert = alert;
  gateway.load.subscribers = 2'000;
  bench::steps_options steps;
  steps.alert = alert;
  bench::footprint_options footprint;
  footprint.hierarchy = usual;
  footprint.alert = alert;
  footprint.units = 2'000;
  footprint.devices = 5'000;
  footprint.sessions = 20'000;
  footprint.connections = 1'000;
  bench::reports_options reports;
  reports.loa.hierarchy = usual;
  reports.lasts = std::chrono::seconds(2);
  reports.escalations = 10;
  for (const auto& good :
       {bench::check(gateway), bench::check(steps), bench::check(footprint), bench::check(reports)})
    if (!good) return good.error();
  const auto run = std::make_shared<bench::run_record>();
  return std::vector<bench_measurement>{
      measured(run, gateway), measured(run, steps), measured(run, footprint),
      measured(run, reports), [run, o](bench::conductor&, bench::section&) -> result<void> {
        auto costs = bench::costs_of(*run);
        if (!costs) return costs.error();
        o->plan.costs = *costs;
        return {};
      }};
}

std::string milliseconds(double n) {
  return n < 100 ? fmt::format("{:.2f}", n) : fmt::format("{:.0f}", n);
}

void print_plan(const bench::section& s, std::ostream& to) {
  for (const auto& g : s.grows) {
    table t({{g.parameter, align::right},
             {"computed, " + g.unit, align::right},
             {"in virtual time, " + g.unit, align::right}});
    for (const auto& p : g.points)
      t.row({grouped(static_cast<unsigned long long>(p.at)), milliseconds(p.model),
             milliseconds(p.simulated)});
    to << fmt::format("Time {}, by the number of {}\n\n", g.cost, g.parameter);
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
  c->add_option("--costs", o->costs,
                "What loa bench compare --json wrote on such a machine; measured now if left out")
      ->check(CLI::ExistingFile);
  c->add_option("--hierarchy", o->hierarchy, "Hierarchy file; Ho Chi Minh City of 2021")
      ->check(CLI::ExistingFile);
  c->add_option("--citizens", o->plan.city.citizens, "Connected at the same time; 10 000 000")
      ->check(CLI::Range(1, 1'000'000'000));
  c->add_option("--devices-per-unit", o->devices_per_unit, "At each lowest unit; 15 if left out")
      ->check(CLI::Range(0, 10'000));
  c->add_option("--latency", o->plan.wanted.latency_ms,
                "Milliseconds until the last one has an alert; 1000")
      ->check(between(1.0, 1e6));
  c->add_option("--memory", o->memory_gb, "GB that a node may take; 16 if left out")
      ->check(between(0.1, 10'000.0));
  c->add_option("--reports", o->plan.wanted.reports_per_citizen,
                "Reports of a citizen in a day; 0.01 if left out")
      ->check(between(0.0, 1000.0));
  c->add_option("--loss", o->plan.loss, "Share of what is lost between nodes and sent again; 0.001")
      ->check(between(0.0, 0.5));
  add_bench_options(*c, o->common);
  const auto* repetitions = c->get_option("--repetitions");
  on_chosen(*c, run, [o, repetitions, &run] {
    if (auto good = complete(*o); !good) return fail(run.io, good.error());
    std::vector<bench_measurement> all;
    if (o->costs.empty()) {
      if (!*repetitions) o->common.repetitions = 2;
      auto before = costs_here(o);
      if (!before) return fail(run.io, before.error());
      all = *std::move(before);
    } else if (auto good = read_costs(*o); !good) {
      return fail(run.io, good.error());
    }
    all.emplace_back([o, &run](bench::conductor& conductor, bench::section& into) -> result<void> {
      auto planned = bench::plan(o->plan, conductor, into);
      if (!planned) return planned.error();
      print_plan(into, run.io.out);
      return {};
    });
    return run_bench(o->common, all, run.io);
  });
  explain(
      *c,
      "Takes what one of each costs from a measured run, or measures it, which takes about two\n"
      "minutes; computes the fewest nodes with which the last citizen has an alert in time, and\n"
      "says what that number follows from. Then an\n"
      "alert goes through as many nodes in virtual time, over lines that delay and lose, to\n"
      "check the sum. Costs were measured with the clients on the same machine, so a node\n"
      "that has its processors for itself does better.\n\n"
      "  loa bench plan --hierarchy city.json --citizens 10000000\n"
      "  loa bench compare --json run.json\n"
      "  loa bench plan --costs run.json --citizens 10000000 --latency 1000 --report plan.html");
}

} // namespace loa::cli
