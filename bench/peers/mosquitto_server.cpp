#include <bench/load/mqtt.hpp>
#include <bench/peers/served.hpp>

#include <fmt/format.h>

#include <fstream>

namespace loa::bench {

namespace {

class mosquitto_kind final : public server_kind {
public:
  explicit mosquitto_kind(unsigned quality) : quality_(quality) {}
  std::string name() const override { return fmt::format("mosquitto-qos{}", quality_); }
  result<std::string> version() override { return version_of("mosquitto", "-h", "mosquitto"); }
  std::vector<setting> settings() const override {
    return {{"acknowledgements", quality_ == 0 ? "none" : "every message, by PUBACK"},
            {"configuration", "the defaults; a listener, allow_anonymous, set_tcp_nodelay"},
            {"durable", "no; persistence is off"}};
  }

  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    auto where = c.directory("mosquitto");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    const auto config = *where / "mosquitto.conf";
    // The others send at once without being asked to.
    std::ofstream(config) << fmt::format(
        "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n", *port);
    auto process = server_process::start(
        {{"mosquitto", "-c", config.string()}, *where / "log", {}, {}}, c.stopping());
    if (!process) return process.error();
    if (auto good =
            process->wait_until([&] { return port_answers(*port); }, std::chrono::seconds(20));
        !good)
      return good.error();
    return served(
        {*port, std::move(*process),
         [quality = quality_, m] { return std::make_unique<mqtt_subscribers>(quality, m.beside); },
         [quality = quality_, m](std::size_t n) {
           return std::make_unique<mqtt_publisher>(fmt::format("publisher-{}", n), quality,
                                                   m.octets);
         },
         [quality = quality_, m](std::size_t n) {
           return std::make_unique<mqtt_publisher>(fmt::format("publisher-{}", n), quality,
                                                   m.octets_beside, m.beside);
         }});
  }

private:
  unsigned quality_;
};

} // namespace

std::unique_ptr<server_kind> mosquitto_server(unsigned quality) {
  return std::make_unique<mosquitto_kind>(quality);
}

} // namespace loa::bench
