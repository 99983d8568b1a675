#include "cluster_rig.hpp"

#include <algorithm>

// Sessions at the city's node that follow the district's feed through a relay.

using namespace loa;
using namespace loa::sim::test;
using texts = std::vector<std::string>;

namespace {

const auto feed = named("tower/79.769");
constexpr std::uint64_t any_epoch = 0;

struct crowd : members {
  explicit crowd(std::uint64_t seed) : members(seed) {}

  void open(const std::string& who, std::optional<link::cursor> from = {}) {
    REQUIRE(insist("city", who, open_session{feed, from}));
  }
  /// Publishes "1" to "n".
  void say_so_many(int n) {
    for (int i = 1; i <= n; ++i) say("district", feed.str(), std::to_string(i));
  }
  [[nodiscard]] texts got(const std::string& who) { return sessions.got(named(who)); }
};

} // namespace

TEST_CASE("who names a position gets from there what is in force at another node") {
  crowd c(1);
  c.say_so_many(5);
  c.open("session/s", link::cursor{any_epoch, {2, 0}});
  c.w.run_until(c.w.now() + 5s);
  CHECK(c.got("session/s") == texts{"3", "4", "5"});
  c.open("session/s", link::cursor{any_epoch, {4, 0}}); // has acknowledged all of them
  c.w.run_until(c.w.now() + 5s);
  CHECK(c.got("session/s") == texts{"3", "4", "5", "5"});
}

TEST_CASE("who names a position that was never published gets what he has not acknowledged") {
  crowd c(2);
  c.say_so_many(3);
  c.open("session/first");
  c.w.run_until(c.w.now() + 5s);
  c.open("session/ahead", link::cursor{any_epoch, {50, 50}});
  c.w.run_until(c.w.now() + 5s);
  CHECK(c.got("session/ahead") == texts{"1", "2", "3"});
  c.say("district", feed.str(), "new");
  c.w.run_until(c.w.now() + 5s);
  CHECK(c.got("session/ahead").back() == "new");
}

TEST_CASE("a position that was named while the way was cut counts when it is there again") {
  crowd c(3);
  c.say_so_many(4);
  c.open("session/s");
  c.w.run_until(c.w.now() + 5s);
  REQUIRE(c.got("session/s").size() == 4); // and acknowledged
  c.w.network().cut("city", "district");
  c.open("session/s", link::cursor{any_epoch, {2, 0}});
  c.w.run_until(c.w.now() + 600s); // longer than anybody is waited for
  c.w.network().mend("city", "district");
  REQUIRE(c.eventually([&] { return c.got("session/s").size() == 6; }));
  CHECK(c.got("session/s") == texts{"1", "2", "3", "4", "3", "4"});
}

TEST_CASE("who comes again and again while the way is cut is asked for once at a time") {
  crowd c(4);
  c.open("session/s");
  c.w.run_until(c.w.now() + 5s);
  c.w.network().cut("city", "district");
  for (int i = 0; i < 2'000; ++i) c.open("session/s");
  const auto before = c.w.steps();
  c.w.run_until(c.w.now() + 100s);
  CHECK(c.w.steps() - before < 5'000);
  c.w.network().mend("city", "district");
  c.say("district", feed.str(), "after");
  CHECK(c.eventually([&] { return !c.got("session/s").empty(); }));
}

TEST_CASE("who is just being seated when an emergency comes that no disk takes gets it, and once") {
  crowd c(5);
  c.open("session/first");
  c.w.run_until(c.w.now() + 5s);
  for (int i = 0; i < 40; ++i) {
    const auto next = "session/s" + std::to_string(i);
    const auto flood = "flood " + std::to_string(i);
    INFO(flood);
    c.at("city").tell(named(next), wire::value::of(open_session{feed, {}}));
    c.w.run_until(c.w.now() + 1ms * i);
    c.at("district").disk().fill();
    c.at("district")
        .ask(feed, wire::value::of(announce{flood, true, c.w.time() + 24h}),
             [](const auto& r) { CHECK_FALSE(r); }, {{}, {}, store::urgency::emergency});
    c.w.run_until(c.w.now() + 3s);
    c.at("district").disk().make_room();
    c.w.run_until(c.w.now() + 3s);
    CHECK(std::ranges::count(c.got(next), flood) == 1);
    CHECK(std::ranges::count(c.got("session/first"), flood) == 1);
  }
}
