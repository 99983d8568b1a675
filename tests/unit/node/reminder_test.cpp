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
