#include <unit/node/world.hpp>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

TEST_CASE("a post arrives and is applied once") {
  world w;
  REQUIRE(w.ask("counter/a", send_to{named("counter/b"), 5, false}));
  CHECK(eventually([&] { return w.total_of("counter/b") == 5; }));
}

TEST_CASE("a reply that waits for its post comes after the post is committed") {
  world w;
  REQUIRE(w.ask("counter/a", send_to{named("counter/a/b"), 5, true}));
  const auto stored = store::load_entity(w.journal, named("counter/a/b"));
  REQUIRE(stored);
  CHECK(stored->last_seq > 0);
  CHECK(w.total_of("counter/a/b") == 5);
}

TEST_CASE("posts are applied once each though both sides crash") {
  world w;
  for (int i = 0; i < 60; ++i) {
    REQUIRE(w.insist("counter/a", send_to{named("counter/b"), 1, false}));
    if (i % 9 == 4) w.node->kill(named("counter/b"));
    if (i % 13 == 7) w.node->kill(named("counter/a"));
  }
  CHECK(eventually([&] { return w.total_of("counter/b") == 60; }));
  w.reboot(true);
  CHECK(w.total_of("counter/b") == 60);
}

TEST_CASE("a post that was committed is delivered after a restart of the node") {
  world w;
  REQUIRE(w.ask("counter/a", send_to{named("counter/b"), 1, false}));
  w.reboot();
  (void)w.total_of("counter/a"); // wakes the sender
  CHECK(eventually([&] { return w.total_of("counter/b") == 1; }));
}

TEST_CASE("a post that always crashes its receiver ends as a dead letter, and the line goes on") {
  world w;
  REQUIRE(w.ask("counter/a", poison_to{named("counter/b")}));
  REQUIRE(w.ask("counter/a", send_to{named("counter/b"), 8, false}));
  CHECK(eventually([&] { return w.total_of("counter/b") == 8; }));
  CHECK(w.node->read_figures().dead_letters == 1);
}

TEST_CASE("a post that its receiver refuses is put aside") {
  world w;
  REQUIRE(w.ask("counter/a", send_to{named("counter/b"), -3, false}));
  REQUIRE(w.ask("counter/a", send_to{named("counter/b"), 2, false}));
  CHECK(eventually([&] { return w.total_of("counter/b") == 2; }));
  CHECK(w.node->read_figures().dead_letters == 1);
}
