#include <bench/scenario/steps.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>

namespace loa::cli {

void add_bench_steps(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::steps_options steps;
  };
  auto* c = to.add_subcommand("steps", "What one more level, device and node costs an alert");
  auto o = std::make_shared<command>();
  c->add_option("--alerts", o->steps.alerts, "In each city; 200 if left out")
      ->check(CLI::Range(1, 200));
  c->add_option("--devices", o->steps.devices, "Of the city with many; 400 if left out")
      ->check(CLI::Range(1, 10'000));
  c->add_option("--nodes", o->steps.nodes,
                "Of the cluster with many, beside the root's; 9 if left out")
      ->check(CLI::Range(2, 100));
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    if (auto good = read_alert({}, o->steps.alert); !good) return fail(run.io, good.error());
    if (auto good = bench::check(o->steps); !good) return fail(run.io, good.error());
    return run_bench(o->common, {[o](bench::conductor& conductor, bench::section& into) {
                       return bench::measure(o->steps, conductor, into);
                     }},
                     run.io);
  });
  explain(
      *c,
      "Sends alerts down cities that differ in one thing only, and counts the processor time\n"
      "that one more of it takes. How long a hop is comes from the times that nodes write into\n"
      "what they send, and a commit from the second node's own metrics. loa bench plan\n"
      "computes with these figures.\n\n"
      "  loa bench steps --nodes 12");
}

} // namespace loa::cli
