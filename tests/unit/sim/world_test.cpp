#include <loa/sim/world.hpp>

#include <unit/node/world.hpp>

using namespace loa;
using namespace loa::node::test;
using namespace std::chrono_literals;

namespace {

sim::machine_plan counters(std::string name) {
  return {std::move(name),
          {},
          [] {
            return std::vector{node::kind_of<node::test::counter>(), node::kind_of<tower>(),
                               node::kind_of<session>()};
          },
          {},
          {}};
}

} // namespace

TEST_CASE("a simulated node answers, and its answer survives its end") {
  sim::world w(1);
  auto& m = w.add(counters("city"));
  REQUIRE(m.start());
  int answered = 0;
  m.ask(named("counter/a"), wire::value::of(add{5}), [&](const auto& r) {
    REQUIRE(r);
    answered = r->template get<total>()->n;
    m.kill();
  });
  w.run_until(1s);
  CHECK(answered == 5);
  CHECK(m.is() == sim::machine::state::off);
  REQUIRE(m.start());
  m.ask(named("counter/a"), wire::value::of(get_total{}), [&](const auto& r) {
    REQUIRE(r);
    answered = 10 * r->template get<total>()->n;
  });
  w.run_until(2s);
  CHECK(answered == 50);
  CHECK(m.stop());
}

TEST_CASE("a world may end at any instant, whatever is under way") {
  for (int steps = 0; steps < 200; ++steps) {
    int answers = 0;
    sim::world w(3);
    auto& m = w.add(counters("city"));
    REQUIRE(m.start());
    for (int i = 0; i < 5; ++i)
      w.after(100us * i, [&] {
        m.ask(named("counter/a"), wire::value::of(add{1}), [&](const auto&) { ++answers; });
      });
    if (steps % 3 == 0) w.after(400us, [&] { m.freeze(); });
    for (int i = 0; i < steps; ++i) w.step();
    CHECK(answers <= 5);
  }
}

TEST_CASE("thirty nodes live in one process") {
  sim::world w(7);
  int answers = 0;
  for (int i = 0; i < 30; ++i) {
    auto& m = w.add(counters("n" + std::to_string(i)));
    REQUIRE(m.start());
    m.ask(named("counter/a"), wire::value::of(add{1}), [&](const auto& r) { answers += !!r; });
  }
  w.run_until(60s);
  CHECK(answers == 30);
  for (const auto& m : w.machines()) CHECK(m->stop());
}

TEST_CASE("idle hours", "[.speed]") {
  sim::world w(7);
  for (int i = 0; i < 3; ++i) {
    auto& m = w.add(counters("n" + std::to_string(i)));
    REQUIRE(m.start());
  }
  w.run_until(std::chrono::hours(10));
  std::printf("steps %llu\n", (unsigned long long)w.steps());
}
