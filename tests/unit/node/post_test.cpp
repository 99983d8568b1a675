#include <unit/node/held_writer.hpp>
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
  CHECK(eventually([&] { return w.node->read_figures().dead_letters == 2; })); // at both ends
}

TEST_CASE("a post that its receiver refuses is put aside") {
  world w;
  REQUIRE(w.ask("counter/a", send_to{named("counter/b"), -3, false}));
  REQUIRE(w.ask("counter/a", send_to{named("counter/b"), 2, false}));
  CHECK(eventually([&] { return w.total_of("counter/b") == 2; }));
  CHECK(eventually([&] { return w.node->read_figures().dead_letters == 2; })); // at both ends
}

TEST_CASE("a post of a decision that is not committed yet stays when an earlier one is committed") {
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  store::memory_journal journal;
  store::threaded_writer behind(journal);
  held_writer writer(behind);
  auto node = *runtime::start(world::small(), {journal, writer, clock},
                              {kind_of<loa::node::test::counter>()});
  const auto total_of = [&](std::string_view who) {
    const auto answer = node->ask_and_wait(named(who), wire::value::of(get_total{}));
    return answer->get<total>()->n;
  };
  const auto from = named("counter/a");
  // The first is committed while the second, which the sender has decided, is still on its way.
  writer.hold(from);
  node->tell(from, wire::value::of(send_to{named("counter/x"), 1, false}));
  node->tell(from, wire::value::of(send_to{named("counter/b"), 5, false}));
  REQUIRE(eventually([&] { return writer.held_of(from) == 2; }));
  writer.let_one_go(from);
  REQUIRE(eventually([&] { return total_of("counter/x") == 1; }));
  CHECK(total_of("counter/b") == 0);
  writer.let_go(from);
  CHECK(eventually([&] { return total_of("counter/b") == 5; }));
}
