#include <bench/client/alert_publisher.hpp>
#include <bench/client/crowd.hpp>
#include <bench/client/figures.hpp>
#include <bench/client/files.hpp>
#include <bench/client/options.hpp>

#include <memory>
#include <thread>

using namespace loa;
using namespace loa::bench;
using steady = std::chrono::steady_clock;

namespace {

constexpr auto usage = R"(Usage: bench_fanout_client nats|loa --port PORT [OPTIONS]

Opens many subscribers on a loopback port, publishes one message per round and measures when the
first and the last of them has received it. Prints one JSON object; exit code 1 if one missed any.

  --connections N   subscribers, 10000
  --rounds N        9
  --server-pid PID  reads the server's resident memory before and after the connections
  --bytes N         nats: the length of the message, 1500
  --hierarchy FILE  loa: citizens follow its lowest units, in turn
  --alert FILE      loa: the CAP alert to publish, each round under a new identifier
  --token FILE      loa: an editor's token
  --unit PATH       loa: where to publish, the root of the hierarchy
  --prefix TEXT     loa: of the citizens' ids, b
  --ack             loa: acknowledge every frame, once no other waits to be read
)";

double ms_since(steady::time_point t) {
  return std::chrono::duration<double, std::milli>(steady::now() - t).count();
}

class nats_publisher final : public publisher {
public:
  nats_publisher(std::uint16_t port, std::size_t octets)
      : socket_(connect_and_wait(port)),
        octets_(octets) {
    send_all(socket_, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n");
    wait_for_pong();
  }
  void publish(const std::string& identifier) override {
    auto message = identifier + std::string(octets_ - std::min(octets_, identifier.size()), '.');
    send_all(socket_, fmt::format("PUB {} {}\r\n{}\r\nPING\r\n", nats_protocol::subject,
                                  message.size(), message));
    wait_for_pong();
  }

private:
  void wait_for_pong() {
    std::string in;
    while (in.find("PONG\r\n") == std::string::npos) {
      char buffer[4096];
      auto n = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (n <= 0) give_up("the publisher's connection ended");
      in.append(buffer, static_cast<std::size_t>(n));
    }
  }

  descriptor socket_;
  std::size_t octets_;
};

} // namespace

int main(int argc, char** argv) {
  options given(argc, argv, usage,
                {{"port", ""},
                 {"connections", "10000"},
                 {"rounds", "9"},
                 {"server-pid", "0"},
                 {"bytes", "1500"},
                 {"hierarchy", ""},
                 {"alert", ""},
                 {"token", ""},
                 {"unit", ""},
                 {"prefix", "b"},
                 {"ack", "no"}});
  auto port = static_cast<std::uint16_t>(given.number("port"));
  auto connections = static_cast<std::size_t>(given.number("connections"));
  need_files(connections + 64);

  std::unique_ptr<subscriber_protocol> protocol;
  std::unique_ptr<publisher> source;
  if (given.verb() == "nats") {
    protocol = std::make_unique<nats_protocol>();
    source =
        std::make_unique<nats_publisher>(port, static_cast<std::size_t>(given.number("bytes")));
  } else if (given.verb() == "loa") {
    auto tree = hierarchy(given.needed("hierarchy"));
    auto unit = given.text("unit").empty() ? tree.root().unit.str() : given.text("unit");
    auto token = given.text("token").empty() ? "" : file_text(given.text("token"));
    token.erase(token.find_last_not_of(" \r\n") + 1);
    protocol = std::make_unique<citizen_protocol>(given.text("prefix"), lowest_units(tree),
                                                  given.flag("ack"));
    source = std::make_unique<alert_publisher>(port, unit, file_text(given.needed("alert")), token);
  } else {
    given.refuse("say nats or loa");
  }

  auto pid = given.number("server-pid");
  auto memory_before = resident_memory(pid);
  crowd all(port, connections, *protocol);
  auto begin = steady::now();
  all.connect(std::chrono::seconds(120));
  double ramp = ms_since(begin);
  all.listen(std::chrono::seconds(1), false);
  auto memory_connected = resident_memory(pid);

  std::vector<double> first;
  std::vector<double> last;
  std::vector<double> accepted;
  std::size_t missed = 0;
  for (long round = 0; round < given.number("rounds"); ++round) {
    auto identifier = fmt::format(
        "BENCH-{}-{}", std::chrono::system_clock::now().time_since_epoch().count(), round);
    all.expect(identifier);
    steady::time_point published;
    double answered = 0;
    std::thread publishing([&] {
      published = steady::now();
      source->publish(identifier);
      answered = ms_since(published);
    });
    all.listen(std::chrono::seconds(30), true);
    publishing.join();
    auto ms = [&](steady::time_point t) {
      return std::chrono::duration<double, std::milli>(t - published).count();
    };
    missed += connections - all.received();
    accepted.push_back(answered);
    first.push_back(ms(all.first()));
    last.push_back(ms(all.last()));
    all.listen(std::chrono::milliseconds(500), false);
  }
  auto memory_after = resident_memory(pid);
  auto per_connection = [&](std::uint64_t now) {
    return now > memory_before ? (now - memory_before) / connections : 0;
  };
  fmt::print("{{\"server\":\"{}\",\"connections\":{},\"message_bytes\":{},\"connect_ms\":{:.1f},"
             "\"last_ms\":{},\"median_last_ms\":{:.2f},\"median_first_ms\":{:.2f},"
             "\"accepted_ms\":{},\"median_accepted_ms\":{:.2f},\"missed\":{},\"repeated\":{},"
             "\"failed\":{},\"bytes_per_connection\":{},\"bytes_per_connection_after\":{}}}\n",
             given.verb(), connections, all.message_octets(), ramp, json_array(last), median(last),
             median(first), json_array(accepted), median(accepted), missed, all.repeated(),
             all.failures(), per_connection(memory_connected), per_connection(memory_after));
  if (all.failures() > 0) fmt::print(stderr, "first failure: {}\n", all.first_failure());
  return missed == 0 && all.failures() == 0 ? 0 : 1;
}
