#include "cluster_world.hpp"

#include <algorithm>

// A feed that has as many followers as it may have.

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using texts = std::vector<std::string>;

namespace {

runtime_options few() {
  auto o = world::small();
  o.most_sessions = 2;
  return o;
}

bool turned_away(const world& w, const texts& who) {
  return eventually([&] { return w.sessions.all_turned_away() == who; });
}

bool hears(const world& w, std::string_view who, const texts& all) {
  return eventually([&] { return w.sessions.got(named(who)) == all; });
}

} // namespace

TEST_CASE("a session too many is turned away, and neither the feed nor the others notice") {
  world w(few());
  for (const auto* who : {"session/a", "session/b"})
    REQUIRE(w.ask(who, open_session{named("tower/79")}));
  w.say("tower/79", "one");
  REQUIRE((hears(w, "session/a", {"one"}) && hears(w, "session/b", {"one"})));

  REQUIRE(w.ask("session/c", open_session{named("tower/79")}));
  CHECK(turned_away(w, {"session/c"}));
  w.say("tower/79", "two");
  CHECK(hears(w, "session/b", {"one", "two"}));
  CHECK(w.sessions.got(named("session/c")).empty());
  CHECK(w.metrics.get_counter("loa_followers_turned_away_total", "").value() == 1);
  CHECK(w.sessions.restarts().empty());
}

TEST_CASE("who leaves makes room for another") {
  world w(few());
  for (const auto* who : {"session/a", "session/b"})
    REQUIRE(w.ask(who, open_session{named("tower/79")}));
  REQUIRE(w.ask("session/a", close_session{named("tower/79"), true}));
  REQUIRE(eventually([&] {
    (void)w.ask("session/c", open_session{named("tower/79")});
    w.say("tower/79", "now");
    return !w.sessions.got(named("session/c")).empty();
  }));
}

TEST_CASE("what has a journal of its own follows a feed that admits no more sessions") {
  world w(few());
  for (const auto* who : {"session/a", "session/b", "session/c"})
    REQUIRE(w.ask(who, open_session{named("tower/79")}));
  REQUIRE(turned_away(w, {"session/c"}));
  REQUIRE(w.ask("tower/79.769", listen_to{named("tower/79")}));
  w.say("tower/79", "news");
  CHECK(eventually([&] { return w.heard_by("tower/79.769") == texts{"news"}; }));
}

TEST_CASE("a session on another node is turned away likewise") {
  two_nodes w(few());
  for (const auto* who : {"session/a", "session/b"}) {
    REQUIRE(w.district.ask(who, open_session{named("tower/79")}));
    w.city.say("tower/79", who);
    REQUIRE(eventually([&] { return !w.district.sessions.got(named(who)).empty(); }));
  }
  REQUIRE(w.district.ask("session/c", open_session{named("tower/79")}));
  CHECK(turned_away(w.district, {"session/c"}));
  w.city.say("tower/79", "last");
  CHECK(eventually([&] { return w.district.sessions.got(named("session/b")).back() == "last"; }));
  CHECK(w.district.sessions.got(named("session/c")).empty());
}

TEST_CASE("a crowd larger than what may wait for a feed that wakes gets its entries all the same") {
  auto narrow = world::small();
  narrow.most_waking = 1;
  narrow.most_waiting = 4;
  two_nodes w(narrow);
  constexpr int crowd = 200;
  const auto who = [](int i) { return "session/s" + std::to_string(i); };
  for (const auto* feed : {"tower/79", "tower/79.769"}) { // one elsewhere, one at home
    for (int i = 0; i < crowd; ++i)
      w.district.node->tell(named(who(i)), wire::value::of(open_session{named(feed)}));
    (feed == std::string_view("tower/79") ? w.city : w.district).say(feed, feed, true);
    CHECK(eventually([&] {
      for (int i = 0; i < crowd; ++i) {
        const auto got = w.district.sessions.got(named(who(i)));
        if (std::ranges::count(got, feed) == 0) return false;
      }
      return true;
    }));
  }
}
