#include <unit/node/world.hpp>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using texts = std::vector<std::string>;

namespace {

link::channel_figures figures_of(world& w, std::string_view who, std::uint64_t position,
                                 std::uint8_t channel) {
  auto r = w.ask(who, get_figures{position});
  REQUIRE(r);
  for (const auto& f : r->get<tower_figures>()->all)
    if (f.channel == channel) return f;
  return {};
}

} // namespace

TEST_CASE("what a feed publishes reaches a durable follower in order") {
  world w;
  REQUIRE(w.ask("tower/a.b", listen_to{named("tower/a")}));
  texts said;
  for (int i = 0; i < 30; ++i) {
    said.push_back("m" + std::to_string(i));
    w.say("tower/a", said.back());
  }
  CHECK(eventually([&] { return w.heard_by("tower/a.b") == said; }));
}

TEST_CASE("an entry cascades over three levels to sessions") {
  world w;
  REQUIRE(w.ask("tower/a.b", listen_to{named("tower/a")}));
  REQUIRE(w.ask("tower/a.b.c", listen_to{named("tower/a.b")}));
  REQUIRE(w.ask("session/x", open_session{named("tower/a.b.c")}));
  w.say("tower/a", "storm", true);
  CHECK(eventually([&] { return w.sessions.got(named("session/x")) == texts{"storm"}; }));
}

TEST_CASE("a follower that was asleep is woken by an entry") {
  auto options = world::small();
  options.idle = duration(20);
  world w(options);
  REQUIRE(w.ask("tower/a.b", listen_to{named("tower/a")}));
  w.say("tower/a", "one");
  REQUIRE(eventually([&] { return w.heard_by("tower/a.b").size() == 1; }));
  REQUIRE(eventually([&] { return !w.node->awake(named("tower/a.b")); }));
  w.say("tower/a", "two");
  CHECK(eventually([&] { return w.node->awake(named("tower/a.b")); }));
  CHECK(eventually([&] { return w.heard_by("tower/a.b") == texts{"one", "two"}; }));
}

TEST_CASE("a follower that crashes gets everything, each once") {
  world w;
  REQUIRE(w.ask("tower/a.b", listen_to{named("tower/a")}));
  texts said;
  for (int i = 0; i < 40; ++i) {
    said.push_back("m" + std::to_string(i));
    w.say("tower/a", said.back());
    if (i % 7 == 3) w.node->kill(named("tower/a.b"));
    if (i % 11 == 5) w.node->kill(named("tower/a"));
  }
  CHECK(eventually([&] { return w.heard_by("tower/a.b") == said; }));
}

TEST_CASE("followers catch up after a restart of the node") {
  world w;
  REQUIRE(w.ask("tower/a.b", listen_to{named("tower/a")}));
  w.say("tower/a", "one");
  w.reboot();
  w.say("tower/a", "two");
  CHECK(eventually([&] { return w.heard_by("tower/a.b") == texts{"one", "two"}; }));
}

TEST_CASE("positions are never used twice, also over restarts and snapshots") {
  auto options = world::small();
  options.snapshot_every = 5;
  world w(options);
  std::uint64_t last = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 7; ++i) {
      const auto position = w.say("tower/a", "m");
      CHECK(position == last + 1);
      last = position;
    }
    w.clock.advance(std::chrono::hours(2)); // all of them expire
    w.reboot();
  }
}

TEST_CASE("an entry that always crashes its follower is put aside after three crashes") {
  world w;
  REQUIRE(w.ask("tower/a.b", listen_to{named("tower/a")}));
  w.say("tower/a", "before");
  w.say("tower/a", "poison");
  w.say("tower/a", "after");
  CHECK(eventually([&] { return w.heard_by("tower/a.b") == texts{"before", "after"}; }));
  CHECK(w.node->read_figures().dead_letters == 1);
}

TEST_CASE("a failed commit at the top takes back what cascaded below it") {
  world w;
  REQUIRE(w.ask("tower/a.b", listen_to{named("tower/a")}));
  w.say("tower/a", "one");
  REQUIRE(eventually([&] { return w.heard_by("tower/a.b") == texts{"one"}; }));
  w.journal.fail_next(errc::storage);
  auto r = w.ask("tower/a", announce{"lost", false, w.clock.now() + std::chrono::hours(1)});
  REQUIRE_FALSE(r);
  w.say("tower/a", "two");
  CHECK(eventually([&] { return w.heard_by("tower/a.b") == texts{"one", "two"}; }));
  w.reboot();
  CHECK(w.heard_by("tower/a.b") == texts{"one", "two"});
}

