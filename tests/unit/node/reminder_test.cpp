#include <unit/node/world.hpp>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

namespace {
int reminded(world& w, std::string_view who) {
  auto r = w.ask(who, get_total{});
  REQUIRE(r);
  return r->get<total>()->reminded;
}
} // namespace

TEST_CASE("a reminder fires once when it is due") {
  world w;
  REQUIRE(w.ask("counter/a", call_me{w.clock.now() + std::chrono::minutes(5)}));
  CHECK(reminded(w, "counter/a") == 0);
  w.clock.advance(std::chrono::minutes(6));
  CHECK(eventually([&] { return reminded(w, "counter/a") == 1; }));
  w.clock.advance(std::chrono::hours(1));
  w.reboot();
  CHECK(reminded(w, "counter/a") == 1);
}

TEST_CASE("a reminder that came due while the node was down fires late") {
  world w;
  REQUIRE(w.ask("counter/a", call_me{w.clock.now() + std::chrono::minutes(5)}));
  w.clock.advance(std::chrono::hours(3));
  w.reboot();
  CHECK(eventually([&] { return reminded(w, "counter/a") == 1; }));
}

TEST_CASE("a moved reminder fires at its new time only") {
  world w;
  const auto start = w.clock.now();
  REQUIRE(w.ask("counter/a", call_me{start + std::chrono::minutes(5)}));
  REQUIRE(w.ask("counter/a", call_me{start + std::chrono::minutes(50)}));
  REQUIRE(w.ask("counter/b", call_me{start + std::chrono::minutes(6)}));
  w.clock.advance(std::chrono::minutes(10));
  REQUIRE(eventually([&] { return reminded(w, "counter/b") == 1; }));
  CHECK(reminded(w, "counter/a") == 0);
  w.clock.advance(std::chrono::hours(1));
  CHECK(eventually([&] { return reminded(w, "counter/a") == 1; }));
}

TEST_CASE("a reminder wakes an entity that is asleep") {
  auto options = world::small();
  options.idle = duration(20);
  world w(options);
  REQUIRE(w.ask("counter/a", call_me{w.clock.now() + std::chrono::minutes(5)}));
  REQUIRE(eventually([&] { return !w.node->awake(named("counter/a")); }));
  w.clock.advance(std::chrono::minutes(6));
  CHECK(eventually([&] { return reminded(w, "counter/a") == 1; }));
}

TEST_CASE("a founded entity is reminded once at its time, though nobody has woken it") {
  world w;
  const auto due = w.clock.now() + std::chrono::minutes(5);
  REQUIRE(w.ask("counter/a", beget{named("counter/a/b"), 3, {"call"}, due}));
  CHECK_FALSE(w.node->awake(named("counter/a/b")));
  w.clock.advance(std::chrono::minutes(4));
  w.reboot(true);
  w.clock.advance(std::chrono::minutes(2));
  REQUIRE(eventually([&] { return reminded(w, "counter/a/b") == 1; }));
  w.clock.advance(std::chrono::hours(1));
  w.reboot();
  CHECK(reminded(w, "counter/a/b") == 1);
  CHECK(w.ask("counter/a/b", get_total{})->get<total>()->n == 3);
}

TEST_CASE(
    "a founded entity that was read meanwhile is reminded once, and it may move its reminder") {
  world w;
  const auto start = w.clock.now();
  for (const auto* child : {"counter/a/b", "counter/a/c"})
    REQUIRE(w.ask("counter/a", beget{named(child), 3, {"call"}, start + std::chrono::minutes(5)}));
  CHECK(reminded(w, "counter/a/b") == 0);
  REQUIRE(w.ask("counter/a/c", call_me{start + std::chrono::minutes(50)}));
  w.clock.advance(std::chrono::minutes(10));
  REQUIRE(eventually([&] { return reminded(w, "counter/a/b") == 1; }));
  CHECK(reminded(w, "counter/a/c") == 0);
  w.clock.advance(std::chrono::hours(1));
  REQUIRE(eventually([&] { return reminded(w, "counter/a/c") == 1; }));
  w.reboot();
  CHECK(reminded(w, "counter/a/b") == 1);
}

TEST_CASE("an entity founded with a reminder without a good id, or with two of one, is none") {
  world w;
  const auto due = w.clock.now() + std::chrono::minutes(5);
  const auto founded = [&](std::vector<std::string> ids) {
    return w.ask("counter/a", beget{named("counter/a/b"), 3, std::move(ids), due}).has_value();
  };
  CHECK_FALSE(founded({""}));
  CHECK_FALSE(founded({std::string(65, 'x')}));
  CHECK_FALSE(founded({"call", "call"}));
  CHECK(w.ask("counter/a/b", get_total{})->get<total>()->n == 0);
  CHECK(w.ask("counter/a", beget{named("counter/a/d"), 3, {std::string(64, 'x'), "y"}, due}));
  w.clock.advance(std::chrono::minutes(6));
  CHECK(eventually([&] { return reminded(w, "counter/a/d") == 2; }));
}

TEST_CASE("of a backlog each is reminded once, and who woke for that alone sleeps soon") {
  world w; // with an idle time of a minute
  const auto due = w.clock.now() + std::chrono::minutes(5);
  constexpr int all = 1'000;
  for (int n = 0; n < all; ++n)
    REQUIRE(w.ask("counter/a", beget{named("counter/a/b" + std::to_string(n)), 0, {"call"}, due}));
  w.clock.advance(std::chrono::minutes(6));
  const auto left = [&] {
    return w.journal.scan(store::table::reminders, {}, store::end_of_table, all)->size();
  };
  REQUIRE(eventually([&] { return left() == 0; }));
  CHECK(eventually([&] { return w.node->read_figures().awake < 10; }));
  for (int n = 0; n < all; n += 37) CHECK(reminded(w, "counter/a/b" + std::to_string(n)) == 1);
}
