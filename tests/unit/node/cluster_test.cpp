#include "cluster_world.hpp"

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using texts = std::vector<std::string>;

TEST_CASE("a command for a name on another node is answered there") {
  two_nodes w;
  REQUIRE(w.city.insist("counter/79.769", add{3}));
  CHECK(w.district.total_of("counter/79.769") == 3);
  CHECK(w.city.total_of("counter/79.769") == 3);
  CHECK_FALSE(w.city.node->awake(named("counter/79.769")));
  CHECK(w.district.node->awake(named("counter/79.769")));
}

TEST_CASE("a refusal on another node comes back as it was said") {
  two_nodes w;
  w.meet();
  const auto r = w.city.ask("counter/79.769", add{-1});
  REQUIRE_FALSE(r);
  CHECK(r.error() == error{errc::rule, "A counter does not count down.", {}});
}

TEST_CASE("a command repeated under its key over the way between nodes is carried out once") {
  two_nodes w;
  w.meet();
  const ask_options key{"k", "c", store::urgency::ordinary};
  REQUIRE(w.city.ask("counter/79.769", add{1}, key));
  w.cut();
  w.mend();
  for (;;) {
    const auto again = w.city.ask("counter/79.769", add{1}, key);
    if (!again) continue;
    CHECK(again->get<total>()->n == 1);
    break;
  }
  CHECK(w.district.total_of("counter/79.769") == 1);
}

TEST_CASE("what a feed publishes reaches followers on another node in order") {
  two_nodes w;
  REQUIRE(w.district.ask("tower/79.769", listen_to{named("tower/79")}));
  texts said;
  for (int i = 0; i < 30; ++i) {
    said.push_back("m" + std::to_string(i));
    w.city.say("tower/79", said.back());
  }
  CHECK(eventually([&] { return w.district.heard_by("tower/79.769") == said; }));
}

TEST_CASE("a follower gets everything once, whichever node is killed meanwhile") {
  two_nodes w;
  REQUIRE(w.district.ask("tower/79.769", listen_to{named("tower/79")}));
  texts said;
  for (int i = 0; i < 12; ++i) {
    said.push_back("m" + std::to_string(i));
    w.city.say("tower/79", said.back());
    if (i == 3) w.district.reboot(true);
    if (i == 7) w.city.reboot(true);
    if (i == 9) w.district.node->kill(named("tower/79.769"));
  }
  // Somebody has to wake a follower whose node has just started.
  CHECK(eventually([&] { return w.district.heard_by("tower/79.769") == said; }));
}

TEST_CASE("what could not be committed never leaves the node") {
  two_nodes w;
  REQUIRE(w.district.ask("tower/79.769", listen_to{named("tower/79")}));
  w.city.say("tower/79", "before");
  REQUIRE(eventually([&] { return w.district.heard_by("tower/79.769") == texts{"before"}; }));
  w.city.journal.set_capacity(0);
  CHECK_FALSE(
      w.city.ask("tower/79", announce{"lost", false, w.city.clock.now() + std::chrono::hours(1)}));
  w.city.journal.set_capacity(~std::uint64_t{0});
  w.city.say("tower/79", "after");
  CHECK(eventually([&] {
    return w.district.heard_by("tower/79.769") == texts{"before", "after"};
  }));
}

TEST_CASE("while the way is cut both nodes go on, and reconcile when it is there again") {
  two_nodes w;
  REQUIRE(w.district.ask("tower/79.769", listen_to{named("tower/79")}));
  w.city.say("tower/79", "before");
  REQUIRE(eventually([&] { return w.district.heard_by("tower/79.769") == texts{"before"}; }));
  w.cut();
  w.city.say("tower/79", "meanwhile");
  REQUIRE(w.district.ask("counter/79.769.1", send_to{named("counter/79"), 5}));
  w.district.say("tower/79.769", "own");
  CHECK(w.district.heard_by("tower/79.769") == texts{"before"});
  w.mend();
  CHECK(eventually([&] {
    return w.district.heard_by("tower/79.769") == texts{"before", "meanwhile"};
  }));
  CHECK(eventually([&] { return w.city.total_of("counter/79") == 5; }));
}

TEST_CASE("who asks for a name on a node that is out of reach hears so soon") {
  two_nodes w;
  w.meet();
  w.cut();
  const auto r = w.city.ask("counter/79.769", get_total{});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::unavailable);
  CHECK(r.error().detail.find("district") != std::string::npos);
  CHECK_FALSE(w.city.node->peers().at(0).up);
  CHECK_FALSE(w.city.node->peers().at(0).why.empty());
}

TEST_CASE("post climbs from node to node, each letter once") {
  two_nodes w;
  for (int i = 0; i < 20; ++i) {
    REQUIRE(w.district.insist("counter/79.769.1", send_to{named("counter/79"), 1}));
    if (i == 10) w.city.reboot(true);
  }
  CHECK(eventually([&] { return w.city.total_of("counter/79") == 20; }));
}

TEST_CASE("a body that fifty followers on a node get crosses once") {
  two_nodes w;
  constexpr int followers = 50;
  for (int i = 0; i < followers; ++i)
    REQUIRE(w.district.ask("tower/79.769." + std::to_string(i), listen_to{named("tower/79")}));
  const auto before = w.board.carried("city:1", "district:1");
  const std::string long_text(400'000, 'x');
  w.city.say("tower/79", long_text, true);
  for (int i = 0; i < followers; ++i)
    REQUIRE(eventually([&] {
      return w.district.heard_by("tower/79.769." + std::to_string(i)) == texts{long_text};
    }));
  CHECK(w.board.carried("city:1", "district:1") - before < 2 * long_text.size());
}

TEST_CASE("an emergency that finds the disk full goes to other nodes all the same") {
  two_nodes w;
  REQUIRE(w.district.ask("tower/79.769", listen_to{named("tower/79")}));
  REQUIRE(w.district.ask("session/s", open_session{named("tower/79.769")}));
  w.city.say("tower/79", "before");
  REQUIRE(eventually([&] { return w.district.sessions.got(named("session/s")).size() == 1; }));
  w.city.journal.set_capacity(0);
  REQUIRE(eventually([&] {
    (void)w.city.ask("tower/79",
                     announce{"flood", true, w.city.clock.now() + std::chrono::hours(1)},
                     {{}, {}, store::urgency::emergency});
    return w.district.sessions.got(named("session/s")) == texts{"before", "flood"};
  }));
}

TEST_CASE("a node with another authority is refused, and both say why") {
  two_nodes w;
  net::test::cluster strangers("hcm", 2);
  w.district.join = [&] { return w.joining("district", strangers); };
  w.district.reboot();
  REQUIRE_FALSE(w.city.ask("counter/79.769", get_total{}));
  CHECK(eventually([&] { return !w.city.node->peers().at(0).why.empty(); }));
  CHECK_FALSE(w.city.node->peers().at(0).up);
  INFO(w.city.node->peers().at(0).why);
  CHECK(w.city.node->peers().at(0).why.find("authority") != std::string::npos);
}
