#include <bench/load/jetstream.hpp>
#include <bench/load/nats.hpp>
#include <bench/peers/served.hpp>
#include <bench/peers/synchronous_directory.hpp>

#include <fmt/format.h>

#include <fstream>

namespace loa::bench {

namespace {

result<std::string> version_here() {
  return version_of("nats-server", "--version", "nats-server");
}

result<server_process> started(std::vector<std::string> command, std::uint16_t port,
                               const std::filesystem::path& log, const conductor& c) {
  auto process = server_process::start({std::move(command), log, {}, {}}, c.stopping());
  if (!process) return process.error();
  if (auto good = process->wait_until([&] { return port_answers(port); }, std::chrono::seconds(20));
      !good)
    return good.error();
  return std::move(*process);
}

class nats_kind final : public server_kind {
public:
  std::string name() const override { return "nats-server"; }
  result<std::string> version() override { return version_here(); }
  std::vector<setting> settings() const override {
    return {{"acknowledgements", "none"}, {"configuration", "the defaults"}, {"durable", "no"}};
  }
  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    auto where = c.directory("nats");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    auto process = started({"nats-server", "-a", "127.0.0.1", "-p", std::to_string(*port)}, *port,
                           *where / "log", c);
    if (!process) return process.error();
    return served(
        {*port, std::move(*process), [m] { return std::make_unique<nats_subscribers>(m.beside); },
         [m](std::size_t) { return std::make_unique<nats_publisher>(m.octets); },
         [m](std::size_t) { return std::make_unique<nats_publisher>(m.octets_beside, m.beside); }});
  }
};

class jetstream_kind final : public server_kind {
public:
  explicit jetstream_kind(bool synced) : synced_(synced) {}
  std::string name() const override { return synced_ ? "jetstream-synced" : "jetstream"; }
  result<std::string> version() override { return version_here(); }
  std::vector<setting> settings() const override {
    return {{"acknowledgements", "none; subscribers are plain, and may have a message before it is "
                                 "stored"},
            {"configuration", "the defaults; one stream in files, limits, one replica"},
            {"durable", synced_ ? "accepted when on the disk: its files are synchronous (chattr +S)"
                                : "accepted when written; synced every 60 s, which this version "
                                  "cannot have otherwise"}};
  }
  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    auto where = c.directory("jetstream");
    if (!where) return where.error();
    const auto store = *where / "store";
    std::error_code failure;
    std::filesystem::create_directory(store, failure);
    if (synced_)
      if (auto good = make_synchronous(store); !good) return good.error();
    auto port = free_port();
    if (!port) return port.error();
    const auto config = *where / "nats.conf";
    std::ofstream(config) << fmt::format("listen: \"127.0.0.1:{}\"\n"
                                         "jetstream {{ store_dir: \"{}\" }}\n",
                                         *port, store.string());
    auto process = started({"nats-server", "-c", config.string()}, *port, *where / "log", c);
    if (!process) return process.error();
    if (auto good = set_up(
            *port, [] { return std::make_unique<jetstream_set_up>(); }, c);
        !good)
      return good.error();
    return served(
        {*port, std::move(*process), [m] { return std::make_unique<nats_subscribers>(m.beside); },
         [m](std::size_t n) {
           return std::make_unique<jetstream_publisher>(fmt::format("_INBOX.{}", n), m.octets);
         },
         [m](std::size_t n) {
           return std::make_unique<jetstream_publisher>(fmt::format("_INBOX.{}", n),
                                                        m.octets_beside, m.beside);
         }});
  }

private:
  bool synced_;
};

} // namespace

std::unique_ptr<server_kind> nats_server() {
  return std::make_unique<nats_kind>();
}

std::unique_ptr<server_kind> jetstream_server(bool synced) {
  return std::make_unique<jetstream_kind>(synced);
}

} // namespace loa::bench
