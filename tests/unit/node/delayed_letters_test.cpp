#include <loa/node/internal/delayed_letters.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/make_counted.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <catch2/catch.hpp>

#include <vector>

using namespace loa;
using namespace loa::node;
using namespace std::chrono_literals;

namespace {

/// A clock, a scheduler in virtual time beside it, and somebody who writes to himself.
struct world {
  struct note {
    std::uint64_t number;
    instant at;
    bool operator==(const note&) const = default;
  };

  class collector final : public receiver {
  public:
    explicit collector(world& of) : receiver(of.system), of_(of) {}

  private:
    void read(envelope& e) override {
      const auto& l = static_cast<letter_envelope&>(e).inside;
      of_.got.push_back({std::get<tick_letter>(l).number, of_.time.now()});
    }
    world& of_;
  };

  caf::actor_system_config config;
  caf::actor_system system{config.set("scheduler.policy", caf::atom("testing"))};
  caf::scheduler::test_coordinator& scheduler =
      dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  manual_clock time{from_millis(1'000'003)};
  std::vector<note> got;
  delayed_letters letters{time};
  caf::intrusive_ptr<collector> somebody = caf::make_counted<collector>(*this);
  caf::actor carrier = new_carrier();

  ~world() {
    letters.close();
    leave(carrier);
  }

  caf::actor new_carrier() {
    auto made = system.spawn(
        [](caf::event_based_actor*, delayed_letters* of) -> caf::behavior {
          return {[of](hand_out_atom, std::uint64_t number) { of->hand_out(number); }};
        },
        &letters);
    letters.carried_by(made);
    return made;
  }
  void leave(caf::actor& whom) {
    caf::anon_send_exit(whom, caf::exit_reason::user_shutdown);
    whom = nullptr;
    scheduler.run();
  }

  void send(std::uint64_t number, duration delay) {
    letters.add(somebody, delay, tick_letter{number});
  }
  void pass(duration span) {
    for (; span > 0ms; span -= 1ms) {
      time.advance(1ms);
      scheduler.advance_time(caf::timespan(1ms));
      scheduler.run();
    }
  }
  [[nodiscard]] std::size_t asked_of_the_clock() const {
    return scheduler.clock().schedule().size();
  }
};

} // namespace

TEST_CASE("a delayed letter comes when it is due, and not later than a grain after that") {
  world w;
  const auto begun = w.time.now();
  w.send(1, 100ms);
  w.send(2, 104ms);
  w.send(3, 3ms);
  w.send(4, 0ms);
  w.pass(1s);
  REQUIRE(w.got.size() == 4);
  CHECK(w.got[0] == world::note{4, begun + 1ms});
  CHECK(w.got[1] == world::note{3, begun + 3ms});
  CHECK(w.got[2] == world::note{1, begun + 107ms}); // the next multiple
  CHECK(w.got[3] == world::note{2, begun + 107ms});
}

TEST_CASE("a thousand delayed letters are few messages for the clock") {
  world w;
  for (std::uint64_t i = 0; i < 1000; ++i) w.send(i, 100ms + duration(i % 50));
  CHECK(w.asked_of_the_clock() == 1);
  w.pass(1s);
  CHECK(w.got.size() == 1000);
  CHECK(w.asked_of_the_clock() == 0);
}

TEST_CASE("a delayed letter does not wait for one that was written earlier and is due later") {
  world w;
  const auto begun = w.time.now();
  w.send(1, 500ms);
  w.pass(10ms);
  w.send(2, 5ms);
  w.pass(1s);
  CHECK(w.got == std::vector<world::note>{{2, begun + 15ms}, {1, begun + 507ms}});
  CHECK(w.asked_of_the_clock() == 0);
}

TEST_CASE("what waits for a carrier that has gone comes through the next one") {
  world w;
  w.send(1, 100ms);
  w.leave(w.carrier);
  w.send(2, 50ms);
  w.pass(200ms);
  CHECK(w.got.empty());
  w.carrier = w.new_carrier();
  w.pass(20ms);
  CHECK(w.got.size() == 2);
}

TEST_CASE("once closed, delayed letters let everybody go") {
  world w;
  w.send(1, 100ms);
  w.letters.close();
  w.send(2, 0ms);
  CHECK(w.somebody->get_reference_count() == 1);
  w.pass(200ms);
  CHECK(w.got.empty());
}
