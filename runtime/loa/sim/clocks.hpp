#pragma once

#include <loa/base/precise_clock.hpp>
#include <loa/sim/trace.hpp>

namespace loa::sim {

/// A machine's clock: the world's time, from another zero.
class machine_clock final : public precise_clock {
public:
  /// `now` is the world's time and outlives the clock.
  machine_clock(const micros& now, instant zero) : now_(now), zero_(zero) {}

  [[nodiscard]] instant now() const override {
    return zero_ + std::chrono::floor<duration>(now_ + ahead_);
  }
  [[nodiscard]] precise_instant precisely() const override { return zero_ + now_ + ahead_; }
  /// How far it goes ahead of where it would be; negative: behind. Jumps there.
  void set_ahead(micros by) noexcept { ahead_ = by; }
  [[nodiscard]] micros ahead() const noexcept { return ahead_; }

private:
  const micros& now_;
  instant zero_;
  micros ahead_{0};
};

} // namespace loa::sim
