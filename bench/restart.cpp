// How soon a node that was killed serves again, with many citizens and reports in its journal.

#include <bench/client/figures.hpp>
#include <bench/client/many_reports.hpp>
#include <bench/client/node_run.hpp>
#include <bindings/node/ask_window.hpp>
#include <bindings/node/split_driver.hpp>
#include <bindings/node/station.hpp>
#include <loa/protocol/citizen.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>

namespace {

using namespace loa;
using steady = std::chrono::steady_clock;

struct options {
  std::string loa = "build/release/bin/loa";
  std::string config;
  std::size_t citizens = 1'000'000;
  std::size_t reports = 100'000;
  int rounds = 5;
};

/// Clients that take whatever comes.
class silent_clients final : public node::driver {
public:
  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name&, std::uint64_t, const node::feed_entry_ptr&) override { return true; }
  void restarted(const name&) override {}
};

/// Lets so many citizens follow the lowest units, each with a slot in its unit's journal, and so
/// many reports come in. The last one's code.
result<model::report_code> fill(const host::config& config, const options& o) {
  silent_clients clients;
  host::station_parts parts;
  parts.citizens = &clients;
  auto opened = host::station::open(config, std::move(parts));
  if (!opened) return opened.error();
  auto& station = **opened;
  std::vector<path> lowest;
  for (const auto& u : station.tree().all())
    if (station.tree().children(u.unit).empty()) lowest.push_back(u.unit);
  const auto unit_of = [&](std::size_t i) { return lowest[i % lowest.size()]; };

  host::ask_window citizens(station.node(), 16'384);
  for (std::size_t i = 0; i < o.citizens; ++i)
    citizens.ask(name::of("citizen", *path::parse(fmt::format("c{}", i))),
                 wire::value::of(
                     citizen::attach{host::in_process | i, {{unit_of(i), std::nullopt}}, false}));
  if (auto done = citizens.finish(); !done) return done.error();

  auto code = bench::take_reports(station.node(), lowest, o.reports);
  if (!code) return code.error();
  if (!station.stop(std::chrono::seconds(60)))
    return error{errc::unavailable, "The node did not come to rest.", {}};
  return code;
}

struct start {
  double ready_ms = 0;    ///< From the exec to the first good answer of /readyz.
  double answered_ms = 0; ///< To a report, as its citizen reads it.
};

/// Starts the program, waits until it serves, and kills it.
start start_and_kill(const options& o, std::uint16_t port, const std::string& code) {
  bench::node_run node(o.loa, o.config, port);
  start s;
  s.ready_ms = node.ms_until("/readyz");
  s.answered_ms = node.ms_until("/v1/reports/" + code);
  return s;
}

int run(const options& o) {
  auto checked = host::read_config(o.config);
  for (const auto& m : checked.mistakes) fmt::print(stderr, "{}\n", m.to_string());
  if (!checked.value) return 1;
  const auto begin = steady::now();
  const auto filled = fill(*checked.value, o);
  if (!filled) {
    fmt::print(stderr, "bench_restart: {}\n", filled.error().to_string());
    return 1;
  }
  fmt::print(stderr, "{} citizens and {} reports after {:.1f} s\n", o.citizens, o.reports,
             std::chrono::duration<double>(steady::now() - begin).count());
  const auto where = host::endpoint::parse(checked.value->http.listen);
  std::vector<double> ready;
  std::vector<double> answered;
  for (int i = 0; i < o.rounds; ++i) {
    const auto s = start_and_kill(o, where->port, *filled);
    ready.push_back(s.ready_ms);
    answered.push_back(s.answered_ms);
  }
  fmt::print("{{\"citizens\":{},\"reports\":{},\"ready_ms\":{},\"median_ready_ms\":{:.1f},"
             "\"answered_ms\":{},\"median_answered_ms\":{:.1f}}}\n",
             o.citizens, o.reports, bench::json_array(ready), bench::median(ready),
             bench::json_array(answered), bench::median(answered));
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  CLI::App app("Fills the journal of a node with citizens and reports, then starts the node, waits "
               "until it serves and kills it, several times. One line of JSON on stdout.");
  app.add_option("config", o.config, "The node's config, of a data directory that may be filled")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--loa", o.loa, "The program")->check(CLI::ExistingFile);
  app.add_option("--citizens", o.citizens, "Names that its units know")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--reports", o.reports, "Reports received")->check(CLI::Range(1, 10'000'000));
  app.add_option("--rounds", o.rounds, "Starts")->check(CLI::Range(1, 1000));
  CLI11_PARSE(app, argc, argv);
  return run(o);
}
