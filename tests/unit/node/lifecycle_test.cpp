#include <unit/node/world.hpp>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

TEST_CASE("an entity wakes with the first message for it and answers") {
  world w;
  CHECK_FALSE(w.node->awake(named("counter/a")));
  auto r = w.ask("counter/a", add{3});
  REQUIRE(r);
  CHECK(r->get<total>()->n == 3);
  CHECK(w.node->awake(named("counter/a")));
}

TEST_CASE("a name of an unknown kind is refused") {
  world w;
  auto r = w.ask("kettle/a", add{1});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::not_found);
}

TEST_CASE("a command that the kind does not know is refused and the entity stays awake") {
  world w;
  auto r = w.ask("counter/a", announce{"x", false, {}});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::unsupported);
  CHECK(w.total_of("counter/a") == 0);
}

TEST_CASE("a refusal changes nothing") {
  world w;
  REQUIRE(w.ask("counter/a", add{3}));
  auto r = w.ask("counter/a", add{-1});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::rule);
  CHECK(w.total_of("counter/a") == 3);
}

TEST_CASE("an entity that crashes is restarted with its state") {
  world w;
  REQUIRE(w.ask("counter/a", add{5}));
  auto r = w.ask("counter/a", explode{});
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::unavailable);
  CHECK(w.total_of("counter/a") == 5);
  CHECK(eventually([&] { return w.node->read_figures().restarts == 1; }));
}

TEST_CASE("a killed entity is restarted by its supervisor without any message for it") {
  world w;
  REQUIRE(w.ask("counter/a", add{5}));
  w.node->kill(named("counter/a"));
  CHECK(eventually([&] { return w.node->read_figures().restarts == 1; }));
  CHECK(eventually([&] { return w.node->awake(named("counter/a")); }));
  CHECK(w.total_of("counter/a") == 5);
}

TEST_CASE("siblings notice nothing of a crash") {
  world w;
  for (int i = 0; i < 100; ++i) REQUIRE(w.ask("counter/home/c" + std::to_string(i), add{i}));
  w.node->kill(named("counter/home/c50"));
  CHECK(eventually([&] { return w.node->read_figures().restarts == 1; }));
  for (int i = 0; i < 100; ++i) CHECK(w.total_of("counter/home/c" + std::to_string(i)) == i);
  CHECK(w.node->read_figures().restarts == 1);
}

TEST_CASE("more crashes in a home than its intensity stop the home, and it starts anew") {
  auto options = world::small();
  options.restart_intensity = 3;
  world w(options);
  REQUIRE(w.ask("counter/home/bystander", add{7}));
  for (int i = 0; i < 4; ++i) {
    (void)w.ask("counter/home/bad", explode{});
    CHECK(eventually([&] {
      return w.node->read_figures().restarts >=
             std::min<std::uint64_t>(static_cast<std::uint64_t>(i) + 1, 3);
    }));
  }
  CHECK(eventually([&] { return !w.node->awake(named("counter/home/bystander")); }));
  CHECK(w.total_of("counter/home/bystander") == 7);
}

TEST_CASE("an idle entity goes to sleep and wakes with its state") {
  auto options = world::small();
  options.idle = duration(20);
  world w(options);
  REQUIRE(w.ask("counter/a", add{2}));
  CHECK(eventually([&] { return !w.node->awake(named("counter/a")); }));
  CHECK(w.total_of("counter/a") == 2);
}

TEST_CASE("state survives a restart of the node") {
  world w;
  for (int i = 0; i < 20; ++i) REQUIRE(w.ask("counter/a", add{1}));
  w.reboot();
  CHECK(w.total_of("counter/a") == 20);
}

TEST_CASE("snapshots bound replay, and facts behind them are pruned") {
  auto options = world::small();
  options.snapshot_every = 10;
  world w(options);
  for (int i = 0; i < 95; ++i) REQUIRE(w.ask("counter/a", add{1}));
  w.reboot();
  const auto stored = store::load_entity(w.journal, named("counter/a"));
  REQUIRE(stored);
  CHECK(stored->facts.size() < 20);
  CHECK(w.total_of("counter/a") == 95);
}

TEST_CASE("no more entities load at once than the cap, and all get their turn") {
  auto options = world::small();
  options.most_waking = 2;
  world w(options);
  constexpr int n = 2'000;
  std::atomic<int> answered{0};
  for (int i = 0; i < n; ++i)
    w.node->ask(named("counter/h/c" + std::to_string(i)), wire::value::of(add{1}),
                [&](result<wire::value> r) { answered += r ? 1 : 0; });
  CHECK(eventually([&] { return answered == n; }));
}

TEST_CASE("beyond the limit of commands under way the next is refused at once") {
  auto options = world::small();
  options.most_asks = 1;
  world w(options);
  w.journal.hold_syncs(false);
  std::atomic<int> refused{0}, done{0};
  for (int i = 0; i < 1000; ++i)
    w.node->ask(named("counter/a"), wire::value::of(add{1}), [&](result<wire::value> r) {
      if (r)
        ++done;
      else if (r.error().code == errc::too_many)
        ++refused;
    });
  CHECK(eventually([&] { return done + refused == 1000; }));
  CHECK(refused > 0);
  CHECK(w.total_of("counter/a") == done);
}

TEST_CASE("an entity can found another in its own transaction, once") {
  world w;
  REQUIRE(w.ask("counter/home", beget{named("counter/home/child"), 9}));
  CHECK(w.total_of("counter/home/child") == 9);
  auto again = w.ask("counter/home", beget{named("counter/home/child"), 1});
  REQUIRE_FALSE(again);
  CHECK(again.error().code == errc::conflict);
  CHECK(w.total_of("counter/home/child") == 9);
}

TEST_CASE("the time that entities take to decide is measured") {
  world w;
  REQUIRE(w.ask("counter/a", add{1}));
  std::uint64_t observed = 0;
  for (const auto& s : w.metrics.collect())
    if (s.name == "loa_decide_seconds")
      for (const auto n : s.buckets.counts) observed += n;
  CHECK(observed == 1);
}

TEST_CASE("a node may be ended by another thread than the one that started it") {
  world w;
  REQUIRE(w.ask("counter/79", add{1}));
  std::thread([&] { w.node.reset(); }).join();
  w.reboot();
  CHECK(w.total_of("counter/79") == 1);
}
