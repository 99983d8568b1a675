#include <bench/scenario/publish.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>

namespace loa::cli {

namespace {

struct publish_command {
  bench_options common;
  bench::publish_options publish;
  std::string token_file;
  std::size_t seconds = 5;
};

int publish(const std::shared_ptr<publish_command>& o, streams& io) {
  o->publish.peers = chosen(o->publish.peers);
  o->publish.load.lasts = std::chrono::seconds(o->seconds);
  if (auto good = complete_node(o->publish.loa, o->token_file); !good)
    return fail(io, good.error());
  return run_checked(o->common, o->publish, io);
}

} // namespace

void add_bench_publish(CLI::App& to, invocation& run) {
  auto* c =
      to.add_subcommand("publish", "How soon a publication is accepted durably, and how many");
  auto o = std::make_shared<publish_command>();
  auto& load = o->publish.load;
  c->add_option("--listeners", load.listeners, "Who get every publication; 16 if left out")
      ->check(CLI::Range(1, 1'000));
  c->add_option(
       "--rate", load.rate,
       "Publications a second while their latency is measured, sent when they are due; 100 "
       "if left out")
      ->check(between(0.1, 100'000.0));
  c->add_option("--in-flight", load.in_flight,
                "Publications that wait for their answer while throughput is measured; 64 if left "
                "out")
      ->check(CLI::Range(1, 10'000));
  c->add_option("--connections", load.connections, "Of publishers; 64 if left out")
      ->check(CLI::Range(1, 1'000));
  c->add_option("--seconds", o->seconds, "Of each of the two parts; 5 if left out")
      ->check(CLI::Range(1, 600));
  c->add_option("--octets", o->publish.text, "Of a bulletin's text; 1000 if left out")
      ->check(CLI::Range(1, 32'000));
  add_node_options(*c, o->publish.loa, o->token_file);
  add_peer_option(*c, o->publish.peers, bench::publish_peers());
  c->add_flag("--require-peers", o->common.require_peers, "Refuse to start where one is missing");
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] { return publish(o, run.io); });
  explain(*c,
          "Starts a node and publishes bulletins of communes by POST while citizens listen:\n"
          "first at a fixed rate, to see how soon each is accepted, counted from when it was due;\n"
          "then with a number always under way, to see how many are accepted in a second. The\n"
          "peers do the same with messages as long as Loa's frames, in turn: JetStream with a\n"
          "stream in files, PostgreSQL with an INSERT and a NOTIFY, and a bare loop that keeps\n"
          "nothing. When each counts a message as accepted stands in the results: Loa and\n"
          "PostgreSQL have synced it to the disk by then, JetStream has only written it, and\n"
          "jetstream-synced is JetStream with files that are written through (chattr +S).\n"
          "The disk is the one under --scratch. PostgreSQL runs as its own user where root asks,\n"
          "who must be able to enter that directory.\n\n"
          "  loa bench publish\n"
          "  loa bench publish --peers postgresql --rate 500 --seconds 10\n"
          "  loa bench publish --scratch /srv/loa --json run.json --report run.html");
}

} // namespace loa::cli
