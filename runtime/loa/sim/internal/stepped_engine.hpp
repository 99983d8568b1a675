#pragma once

#include <loa/base/random.hpp>
#include <loa/node/internal/engine.hpp>
#include <loa/sim/trace.hpp>

#include <caf/scheduler/test_coordinator.hpp>

#include <functional>
#include <optional>

namespace loa::sim {

/// Runs the actors of one node on CAF's test coordinator: one message of one actor at a time, which
/// one the seed says, on a clock that moves when it is told to. One thread.
class stepped_engine final : public node::engine {
public:
  /// `more` is asked while the node starts or stops and no actor has anything to do: true if it
  /// made something happen, such as a commit.
  stepped_engine(seeded_random& random, std::function<bool()> more)
      : random_(random),
        more_(std::move(more)) {}

  // node::engine
  void configure(caf::actor_system_config& config) override;
  void begin(caf::actor_system& system) override;
  bool work_until(const std::function<bool()>& done, duration patience) override;
  void end() override { coordinator_ = nullptr; }
  [[nodiscard]] bool works_meanwhile() const noexcept override { return false; }

  /// Actors that have something to do.
  [[nodiscard]] std::size_t ready() const { return coordinator_ ? coordinator_->jobs.size() : 0; }
  /// Lets one of them take one message. Not when none is ready.
  void step();

  /// Moves the clock to `now`, which is not before the last.
  void set_time(micros now);
  /// When the next timer fires.
  [[nodiscard]] std::optional<micros> next_timer() const;
  /// Fires all that are due.
  void fire_timers();

private:
  seeded_random& random_;
  std::function<bool()> more_;
  micros now_{0};
  caf::scheduler::test_coordinator* coordinator_ = nullptr;
};

} // namespace loa::sim
