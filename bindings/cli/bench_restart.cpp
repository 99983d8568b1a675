#include <bench/scenario/restart.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>

namespace loa::cli {

void add_bench_restart(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::restart_options restart;
    std::string alert;
  };
  auto* c = to.add_subcommand("restart", "How soon a killed node serves, and all have caught up");
  auto o = std::make_shared<command>();
  c->add_option("--names", o->restart.names, "Citizens whom the units know; 1 000 000")
      ->check(CLI::Range(1, 50'000'000));
  c->add_option("--reports", o->restart.facts, "Reports received; 100 000 if left out")
      ->check(CLI::Range(1, 10'000'000));
  c->add_option("--followers", o->restart.followers, "Citizens who connect again; 5000")
      ->check(CLI::Range(1, 1'000'000));
  c->add_option("--hierarchy", o->restart.hierarchy,
                "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  c->add_option("--alert", o->alert, "A CAP alert, published as if it were new")
      ->check(CLI::ExistingFile);
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    auto& r = o->restart;
    if (auto good = find_hierarchy(r.hierarchy); !good) return fail(run.io, good.error());
    if (auto good = read_alert(o->alert, r.alert); !good) return fail(run.io, good.error());
    return run_checked(o->common, o->restart, run.io);
  });
  explain(*c,
          "Fills a node's journal, lets citizens follow and hang up, has an alert accepted, and\n"
          "kills the node. Then counts from the exec of the next one: until it serves, until the\n"
          "first citizen has the alert, and until all have it.\n\n"
          "  loa bench restart --names 100000 --reports 10000");
}

} // namespace loa::cli
