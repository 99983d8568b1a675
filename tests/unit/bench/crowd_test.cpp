#include "answering_server.hpp"

#include <bench/load/crowd.hpp>

#include <mutex>
#include <set>

using namespace loa::bench;
using namespace std::chrono_literals;
using steady = crowd::steady;

namespace {

/// Says its number; "ok" lets it in, and each further line is a message.
class by_number final : public subscriber_protocol {
public:
  std::string hello(std::size_t n) const override { return std::to_string(n) + "\n"; }
  std::size_t take(std::string_view in, bool, subscriber_events& to) const override {
    std::size_t taken = 0;
    for (auto end = in.find('\n'); end != std::string_view::npos; end = in.find('\n', taken)) {
      const auto line = in.substr(taken, end - taken);
      taken = end + 1;
      if (line == "ok")
        to.subscribed();
      else
        to.message(line);
    }
    return taken;
  }
};

const auto never = [] { return false; };

crowd::plan plan_for(const answering_server& s, std::size_t subscribers) {
  crowd::plan p;
  p.ports = {s.port()};
  p.subscribers = subscribers;
  return p;
}

} // namespace

TEST_CASE("who is refused in a ramp tries again, and is timed from when he was first due") {
  std::set<std::string> seen;
  const answering_server server([&](std::size_t, const std::string& got) {
    return seen.insert(got).second ? std::string() : std::string("ok\n"); // each is refused once
  });
  const by_number protocol;
  auto p = plan_for(server, 8);
  p.ramp = 1000;
  crowd all(p, protocol);
  REQUIRE(all.connect(20s, never));
  REQUIRE(all.subscribed() == 8);
  REQUIRE(all.refused() == 8);
  REQUIRE(all.failures() == 0);
  REQUIRE(all.connecting_times().count() == 8);
  REQUIRE(all.connecting_times().largest() > 1'000'000); // the refusal is in it
}

TEST_CASE("without a ramp a refusal is an error") {
  const answering_server server([](std::size_t, const std::string&) { return std::string(); });
  const by_number protocol;
  crowd all(plan_for(server, 2), protocol);
  REQUIRE_FALSE(all.connect(20s, never));
}

TEST_CASE("a ramp in which all are refused ends with the reason") {
  const answering_server server([](std::size_t, const std::string&) { return std::string(); });
  const by_number protocol;
  auto p = plan_for(server, 2);
  p.ramp = 1000;
  crowd all(p, protocol);
  const auto good = all.connect(0s, never);
  REQUIRE_FALSE(good);
  REQUIRE(good.error().detail.find("0 of 2") != std::string::npos);
}

TEST_CASE("a ramp begins no connection before it is due") {
  const answering_server server([](std::size_t, const std::string&) { return "ok\n"; });
  const by_number protocol;
  auto p = plan_for(server, 5);
  p.ramp = 100;
  crowd all(p, protocol);
  const auto began = steady::now();
  REQUIRE(all.connect(20s, never));
  REQUIRE(steady::now() - began >= 40ms);
}

TEST_CASE(
    "what goes beside to a share is awaited from that share, and counted apart from the rest") {
  // Message n of the second row goes to those with n's rest by 3; the row itself to everybody.
  const answering_server server([](std::size_t, const std::string& got) {
    const auto n = std::stoul(got);
    auto out = "ok\nrow-000000\nside-00000" + std::to_string(n % 3) + "\n";
    if (n == 4) out += "side-000001\nrow-000000\n"; // both a second time
    return out;
  });
  const by_number protocol;
  auto p = plan_for(server, 7);
  p.apart = 2;
  crowd all(p, protocol);
  all.expect("row-", {steady::now()});
  all.expect_beside("side-", std::vector(5, steady::now()), 3);
  REQUIRE(all.missing_beside() == 3 + 2 + 2 + 3 + 2);
  REQUIRE(all.connect(20s, never));
  all.listen(steady::now() + 50ms);
  REQUIRE(all.of(0).count == 7);
  REQUIRE(all.apart(0).count == 2);
  REQUIRE(all.repeated() == 1);
  REQUIRE(all.beside(0).count == 3);
  REQUIRE(all.beside(1).count == 2);
  REQUIRE(all.beside(2).count == 2);
  REQUIRE(all.missing_beside() == 3 + 2);
  all.listen_beside(steady::now() + 1ms); // two are still missing, and it ends
}

TEST_CASE("nobody waits for what slow readers get beside") {
  const answering_server server([](std::size_t, const std::string&) { return "ok\n"; });
  const by_number protocol;
  auto p = plan_for(server, 4);
  p.slow = 2;
  crowd all(p, protocol);
  all.expect_beside("side-", std::vector(4, steady::now()), 4);
  REQUIRE(all.missing_beside() == 2);
}
