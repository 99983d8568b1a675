#include "world.hpp"

#include <loa/node/internal/unstored_entries.hpp>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

namespace {

/// A city, a commune that listens to it, and a session in the commune.
struct city : world {
  city() {
    REQUIRE(ask("tower/79.1", listen_to{named("tower/79")}));
    REQUIRE(ask("session/s", open_session{named("tower/79.1")}));
    REQUIRE(eventually([&] {
      say("tower/79", "before");
      return !sessions.got(named("session/s")).empty();
    }));
    const auto all = heard_by("tower/79.1").size();
    REQUIRE(eventually([&] { return sessions.got(named("session/s")).size() >= all; }));
  }

  result<wire::value> cry(std::string text) {
    return ask("tower/79", announce{std::move(text), true, clock.now() + std::chrono::hours(1)},
               {{}, {}, store::urgency::emergency});
  }
  long heard(const std::string& text) {
    const auto got = sessions.got(named("session/s"));
    return std::count(got.begin(), got.end(), text);
  }
};

} // namespace

TEST_CASE("an emergency that finds the disk full goes down all the same, and is not acknowledged") {
  city w;
  w.journal.set_capacity(0);
  const auto r = w.cry("flood");
  REQUIRE_FALSE(r);
  // The full disk may have refused a commit of its own just before: then it reads its state anew.
  CHECK((r.error().code == errc::storage_full || r.error().code == errc::unavailable));
  CHECK(r.error().detail.find("passed on") != std::string::npos);
  CHECK(eventually([&] { return w.heard("flood") == 1; }));
  CHECK(w.metrics.get_counter("loa_emergencies_unstored_total", "").value() >= 2);

  // Nothing of it was kept, and everything works again when there is room.
  w.journal.set_capacity(~std::uint64_t{0});
  w.say("tower/79", "after", true);
  CHECK(eventually([&] { return w.heard("after") == 1; }));
  const auto texts = w.heard_by("tower/79.1");
  CHECK(std::find(texts.begin(), texts.end(), "flood") == texts.end());
  CHECK(w.heard("flood") == 1);
}

TEST_CASE("a session whose unit just reads its state anew gets an unstored emergency, and once") {
  city w;
  for (int i = 0; i < 30; ++i) {
    INFO(i);
    w.journal.set_capacity(0);
    // The commune's own commit is refused, and it forgets for a moment who follows it.
    (void)w.ask("tower/79.1", announce{"nothing", false, w.clock.now() + std::chrono::hours(1)});
    const auto text = "flood " + std::to_string(i);
    REQUIRE_FALSE(w.cry(text));
    REQUIRE(eventually([&] { return w.heard(text) == 1; }));
    w.journal.set_capacity(~std::uint64_t{0});
  }
  w.say("tower/79", "after", true);
  CHECK(eventually([&] { return w.heard("after") == 1; }));
  for (int i = 0; i < 30; ++i) CHECK(w.heard("flood " + std::to_string(i)) == 1);
}

TEST_CASE("an ordinary entry that finds the disk full goes nowhere") {
  city w;
  w.journal.set_capacity(0);
  const auto r = w.ask("tower/79", announce{"choir", false, w.clock.now() + std::chrono::hours(1)});
  REQUIRE_FALSE(r);
  w.journal.set_capacity(~std::uint64_t{0});
  w.say("tower/79", "after");
  CHECK(eventually([&] { return w.heard("after") == 1; }));
  CHECK(w.heard("choir") == 0);
}

TEST_CASE("an emergency stored above and not below is passed on once below, and stored later") {
  city w;
  w.journal.fail_next(errc::storage_full, 5);
  const auto r = w.cry("second");
  REQUIRE(eventually([&] { return w.heard("second") >= 1; }));
  if (!r) REQUIRE(eventually([&] { return w.cry("second").has_value(); }));
  CHECK(eventually([&] {
    const auto texts = w.heard_by("tower/79.1");
    return std::find(texts.begin(), texts.end(), "second") != texts.end();
  }));
}

TEST_CASE("what could not be stored is told without a position, which another entry may get") {
  city w;
  REQUIRE(w.ask("siren/79.1/s", listen_to{named("tower/79.1")}));
  w.say("tower/79", "now", true);
  const auto all = w.heard_by("tower/79.1").size();
  REQUIRE(eventually([&] { return w.sessions.told().size() >= all; }));
  const auto before = w.sessions.told();
  w.journal.set_capacity(0);
  REQUIRE_FALSE(w.cry("flood"));
  REQUIRE(eventually([&] { return w.sessions.told().size() > before.size(); }));
  w.journal.set_capacity(~std::uint64_t{0});
  w.say("tower/79", "after", true);
  REQUIRE(eventually([&] { return w.sessions.told().size() > before.size() + 1; }));
  auto now = w.sessions.told();
  now.erase(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(before.size()));
  CAPTURE(before, now);
  REQUIRE(now.size() == 2); // each once
  CHECK(std::ranges::count(now, 0U) == 1);
  CHECK(std::max(now[0], now[1]) > before.back());
}

TEST_CASE("an unstored emergency is kept for who comes back until it expires, and no longer") {
  unstored_entries all;
  const auto now = *parse_rfc3339("2026-09-01T05:00:00+07:00");
  const auto keep = [&](const char* feed, duration valid) {
    link::entry e{0, link::lane::emergency, {}, now + valid, 0, "x", nullptr};
    all.keep(named(feed), std::make_shared<const feed_entry>(
                              feed_entry{std::make_shared<const loa::name>(), e}));
  };
  const auto forget = [&](duration later) {
    all.forget([&](const link::entry& e) { return e.expires <= now + later; });
  };
  keep("tower/79.1", std::chrono::minutes(5));
  keep("tower/79.1", std::chrono::hours(2));
  keep("tower/79.2", std::chrono::minutes(5));
  forget(std::chrono::minutes(1));
  CHECK(all.size() == 3);
  forget(std::chrono::minutes(5));
  CHECK(all.size() == 1);
  CHECK(all.take(named("tower/79.2"), 0).empty());
  CHECK(all.take(named("tower/79.1"), 0).size() == 1);
  forget(std::chrono::hours(2));
  CHECK(all.size() == 0);
  keep("tower/79.2", std::chrono::hours(3));
  CHECK(all.take(named("tower/79.2"), 0).size() == 1);
}
