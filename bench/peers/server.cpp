#include <bench/peers/erlang.hpp>
#include <bench/peers/server.hpp>

namespace loa::bench {

std::unique_ptr<server_kind> peer_named(const std::string& name) {
  if (name == "floor") return floor_server();
  if (name == "nats-server") return nats_server();
  if (name == "jetstream") return jetstream_server(false);
  if (name == "jetstream-synced") return jetstream_server(true);
  if (name == "mosquitto-qos0") return mosquitto_server(0);
  if (name == "mosquitto-qos1") return mosquitto_server(1);
  if (name == "ejabberd") return ejabberd_server();
  if (name == "postgresql") return postgres_server();
  return nullptr;
}

result<void> all_there(const std::vector<std::string>& peers) {
  for (const auto& name : peers)
    if (name == "erlang") {
      if (auto version = erlang_version(); !version) return version.error();
    } else if (auto peer = peer_named(name); peer)
      if (auto version = peer->version(); !version) return version.error();
  return {};
}

} // namespace loa::bench
