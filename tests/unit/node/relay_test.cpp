#include "cluster_world.hpp"

#include <thread>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using texts = std::vector<std::string>;

namespace {

/// The figures for sessions of an entry of the city's feed.
link::channel_figures figures_of(two_nodes& w, std::uint64_t position) {
  auto r = w.city.insist("tower/79", get_figures{position});
  REQUIRE(r);
  for (const auto& f : r->get<tower_figures>()->all)
    if (f.channel == 1) return f;
  return {};
}

std::string session_name(int i) {
  return "session/s" + std::to_string(i);
}

/// Sessions on the district's node that follow the city, and have a slot there.
void follow_city(two_nodes& w, int sessions) {
  for (int i = 0; i < sessions; ++i)
    REQUIRE(w.district.ask(session_name(i), open_session{named("tower/79")}));
  REQUIRE(eventually([&] {
    const auto at = w.city.say("tower/79", "hello");
    return figures_of(w, at).targeted == static_cast<std::uint64_t>(sessions);
  }));
}

bool has(const world& w, const std::string& who, const std::string& text) {
  const auto got = w.sessions.got(named(who));
  return std::count(got.begin(), got.end(), text) == 1;
}

} // namespace

TEST_CASE("a session gets what a feed on another node has in force, and what comes") {
  two_nodes w;
  w.city.say("tower/79", "before");
  REQUIRE(w.district.ask("session/s", open_session{named("tower/79")}));
  CHECK(eventually([&] { return w.district.sessions.got(named("session/s")) == texts{"before"}; }));
  w.city.say("tower/79", "now", true);
  CHECK(eventually([&] {
    return w.district.sessions.got(named("session/s")) == texts{"before", "now"};
  }));
  CHECK_FALSE(w.city.node->awake(named("session/s")));
}

TEST_CASE("what sessions on another node acknowledge counts exactly at the feed") {
  two_nodes w;
  follow_city(w, 20);
  w.district.sessions.acknowledges = false;
  const auto unheard = w.city.say("tower/79", "unheard");
  REQUIRE(eventually([&] { return has(w.district, session_name(7), "unheard"); }));
  CHECK(figures_of(w, unheard).delivered == 0);
  CHECK(figures_of(w, unheard).missing() == 20);
  w.district.sessions.acknowledges = true;
  const auto heard = w.city.say("tower/79", "heard");
  CHECK(eventually([&] { return figures_of(w, heard).delivered == 20; }));
  CHECK(eventually([&] { return figures_of(w, unheard).delivered == 20; }));
}

