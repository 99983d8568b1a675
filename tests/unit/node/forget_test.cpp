#include "world.hpp"

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using namespace std::chrono_literals;

namespace {

/// A commune that forgets who was away for thirty days. One session comes back every day, another
/// one never.
struct village : world {
  village() : world(forgetful()) {
    for (const auto* who : {"session/comes", "session/stays_away"})
      REQUIRE(ask(who, open_session{commune}));
    REQUIRE(eventually([&] { return targeted_now() == 2; }));
  }

  static runtime_options forgetful() {
    auto o = small();
    o.forget_followers = 30 * 24h;
    return o;
  }

  void pass(int days) {
    for (int day = 0; day < days; ++day) {
      clock.advance(22h);
      reboot();
      REQUIRE(ask("session/comes", open_session{commune}));
      REQUIRE(eventually([&] { return connected(); }));
      clock.advance(2h); // everybody has had time to come back
      node->kill(commune);
      // The first tick after it was loaded calls the roll.
      REQUIRE(insist(commune.str(), what_heard{}));
      REQUIRE(eventually([&] { return connected(); }));
    }
  }

  /// What is said now reaches the one who comes: he has his place again.
  bool connected() {
    const auto text = std::to_string(++said_);
    say(commune.str(), text);
    return eventually([&] {
      const auto got = sessions.got(named("session/comes"));
      return !got.empty() && got.back() == text;
    });
  }
  std::uint64_t targeted_now() {
    auto r = insist(commune.str(), get_figures{say(commune.str(), "count")});
    REQUIRE(r);
    for (const auto& f : r->get<tower_figures>()->all)
      if (f.channel == 1) return f.targeted;
    return 0;
  }

  const loa::name commune = named("tower/79.1");
  int said_ = 0;
};

} // namespace

TEST_CASE("who stays away for longer than the time is no longer counted on, others are") {
  village w;
  w.pass(29);
  CHECK(w.targeted_now() == 2);
  w.pass(4);
  // A day on which the node was stopped before the roll was called counts for nobody.
  for (int more = 0; more < 10 && w.targeted_now() != 1; ++more) w.pass(1);
  CHECK(w.targeted_now() == 1);
}

TEST_CASE("a node that forgets nobody keeps every place") {
  world w;
  REQUIRE(w.ask("session/s", open_session{named("tower/79.1")}));
  const auto targeted = [&] {
    auto r = w.insist("tower/79.1", get_figures{w.say("tower/79.1", "count")});
    REQUIRE(r);
    return r->get<tower_figures>()->all.empty() ? 0 : r->get<tower_figures>()->all[0].targeted;
  };
  REQUIRE(eventually([&] { return targeted() == 1; }));
  w.clock.advance(10'000 * 24h);
  w.reboot();
  CHECK(targeted() == 1);
}

TEST_CASE("while the clock lies before what the node has lived through no emergency expires") {
  world w;
  const auto last_time = [&] {
    auto t = w.journal.get(store::table::meta, "node/last_time");
    REQUIRE(t);
    return *t ? from_millis(static_cast<std::int64_t>(from_big_endian(**t))) : instant{};
  };
  w.clock.set(*parse_rfc3339("2026-09-01T04:00:00+07:00"));
  w.say("tower/79.1", "flood", true); // in force until five
  w.say("tower/79.1", "choir");
  w.reboot(false, *parse_rfc3339("2026-09-01T06:00:00+07:00"));
  REQUIRE(eventually([&] { return last_time() == w.clock.now(); }));

  w.reboot(false, *parse_rfc3339("2026-09-01T05:30:00+07:00"));
  REQUIRE(w.ask("session/late", open_session{named("tower/79.1")}));
  CHECK(eventually([&] { return !w.sessions.got(named("session/late")).empty(); }));
  CHECK(w.sessions.got(named("session/late")) == std::vector<std::string>{"flood"});

  w.reboot(false, *parse_rfc3339("2026-09-01T06:00:00+07:00"));
  REQUIRE(w.ask("session/later", open_session{named("tower/79.1")}));
  w.say("tower/79.1", "all clear", true);
  CHECK(eventually([&] { return !w.sessions.got(named("session/later")).empty(); }));
  CHECK(w.sessions.got(named("session/later")) == std::vector<std::string>{"all clear"});
}
