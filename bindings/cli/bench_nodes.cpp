// The two scenarios with one node beside another: a hop, and an outage.
#include <bench/scenario/hop.hpp>
#include <bench/scenario/outage.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>
#include <ostream>

namespace loa::cli {

void add_bench_hop(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::hop_options hop;
  };
  auto* c = to.add_subcommand("hop", "What the way to another node adds to a bulletin");
  auto o = std::make_shared<command>();
  c->add_option(
       "--bulletins", o->hop.bulletins,
       "In each repetition, in turn; 300 if left out. A unit keeps no more than 2000 in force")
      ->check(CLI::Range(1, 1'900));
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    return run_bench(o->common, {[o](bench::conductor& conductor, bench::section& into) {
                       return bench::measure(o->hop, conductor, into);
                     }},
                     run.io);
  });
  explain(
      *c,
      "A bulletin from a city to one citizen of a commune: both on one node, and the commune on\n"
      "a second node behind a TLS line over loopback. Journals on disk in both cases.\n\n"
      "  loa bench hop --bulletins 1000");
}

void add_bench_outage(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::outage_options outage;
    std::string alert;
  };
  auto* c = to.add_subcommand("outage", "A killed district, and what it missed meanwhile");
  auto o = std::make_shared<command>();
  c->add_option("--sessions", o->outage.sessions, "Of the district; 50 000 if left out")
      ->check(CLI::Range(1, 10'000'000));
  c->add_option("--reports", o->outage.facts, "In its journal; 100 000 if left out")
      ->check(CLI::Range(1, 10'000'000));
  c->add_option("--hierarchy", o->outage.hierarchy,
                "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  c->add_option("--alert", o->alert, "A CAP alert, published as if it were new")
      ->check(CLI::ExistingFile);
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    auto& x = o->outage;
    if (auto good = find_hierarchy(x.hierarchy); !good) return fail(run.io, good.error());
    if (auto good = read_alert(o->alert, x.alert); !good) return fail(run.io, good.error());
    return run_checked(o->common, o->outage, run.io);
  });
  explain(
      *c,
      "Two nodes, one for the city and one for all below it. When all its sessions have an alert\n"
      "the second one is killed, and the city publishes another. Then counts from the exec of\n"
      "the node that is started again: until it serves, and until all sessions have that alert.\n\n"
      "  loa bench outage --sessions 10000 --reports 10000");
}

void add_bench_district(CLI::App& to, invocation& run) {
  // Started by the outage scenario; it stands in no list of commands.
  struct command {
    std::string config;
    std::string mark;
    std::size_t sessions = 1;
  };
  auto* c = to.add_subcommand("hold-district", "")->group("");
  auto o = std::make_shared<command>();
  c->add_option("--sessions", o->sessions);
  c->add_option("--mark", o->mark);
  c->add_option("config", o->config)->required();
  on_chosen(*c, run, [o, &run] {
    const auto ended = bench::hold_district(o->config, o->sessions, o->mark, run.io.in, run.io.out);
    return ended ? done : fail(run.io, ended.error());
  });
}

} // namespace loa::cli
