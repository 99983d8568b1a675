#include <bench/scenario/cascade.hpp>
#include <bench/scenario/cluster.hpp>
#include <bench/scenario/footprint.hpp>
#include <bench/scenario/gateway.hpp>
#include <bench/scenario/hop.hpp>
#include <bench/scenario/journal.hpp>
#include <bench/scenario/outage.hpp>
#include <bench/scenario/publish.hpp>
#include <bench/scenario/reports.hpp>
#include <bench/scenario/restart.hpp>
#include <bench/scenario/steps.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace loa::cli {

namespace {

struct compare_command {
  bench_options common;
  std::vector<std::string> only;
  double scale = 1;
  std::string hierarchy;
  std::string alert_text;
};

/// As much of it as the scale says, and not nothing.
std::size_t scaled(std::size_t n, double scale) {
  return std::max<std::size_t>(10, static_cast<std::size_t>(static_cast<double>(n) * scale));
}

struct part {
  std::string name;
  std::vector<std::string> peers;
  std::function<result<void>()> check;
  bench_measurement measure;
};

template <class Options>
part part_of(std::string name, Options o) {
  auto shared = std::make_shared<Options>(std::move(o));
  std::vector<std::string> peers;
  if constexpr (requires { shared->peers; }) peers = shared->peers;
  return {std::move(name), std::move(peers), [shared] { return bench::check(*shared); },
          [shared](bench::conductor& c, bench::section& into) {
            return bench::measure(*shared, c, into);
          }};
}

std::vector<part> parts_of(const compare_command& o) {
  bench::cascade_options cascade;
  cascade.hierarchy = o.hierarchy;
  cascade.sessions = scaled(cascade.sessions, o.scale);
  cascade.peers = bench::cascade_peers();

  bench::gateway_options gateway;
  gateway.loa.hierarchy = o.hierarchy;
  gateway.loa.alert = o.alert_text;
  gateway.load.subscribers = scaled(gateway.load.subscribers, o.scale);
  gateway.peers = bench::gateway_peers();
  std::erase(gateway.peers, "ejabberd"); // takes a minute to let all in; see the help

  bench::publish_options publish;
  publish.loa.hierarchy = o.hierarchy;
  publish.peers = bench::publish_peers();

  bench::reports_options reports;
  reports.loa.hierarchy = o.hierarchy;

  bench::journal_options journal;
  journal.facts = scaled(journal.facts, o.scale);

  bench::restart_options restart;
  restart.hierarchy = o.hierarchy;
  restart.alert = o.alert_text;
  restart.names = scaled(restart.names, o.scale);
  restart.facts = scaled(restart.facts, o.scale);
  restart.followers = scaled(restart.followers, o.scale);

  bench::cluster_options cluster;
  cluster.hierarchy = o.hierarchy;
  cluster.alert = o.alert_text;
  cluster.connections = scaled(cluster.connections, o.scale);

  bench::hop_options hop;

  bench::outage_options outage;
  outage.hierarchy = o.hierarchy;
  outage.alert = o.alert_text;
  outage.sessions = scaled(outage.sessions, o.scale);
  outage.facts = scaled(outage.facts, o.scale);

  bench::footprint_options footprint;
  footprint.hierarchy = o.hierarchy;
  footprint.alert = o.alert_text;
  footprint.units = scaled(footprint.units, o.scale);
  footprint.devices = scaled(footprint.devices, o.scale);
  footprint.sessions = scaled(footprint.sessions, o.scale);
  footprint.connections = scaled(footprint.connections, o.scale);

  bench::steps_options steps;
  steps.alert = o.alert_text;

  return {part_of("cascade", cascade), part_of("gateway", gateway),
          part_of("publish", publish), part_of("reports", reports),
          part_of("journal", journal), part_of("restart", restart),
          part_of("hop", hop),         part_of("cluster", cluster),
          part_of("outage", outage),   part_of("footprint", footprint),
          part_of("steps", steps)};
}

std::vector<std::string> names_of_parts() {
  std::vector<std::string> out;
  for (const auto& p : parts_of({})) out.push_back(p.name);
  return out;
}

int compare(const std::shared_ptr<compare_command>& o, streams& io) {
  if (auto good = find_hierarchy(o->hierarchy); !good) return fail(io, good.error());
  if (auto good = read_alert("", o->alert_text); !good) return fail(io, good.error());
  std::vector<bench_measurement> all;
  for (auto& p : parts_of(*o)) {
    if (!o->only.empty() && std::ranges::find(o->only, p.name) == o->only.end()) continue;
    if (auto good = p.check(); !good) {
      auto wrong = good.error();
      wrong.detail = fmt::format("{}: {} Or compare less: a smaller --scale, or --only without it.",
                                 p.name, wrong.detail);
      return fail(io, wrong);
    }
    if (o->common.require_peers)
      if (auto good = bench::all_there(p.peers); !good) return fail(io, good.error());
    all.push_back(std::move(p.measure));
  }
  return run_bench(o->common, all, io);
}

} // namespace

void add_bench_compare(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("compare", "All of it beside all peers, in one report");
  auto o = std::make_shared<compare_command>();
  c->add_option("--only", o->only, fmt::format("Only these: {}", fmt::join(names_of_parts(), ", ")))
      ->delimiter(',')
      ->check(CLI::IsMember(names_of_parts()));
  c->add_option("--scale", o->scale, "0.1 for a trial with a tenth of everything; 1 if left out")
      ->check(between(0.001, 100.0));
  c->add_option("--hierarchy", o->hierarchy, "Hierarchy file; Ho Chi Minh City of 2021")
      ->check(CLI::ExistingFile);
  c->add_flag("--require-peers", o->common.require_peers, "Refuse to start where one is missing");
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] { return compare(o, run.io); });
  explain(
      *c,
      "Runs every scenario with its defaults and every peer that is installed; the last lines say\n"
      "who is missing. ejabberd is left out: it takes a minute to let 10 000 citizens in, in each\n"
      "repetition. Measure it by itself: loa bench gateway --peers ejabberd. The exit code is\n"
      "1 when a target is missed; the last lines name it.\n\n"
      "  loa bench compare --json run.json --report run.html\n"
      "  loa bench compare --scale 0.1 --repetitions 2");
}

} // namespace loa::cli