TEST_CASE("an entry for two hundred sessions on another node crosses once") {
  two_nodes w;
  follow_city(w, 200);
  const auto before = w.board.carried("city:1", "district:1");
  const std::string long_text(400'000, 'x');
  w.city.say("tower/79", long_text, true);
  REQUIRE(eventually([&] {
    for (int i = 0; i < 200; ++i)
      if (!has(w.district, session_name(i), long_text)) return false;
    return true;
  }));
  CHECK(w.board.carried("city:1", "district:1") - before < 2 * long_text.size());
}

TEST_CASE("sessions on another node notice nothing when their feed crashes or its node restarts") {
  two_nodes w;
  follow_city(w, 5);
  w.city.node->kill(named("tower/79"));
  w.city.say("tower/79", "after the crash");
  CHECK(eventually([&] { return has(w.district, session_name(3), "after the crash"); }));
  w.city.reboot(true);
  w.city.say("tower/79", "after the restart");
  CHECK(eventually([&] { return has(w.district, session_name(3), "after the restart"); }));
  const auto at = w.city.say("tower/79", "counted");
  CHECK(eventually([&] { return figures_of(w, at).delivered == 5; }));
}

TEST_CASE("what is acknowledged while the way is cut counts when it is there again") {
  two_nodes w;
  follow_city(w, 3);
  w.cut();
  const auto at = w.city.say("tower/79", "meanwhile");
  CHECK(figures_of(w, at).delivered == 0);
  CHECK(figures_of(w, at).missing() == 3);
  w.mend();
  CHECK(eventually([&] { return figures_of(w, at).delivered == 3; }));
}

TEST_CASE("a session that gives up its place on another node counts as left") {
  two_nodes w;
  follow_city(w, 2);
  w.district.sessions.acknowledges = false;
  const auto at = w.city.say("tower/79", "last words");
  REQUIRE(eventually([&] { return has(w.district, session_name(1), "last words"); }));
  REQUIRE(w.district.ask(session_name(1), close_session{named("tower/79"), true}));
  CHECK(eventually([&] { return figures_of(w, at).left == 1; }));
  CHECK(figures_of(w, at).missing() == 1);
}

TEST_CASE("an emergency that finds the disk full reaches sessions on other nodes") {
  two_nodes w;
  follow_city(w, 2);
  w.city.journal.set_capacity(0);
  REQUIRE_FALSE(w.city.ask("tower/79",
                           announce{"flood", true, w.city.clock.now() + std::chrono::hours(1)},
                           {{}, {}, store::urgency::emergency}));
  for (int i = 0; i < 2; ++i)
    CHECK(eventually([&] { return has(w.district, session_name(i), "flood"); }));
}

TEST_CASE("what a session acknowledged before it went counts when its feed can store again") {
  two_nodes w;
  follow_city(w, 1); // others would get it again, too, and acknowledge it
  w.district.sessions.acknowledges = false;
  const auto at = w.city.say("tower/79", "last words");
  REQUIRE(eventually([&] { return has(w.district, session_name(0), "last words"); }));
  w.city.journal.set_capacity(0);
  w.district.sessions.acknowledges = true;
  REQUIRE(w.district.ask(session_name(0), open_session{named("tower/79")}));
  REQUIRE(eventually([&] { // it gets the entry again, and has it now
    const auto got = w.district.sessions.got(named(session_name(0)));
    return std::count(got.begin(), got.end(), "last words") == 2;
  }));
  REQUIRE(w.district.ask(session_name(0), close_session{named("tower/79"), false}));
  w.city.node->kill(named("tower/79"));
  REQUIRE(eventually([&] { return w.city.ask("tower/79", get_figures{at}).has_value(); }));
  const auto before = w.board.carried("district:1", "city:1");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(w.board.carried("district:1", "city:1") - before <
        20'000); // and is not asked without pause
  w.city.journal.set_capacity(~std::uint64_t{0});
  CHECK(eventually([&] { return figures_of(w, at).delivered == 1; }));
}

TEST_CASE("what a session acknowledged before it followed anew counts, though the way was cut") {
  two_nodes w;
  follow_city(w, 2);
  w.district.sessions.acknowledges = false;
  const auto at = w.city.say("tower/79", "last words");
  REQUIRE(eventually([&] { return has(w.district, session_name(0), "last words"); }));
  w.cut();
  w.district.sessions.acknowledges = true;
  const auto follow_again = [&] {
    REQUIRE(w.district.ask(session_name(0), open_session{named("tower/79")}));
  };
  w.mend();
  follow_again(); // it gets the entry again, and has it
  REQUIRE(eventually([&] {
    const auto got = w.district.sessions.got(named(session_name(0)));
    return std::count(got.begin(), got.end(), "last words") == 2;
  }));
  w.cut();
  follow_again();
  w.mend();
  CHECK(eventually([&] { return figures_of(w, at).delivered == 1; }));
}

TEST_CASE("a crowd that comes at once to a feed on another node stops nothing else") {
  two_nodes w;
  w.meet();
  constexpr int crowd = 6'000;
  for (int i = 0; i < crowd; ++i)
    w.district.node->tell(named(session_name(i)), wire::value::of(open_session{named("tower/79")}));
  // An alert comes through while they wait for their seats, and the way stays open.
  REQUIRE(w.district.ask("tower/79.769", listen_to{named("tower/79")}));
  w.city.say("tower/79", "flood", true);
  CHECK(eventually([&] { return w.district.heard_by("tower/79.769") == texts{"flood"}; }));
  CHECK(eventually([&] { return has(w.district, session_name(crowd - 1), "flood"); }));
  CHECK(w.district.node->peers().at(0).up);
  CHECK(w.district.metrics.get_counter("loa_peer_refused_total", "").value() == 0);
  // Each was asked for about once: names of some twenty octets.
  CHECK(w.board.carried("district:1", "city:1") < std::uint64_t{crowd} * 400);
}
