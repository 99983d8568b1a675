#include <unit/node/world.hpp>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

TEST_CASE("what was answered survives a crash of the machine") {
  world w;
  w.journal.hold_syncs(false);
  int answered = 0;
  for (int i = 0; i < 50; ++i) answered += w.ask("counter/a", add{1}) ? 1 : 0;
  w.reboot(true);
  CHECK(w.total_of("counter/a") == answered);
}

TEST_CASE("a failed commit gives its caller the error and leaves no trace") {
  world w;
  REQUIRE(w.ask("counter/a", add{4}));
  w.journal.fail_next(errc::storage_full);
  auto r = w.ask("counter/a", add{1});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::storage_full);
  CHECK(w.total_of("counter/a") == 4);
  REQUIRE(w.ask("counter/a", add{1}));
  CHECK(w.total_of("counter/a") == 5);
}

TEST_CASE("commands decided on a fact whose commit fails fail with it") {
  world w;
  REQUIRE(w.ask("counter/a", add{1}));
  w.journal.fail_next(errc::storage);
  std::atomic<int> good{0}, bad{0};
  for (int i = 0; i < 200; ++i)
    w.node->ask(named("counter/a"), wire::value::of(add{1}),
                [&](result<wire::value> r) { r ? ++good : ++bad; });
  CHECK(eventually([&] { return good + bad == 200; }));
  CHECK(bad >= 1);
  CHECK(w.total_of("counter/a") == 1 + good);
  w.reboot();
  CHECK(w.total_of("counter/a") == 1 + good);
}

TEST_CASE("a full journal refuses, goes on reading, and takes facts again when there is room") {
  world w;
  REQUIRE(w.ask("counter/a", add{1}));
  w.journal.set_capacity(1);
  auto r = w.ask("counter/a", add{1});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::storage_full);
  CHECK(w.total_of("counter/a") == 1);
  w.journal.set_capacity(1U << 30);
  REQUIRE(w.ask("counter/a", add{1}));
  CHECK(w.total_of("counter/a") == 2);
}

TEST_CASE("random failures never make answers and journal differ") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    world w;
    seeded_random random(seed);
    std::atomic<int> good[4]{}, done{0};
    constexpr int commands = 400;
    for (int i = 0; i < commands; ++i) {
      if (random.chance(0.05)) w.journal.fail_next(errc::storage);
      const auto k = random.below(4);
      if (random.chance(0.02)) w.node->kill(named("counter/c" + std::to_string(k)));
      w.node->ask(named("counter/c" + std::to_string(k)), wire::value::of(add{1}),
                  [&, k](result<wire::value> r) {
                    if (r) ++good[k];
                    ++done;
                  });
    }
    REQUIRE(eventually([&] { return done == commands; }));
    w.journal.fail_next(errc::storage, 0);
    w.reboot(true);
    for (int k = 0; k < 4; ++k) {
      const auto kept = w.total_of("counter/c" + std::to_string(k));
      // A crash may keep what it could not answer, and must not lose what it did.
      CHECK(kept >= good[k]);
    }
  }
}

TEST_CASE("a repeated command with the same key gets the first answer again") {
  world w;
  const ask_options keyed{"key-1", "content"};
  auto first = w.ask("counter/a", add{5}, keyed);
  REQUIRE(first);
  auto second = w.ask("counter/a", add{5}, keyed);
  REQUIRE(second);
  CHECK(second->get<total>()->n == first->get<total>()->n);
  CHECK(w.total_of("counter/a") == 5);

  SECTION("also after a restart of the node") {
    w.reboot();
    auto third = w.ask("counter/a", add{5}, keyed);
    REQUIRE(third);
    REQUIRE(third->get<total>());
    CHECK(third->get<total>()->n == 5);
    CHECK(w.total_of("counter/a") == 5);
  }
  SECTION("and other content under it is refused") {
    auto other = w.ask("counter/a", add{6}, {"key-1", "other"});
    REQUIRE_FALSE(other);
    CHECK(other.error().code == errc::conflict);
  }
  SECTION("but not after the time for which answers are kept") {
    w.clock.advance(std::chrono::hours(25));
    auto later = w.ask("counter/a", add{5}, keyed);
    REQUIRE(later);
    CHECK(later->get<total>()->n == 10);
  }
}

TEST_CASE("a refused command does not use up its key") {
  world w;
  REQUIRE_FALSE(w.ask("counter/a", add{-1}, {"k", "c"}));
  REQUIRE(w.ask("counter/a", add{1}, {"k", "c"}));
  CHECK(w.total_of("counter/a") == 1);
}

TEST_CASE("a fact that is too large is refused, and the largest one is read again") {
  world w;
  REQUIRE(w.ask("counter/a", note_down{std::string(most_fact_octets - 64, 'a')}));
  auto r = w.ask("counter/a", note_down{std::string(most_fact_octets, 'a')});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::too_large);
  CHECK(r.error().detail.find("at most 1048576") != std::string::npos);
  REQUIRE(w.ask("counter/a", add{1}));
  w.reboot(true);
  CHECK(w.total_of("counter/a") == 1);
}

TEST_CASE("a post that is too large is refused, and nothing of its decision is kept") {
  world w;
  auto r = w.ask("counter/a", write_to{named("counter/b"), std::string(1U << 20, 'a')});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::too_large);
  REQUIRE(w.ask("counter/a", write_to{named("counter/b"), std::string(400U << 10, 'a')}));
  CHECK(w.node->read_figures().dead_letters == 0);
}

TEST_CASE("an answer of two megabytes is given again as it was") {
  world w;
  const std::string text((1U << 20) - 64, 'a');
  const ask_options once{.key = "k", .content = "c"};
  const auto first = w.ask("counter/a", note_down{text}, once);
  REQUIRE(first);
  const auto again = w.ask("counter/a", note_down{text}, once);
  REQUIRE(again);
  REQUIRE(again->get<noted>());
  CHECK(again->get<noted>()->text == text + text);
}
