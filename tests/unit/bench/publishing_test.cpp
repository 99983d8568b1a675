#include "loopback_listener.hpp"

#include <bench/load/publishing.hpp>
#include <bench/load/socket.hpp>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace loa::bench;
using namespace std::chrono_literals;

namespace {

/// Answers each line with "k", all that came since the last look at once.
class line_server {
public:
  line_server() {
    thread_ = std::thread([this] { run(); });
  }
  ~line_server() {
    ended_ = true;
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return listening_.port; }
  std::atomic<std::size_t> most_at_once{0};
  std::atomic<bool> silent{false}; ///< Reads, and answers nothing.

private:
  void run() {
    std::vector<descriptor> clients;
    while (!ended_) {
      std::vector<pollfd> all{{listening_.socket.get(), POLLIN, 0}};
      for (const auto& c : clients) all.push_back({c.get(), POLLIN, 0});
      ::poll(all.data(), all.size(), 1);
      if ((all[0].revents & POLLIN) != 0) clients.push_back(listening_.accept());
      std::size_t at_once = 0;
      std::vector<std::pair<int, std::size_t>> answers;
      for (std::size_t i = 1; i < all.size(); ++i) {
        if ((all[i].revents & POLLIN) == 0) continue;
        char buffer[4096];
        const auto n = ::recv(all[i].fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n <= 0) continue;
        const auto ends = std::count(buffer, buffer + n, '\n');
        at_once += static_cast<std::size_t>(ends);
        answers.emplace_back(all[i].fd, ends);
      }
      most_at_once = std::max<std::size_t>(most_at_once, at_once);
      if (silent) continue;
      for (const auto& [fd, n] : answers)
        (void)!::send(fd, std::string(n, 'k').data(), n, MSG_NOSIGNAL);
    }
  }

  loopback_listener listening_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

/// Sends a line, and takes each "k" for an answer.
class lines final : public publisher_protocol {
public:
  std::string publish(const std::string& identifier) override { return identifier + "\n"; }
  std::size_t take(std::string_view in, publisher_events& to) override {
    for (std::size_t i = 0; i < in.size(); ++i) to.accepted();
    return in.size();
  }
};

std::unique_ptr<publishing> opened(const line_server& s, std::size_t connections) {
  auto out = publishing::open(
      0x7f000001, s.port(), connections, [] { return std::make_unique<lines>(); }, 5s);
  REQUIRE(out);
  return std::move(*out);
}

publishing::plan closed_loop(std::size_t in_flight, std::size_t messages,
                             std::chrono::nanoseconds lasts) {
  publishing::plan p;
  p.mark = "m-";
  p.in_flight = in_flight;
  p.messages = messages;
  p.begin = publishing::steady::now();
  p.end = p.begin + lasts;
  return p;
}

} // namespace

TEST_CASE("never more publications are under way than was asked for, and each has its answer") {
  line_server server;
  auto source = opened(server, 3);
  source->begin(closed_loop(7, 500, 60s));
  source->finish(10s);
  REQUIRE(source->ended());
  REQUIRE(source->answered() == 500);
  REQUIRE(source->answers().count() == 500);
  REQUIRE(server.most_at_once <= 7);
  REQUIRE(server.most_at_once > 0);
}

TEST_CASE("a closed loop ends at its time, when the last answers are there") {
  line_server server;
  auto source = opened(server, 2);
  const auto p = closed_loop(4, 1'000'000, 30ms);
  source->begin(p);
  source->finish(10s);
  REQUIRE(source->ended());
  REQUIRE(source->answered() > 0);
  REQUIRE(source->answered() == source->answers().count());
  REQUIRE(source->last_answer() >= p.begin);
}

TEST_CASE("a server that never answers holds up a closed loop no longer than patience") {
  line_server server;
  server.silent = true;
  auto source = opened(server, 2);
  source->begin(closed_loop(4, 100, 10ms));
  source->finish(0s);
  REQUIRE(source->answered() == 0);
}

TEST_CASE("a row at a fixed rate is sent as a whole, whatever the server does meanwhile") {
  line_server server;
  auto source = opened(server, 2);
  publishing::plan p;
  p.mark = "m-";
  p.messages = 50;
  p.every = 100us;
  p.begin = publishing::steady::now();
  source->begin(p);
  source->finish(10s);
  REQUIRE(source->answered() == 50);
}
