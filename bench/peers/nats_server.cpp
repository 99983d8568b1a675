#include <bench/harness/server_process.hpp>
#include <bench/load/nats.hpp>
#include <bench/peers/server.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

class nats_running final : public running_server {
public:
  nats_running(std::uint16_t port, std::size_t octets, server_process process)
      : port_(port),
        octets_(octets),
        process_(std::move(process)) {}
  std::uint16_t port() const override { return port_; }
  std::vector<int> processes() const override { return {process_.id()}; }
  std::unique_ptr<subscriber_protocol> subscribers() const override {
    return std::make_unique<nats_subscribers>();
  }
  std::unique_ptr<publisher_protocol> publisher() const override {
    return std::make_unique<nats_publisher>(octets_);
  }

private:
  std::uint16_t port_;
  std::size_t octets_;
  server_process process_;
};

class nats_kind final : public server_kind {
public:
  std::string name() const override { return "nats-server"; }
  result<std::string> version() override {
    if (find_program("nats-server").empty())
      return error{errc::not_found,
                   "nats-server is not installed; on Debian: apt-get install nats-server.",
                   {}};
    return first_line_of("nats-server --version");
  }
  std::vector<setting> settings() const override {
    return {{"acknowledgements", "none"}, {"configuration", "the defaults"}, {"durable", "no"}};
  }
  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    auto where = c.directory("nats");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    auto process = server_process::start(
        {{"nats-server", "-a", "127.0.0.1", "-p", std::to_string(*port)}, *where / "log", {}, {}});
    if (!process) return process.error();
    if (auto good =
            process->wait_until([&] { return port_answers(*port); }, std::chrono::seconds(20));
        !good)
      return good.error();
    return std::unique_ptr<running_server>(
        std::make_unique<nats_running>(*port, m.octets, std::move(*process)));
  }
};

} // namespace

std::unique_ptr<server_kind> nats_server() {
  return std::make_unique<nats_kind>();
}

} // namespace loa::bench