TEST_CASE("a session that comes late gets what is in force, and counts as late") {
  world w;
  REQUIRE(w.ask("session/early", open_session{named("tower/a")}));
  const auto position = w.say("tower/a", "storm", true);
  REQUIRE(w.ask("session/late", open_session{named("tower/a")}));
  CHECK(eventually([&] { return w.sessions.got(named("session/late")) == texts{"storm"}; }));
  CHECK(eventually([&] {
    const auto f = figures_of(w, "tower/a", position, 1);
    return f.targeted == 1 && f.delivered == 1 && f.late == 1;
  }));
}

TEST_CASE("who has not acknowledged is named as missing") {
  world w;
  w.sessions.acknowledges = false;
  REQUIRE(w.ask("session/x", open_session{named("tower/a")}));
  const auto position = w.say("tower/a", "m");
  REQUIRE(eventually([&] { return w.sessions.got(named("session/x")).size() == 1; }));
  auto r = w.ask("tower/a", get_figures{position});
  REQUIRE(r);
  CHECK(r->get<tower_figures>()->missing == texts{"session/x"});
}

TEST_CASE("a session that leaves without it counts as left") {
  world w;
  w.sessions.acknowledges = false;
  REQUIRE(w.ask("session/x", open_session{named("tower/a")}));
  const auto position = w.say("tower/a", "m");
  REQUIRE(w.ask("session/x", close_session{named("tower/a"), true}));
  CHECK(eventually([&] {
    const auto f = figures_of(w, "tower/a", position, 1);
    return f.targeted == 1 && f.left == 1 && f.delivered == 0;
  }));
}

TEST_CASE("a session that returns gets what it has not acknowledged") {
  world w;
  REQUIRE(w.ask("session/x", open_session{named("tower/a")}));
  w.say("tower/a", "one");
  REQUIRE(eventually([&] { return figures_of(w, "tower/a", 1, 1).delivered == 1; }));
  REQUIRE(w.ask("session/x", close_session{named("tower/a"), false}));
  w.say("tower/a", "two");
  REQUIRE(w.ask("session/x", open_session{named("tower/a")}));
  CHECK(eventually([&] { return w.sessions.got(named("session/x")) == texts{"one", "two"}; }));
}

TEST_CASE("sessions follow again when their feed's actor crashes") {
  world w;
  REQUIRE(w.ask("session/x", open_session{named("tower/a")}));
  w.say("tower/a", "one");
  REQUIRE(eventually([&] { return figures_of(w, "tower/a", 1, 1).delivered == 1; }));
  w.node->kill(named("tower/a"));
  w.say("tower/a", "two");
  CHECK(eventually([&] { return w.sessions.got(named("session/x")) == texts{"one", "two"}; }));
}

TEST_CASE("the driver is told when a session crashed, so that it can attach its clients again") {
  world w;
  REQUIRE(w.ask("session/x", open_session{named("tower/a")}));
  w.node->kill(named("session/x"));
  CHECK(eventually([&] { return w.sessions.restarts() == texts{"session/x"}; }));
}

TEST_CASE("acknowledgements of many sessions are committed as few facts") {
  world w;
  constexpr int n = 500;
  const auto one = [](int i) { return named("session/s" + std::to_string(i)); };
  for (int i = 0; i < n; ++i) REQUIRE(w.ask(one(i).str(), open_session{named("tower/a")}));
  // Who is still waiting for a slot when an entry is published is late for it: let all come in
  // first.
  w.say("tower/a", "hello");
  for (int i = 0; i < n; ++i)
    REQUIRE(eventually([&] { return w.sessions.got(one(i)).size() == 1; }));
  const auto before = store::load_entity(w.journal, named("tower/a"));
  REQUIRE(before);
  const auto position = w.say("tower/a", "m", true);
  CHECK(eventually([&] { return figures_of(w, "tower/a", position, 1).delivered == n; }));
  const auto after = store::load_entity(w.journal, named("tower/a"));
  REQUIRE(after);
  CHECK(after->last_seq - before->last_seq < n / 4);
}

TEST_CASE("figures of an expired entry are kept") {
  auto options = world::small();
  options.snapshot_every = 3;
  world w(options);
  REQUIRE(w.ask("session/x", open_session{named("tower/a")}));
  const auto position = w.say("tower/a", "m");
  REQUIRE(eventually([&] { return figures_of(w, "tower/a", position, 1).delivered == 1; }));
  w.clock.advance(std::chrono::hours(2));
  w.reboot();
  CHECK(figures_of(w, "tower/a", position, 1).delivered == 1);
}
