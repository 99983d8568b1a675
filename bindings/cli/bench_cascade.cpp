#include <bench/scenario/cascade.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

struct cascade_command {
  bench_options common;
  bench::cascade_options cascade;
};

int cascade(const std::shared_ptr<cascade_command>& o, streams& io) {
  o->cascade.peers = chosen(o->cascade.peers);
  if (auto good = find_hierarchy(o->cascade.hierarchy); !good) return fail(io, good.error());
  return run_checked(o->common, o->cascade, io);
}

} // namespace

void add_bench_cascade(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("cascade", "An alert down a city to its sessions, in one process");
  auto o = std::make_shared<cascade_command>();
  c->add_option("--sessions", o->cascade.sessions,
                "Citizen sessions, spread over the lowest units; 1 000 000 if left out")
      ->check(CLI::Range(1, 50'000'000));
  c->add_option("--alerts", o->cascade.alerts, "In each repetition; 3 if left out")
      ->check(CLI::Range(1, 200));
  c->add_option("--rate", o->cascade.rate, "Alerts a second, sent when they are due; 0.5")
      ->check(between(0.01, 1000.0));
  c->add_option("--text", o->cascade.text_octets, "Octets of an alert's text; 1500")
      ->check(CLI::Range(1, 60'000));
  c->add_option("--hierarchy", o->cascade.hierarchy,
                "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  add_peer_option(*c, o->cascade.peers, bench::cascade_peers());
  c->add_flag("--require-peers", o->common.require_peers, "Refuse to start where one is missing");
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] { return cascade(o, run.io); });
  explain(
      *c,
      "Holds a city with all its sessions in one process, publishes alerts at its root at a\n"
      "fixed rate, and notes when each level and each session has them, counted from when they\n"
      "were due. The peer is the same tree as plain Erlang processes.\n\n"
      "  loa bench cascade --sessions 100000\n"
      "  loa bench cascade --peers none --json run.json --report run.html");
}

void add_bench_city(CLI::App& to, invocation& run) {
  // Started by the cascade scenario; it stands in no list of commands.
  auto* c = to.add_subcommand("hold-city", "")->group("");
  auto o = std::make_shared<bench::cascade_options>();
  auto directory = std::make_shared<std::string>();
  c->add_option("--hierarchy", o->hierarchy)->required();
  c->add_option("--sessions", o->sessions);
  c->add_option("--text", o->text_octets);
  c->add_option("--sample", o->sample);
  c->add_option("directory", *directory)->required();
  on_chosen(*c, run, [o, directory, &run] {
    const auto ended = bench::hold_city(*o, *directory, run.io.in, run.io.out);
    return ended ? done : fail(run.io, ended.error());
  });
}

} // namespace loa::cli
