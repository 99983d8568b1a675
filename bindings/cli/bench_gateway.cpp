#include <bench/scenario/gateway.hpp>
#include <bindings/cli/internal/bench.hpp>
#include <bindings/node/config.hpp>

#include <memory>

namespace loa::cli {

namespace {

struct gateway_command {
  bench_options common;
  bench::gateway_options gateway;
  std::string alert;
  std::string token_file;
  std::string device_token_file;
};

result<void> complete(gateway_command& o) {
  if (auto read = read_alert(o.alert, o.gateway.loa.alert); !read) return read.error();
  if (auto read = read_token(o.device_token_file, o.gateway.loa.device_token); !read)
    return read.error();
  return complete_node(o.gateway.loa, o.token_file);
}

int gateway(const std::shared_ptr<gateway_command>& o, streams& io) {
  o->gateway.peers = chosen(o->gateway.peers);
  if (auto good = complete(*o); !good) return fail(io, good.error());
  return run_checked(o->common, o->gateway, io);
}

} // namespace

void add_bench_gateway(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("gateway", "An alert to many connections of one node");
  auto o = std::make_shared<gateway_command>();
  auto& load = o->gateway.load;
  c->add_option("--connections", load.subscribers, "Citizens connected; 10 000 if left out")
      ->check(CLI::Range(0, 1'000'000));
  c->add_option("--devices", load.devices,
                "Loudspeakers connected beside the citizens, registered first in the communes in "
                "turn; they say ack and played. Peers get as many more subscribers. None if left "
                "out")
      ->check(CLI::Range(0, 100'000));
  c->add_option("--slow", load.slow, "So many of the citizens read slowly; nobody waits for those")
      ->check(CLI::Range(0, 1'000'000));
  c->add_option("--alerts", load.messages, "In each repetition; 10 if left out")
      ->check(CLI::Range(1, 10'000));
  c->add_option("--rate", load.rate, "Alerts a second, sent when they are due; 2 if left out")
      ->check(between(0.01, 1000.0));
  c->add_option("--background", load.beside,
                "Bulletins of routine priority a second beside the alerts, sent when they are due: "
                "to the communes in turn, each to the citizens and devices of that commune. Peers "
                "get the same on further topics, each followed by the same share. None if left "
                "out")
      ->check(between(0.0, 10'000.0));
  c->add_option("--ramp", load.ramp,
                "Connections a second, made when they are due; who is refused tries again. As fast "
                "as they are made if left out")
      ->check(between(1.0, 100'000.0));
  c->add_option("--alert", o->alert, "A CAP alert, published again and again as if it were new")
      ->check(CLI::ExistingFile);
  add_node_options(*c, o->gateway.loa, o->token_file);
  c->add_option(
       "--device-token-file", o->device_token_file,
       "For that node, with --devices: a device's token for its root; --token-file is then "
       "an administrator's, who may register devices")
      ->check(CLI::ExistingFile);
  add_peer_option(*c, o->gateway.peers, bench::gateway_peers());
  c->add_flag("--require-peers", o->common.require_peers, "Refuse to start where one is missing");
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] { return gateway(o, run.io); });
  explain(*c,
          "Starts a node, connects citizens over WebSocket, publishes alerts by POST at a fixed\n"
          "rate, and notes when each reaches each of them, counted from when it was due. The same\n"
          "load generator then does the same with the peers, in turn.\n"
          "\"background\" is how late the background comes; \"connecting\", with a ramp, the time\n"
          "from when each connection was due until it was subscribed. Devices are removed again\n"
          "at the end, also from a node that runs already; what was published there expires\n"
          "within an hour.\n\n"
          "  loa bench gateway --connections 2000\n"
          "  loa bench gateway --connections 2000 --devices 300 --background 20 --ramp 2000\n"
          "  loa bench gateway --peers nats-server --json run.json --report run.html\n"
          "  loa bench gateway --node 192.0.2.7:8135 --token-file editor.token --peers none\n"
          "  loa bench gateway --node 127.0.0.1:8135 --token-file admin.token --devices 300 \\\n"
          "      --device-token-file device.token --peers none");
}

void add_bench_floor(CLI::App& to, invocation& run) {
  // Started by the gateway scenario; it stands in no list of commands.
  auto* c = to.add_subcommand("serve-floor", "")->group("");
  auto port = std::make_shared<std::uint16_t>(0);
  c->add_option("port", *port)->required();
  on_chosen(*c, run, [port, &run] {
    const auto ended = bench::serve_floor(*port);
    return ended ? done : fail(run.io, ended.error());
  });
}

} // namespace loa::cli
