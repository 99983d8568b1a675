#include <bench/scenario/cluster.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>

namespace loa::cli {

void add_bench_cluster(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::cluster_options cluster;
    std::string alert;
  };
  auto* c = to.add_subcommand("cluster", "A city of several nodes, one lost, and all lines cut");
  auto o = std::make_shared<command>();
  c->add_option("--nodes", o->cluster.nodes,
                "Processes: one for the root, the others share what is below it; 5")
      ->check(CLI::Range(2, 200));
  c->add_option("--connections", o->cluster.connections,
                "Citizens, each at the node of his commune; 5000 if left out")
      ->check(CLI::Range(1, 1'000'000));
  c->add_option("--alerts", o->cluster.alerts, "In each repetition; 10 if left out")
      ->check(CLI::Range(1, 10'000));
  c->add_option("--rate", o->cluster.rate, "Alerts a second, sent when they are due; 2")
      ->check(between(0.01, 1000.0));
  c->add_option("--down", o->cluster.down, "Seconds that a killed node is away; 3; 0: no such part")
      ->check(between(0.0, 3600.0));
  c->add_option("--cut", o->cluster.cut,
                "Seconds that no node reaches another; 10; 0: no such part")
      ->check(between(0.0, 3600.0));
  c->add_option("--hierarchy", o->cluster.hierarchy,
                "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  c->add_option("--alert", o->alert, "A CAP alert, published again and again as if it were new")
      ->check(CLI::ExistingFile);
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    auto& cluster = o->cluster;
    if (auto good = find_hierarchy(cluster.hierarchy); !good) return fail(run.io, good.error());
    if (auto good = read_alert(o->alert, cluster.alert); !good) return fail(run.io, good.error());
    return run_checked(o->common, o->cluster, run.io);
  });
  explain(
      *c,
      "Lays out a cluster on this machine, connects citizens to all of its nodes, and publishes\n"
      "alerts at the root. Then kills a node, publishes, and starts it again; then cuts all\n"
      "lines between nodes, publishes at the root and on an island, and mends them. Beside it:\n"
      "the same city in one process.\n\n"
      "  loa bench cluster --nodes 23 --connections 10000\n"
      "  loa bench cluster --cut 60 --repetitions 3");
}

} // namespace loa::cli
