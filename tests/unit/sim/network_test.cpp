#include "cluster_rig.hpp"

using namespace loa;
using namespace loa::sim::test;
using texts = std::vector<std::string>;

TEST_CASE("two simulated nodes prove themselves to each other, and commands go between them") {
  members c(1);
  CHECK(c.insist("city", "counter/79.769", add{3}));
  CHECK(c.total_of("district", "counter/79.769") == 3);
  CHECK(c.total_of("city", "counter/79.769") == 3);
  CHECK_FALSE(c.at("city").node()->awake(named("counter/79.769")));
  CHECK(c.at("city").node()->peers().at(0).up);
}

TEST_CASE("feeds go down and posts climb over three simulated nodes") {
  members c(2, 3);
  REQUIRE(c.insist("district", "tower/79.769", listen_to{named("tower/79")}));
  REQUIRE(c.insist("commune", "tower/79.769.1", listen_to{named("tower/79.769")}));
  c.say("city", "tower/79", "storm", true);
  for (int i = 0; i < 10; ++i) {
    c.say("city", "tower/79", "m" + std::to_string(i));
    REQUIRE(c.insist("commune", "counter/79.769.1", send_to{named("counter/79"), 1}));
  }
  CHECK(c.eventually([&] { return c.heard_by("commune", "tower/79.769.1").size() == 11; }));
  CHECK(c.heard_by("commune", "tower/79.769.1").front() == "storm");
  CHECK(c.eventually([&] { return c.total_of("city", "counter/79") == 10; }));
}

TEST_CASE("a session follows a feed of another simulated node") {
  members c(3);
  REQUIRE(c.insist("city", "session/s", open_session{named("tower/79.769")}));
  c.say("district", "tower/79.769", "one");
  CHECK(c.eventually([&] { return c.sessions.got(named("session/s")) == texts{"one"}; }));
}

TEST_CASE("who comes just after another waits no second for a feed of another node") {
  members c(3);
  c.say("district", "tower/79.769", "in force");
  REQUIRE(c.insist("city", "session/first", open_session{named("tower/79.769")}));
  REQUIRE(c.eventually([&] { return !c.sessions.got(named("session/first")).empty(); }));
  for (int i = 0; i < 10; ++i) {
    const auto next = "session/s" + std::to_string(i);
    const auto came = c.w.now();
    REQUIRE(c.insist("city", next, open_session{named("tower/79.769")}));
    c.w.run_until(came + 300ms);
    CHECK(c.sessions.got(named(next)) == texts{"in force"});
  }
}

TEST_CASE("what waits behind a cut comes when it is mended") {
  members c(4);
  REQUIRE(c.insist("district", "tower/79.769", listen_to{named("tower/79")}));
  c.say("city", "tower/79", "before");
  REQUIRE(c.eventually([&] { return c.heard_by("district", "tower/79.769") == texts{"before"}; }));
  c.w.network().cut("city", "district");
  c.say("city", "tower/79", "meanwhile");
  c.w.run_until(c.w.now() + 300s);
  CHECK(c.heard_by("district", "tower/79.769") == texts{"before"});
  CHECK_FALSE(c.at("city").node()->peers().at(0).up);
  c.w.network().mend("city", "district");
  CHECK(c.eventually([&] {
    return c.heard_by("district", "tower/79.769") == texts{"before", "meanwhile"};
  }));
}

TEST_CASE("a way that is blocked in one direction is given up by both ends") {
  members c(5);
  REQUIRE(c.insist("city", "counter/79.769", add{1}));
  c.w.network().block("city", "district");
  c.w.run_until(c.w.now() + 120s);
  CHECK_FALSE(c.at("city").node()->peers().at(0).up);
  CHECK_FALSE(c.at("district").node()->peers().at(0).up);
  c.w.network().unblock("city", "district");
  CHECK(c.insist("city", "counter/79.769", add{1}));
}

TEST_CASE("posts are applied once though lines break and both nodes are killed again and again") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    members c(seed);
    auto& net = c.w.network();
    net.set_all({sim::micros(200), sim::micros(30'000), 0.02, sim::micros(200'000), 0.005});
    seeded_random dice(seed);
    for (int i = 0; i < 30; ++i) {
      REQUIRE(c.insist("district", "counter/79.769.1", send_to{named("counter/79"), 1},
                       {std::to_string(i), {}, store::urgency::ordinary}));
      if (dice.chance(0.3)) net.break_lines("city", "district");
      for (const auto* name : {"city", "district"})
        if (dice.chance(0.15)) {
          c.at(name).kill();
          c.w.run_until(c.w.now() + std::chrono::milliseconds(dice.below(3'000)));
          REQUIRE(c.at(name).start());
        }
    }
    REQUIRE(c.insist("district", "counter/79.769.1", get_total{})); // wakes who has to send
    CHECK(c.eventually([&] { return c.total_of("city", "counter/79") == 30; }));
    c.w.run_until(c.w.now() + 600s);
    CHECK(c.total_of("city", "counter/79") == 30);
  }
}

TEST_CASE("a call to a node that is down is refused or times out, and comes through later") {
  members c(6);
  c.at("district").kill();
  const auto before = c.w.now();
  std::optional<result<wire::value>> got;
  c.at("city").ask(named("counter/79.769"), wire::value::of(add{1}),
                   [&](const auto& r) { got = r; });
  REQUIRE(c.eventually([&] { return got.has_value(); }));
  CHECK_FALSE(*got);
  CHECK(c.w.now() - before < 11s);
  REQUIRE(c.at("district").start());
  CHECK(c.insist("city", "counter/79.769", add{1}));
}

TEST_CASE("a frozen node is given up, and meets the others again when it thaws") {
  members c(8);
  REQUIRE(c.insist("city", "counter/79.769", add{1}));
  c.at("district").freeze();
  c.w.run_until(c.w.now() + 60s);
  CHECK_FALSE(c.at("city").node()->peers().at(0).up);
  c.at("district").thaw();
  CHECK(c.insist("city", "counter/79.769", add{1}));
}
