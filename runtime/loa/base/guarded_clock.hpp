#pragma once

#include <loa/base/log.hpp>
#include <loa/base/metrics.hpp>
#include <loa/base/precise_clock.hpp>

#include <mutex>
#include <optional>

namespace loa {

/// The time since the machine started, suspension included, as an instant after 1970. It never
/// jumps; only differences mean something. Lives as long as the program.
[[nodiscard]] const clock& boot_clock();

/// How far the wall clock is ahead of the boot clock, as a node believes it: small changes are
/// followed, a jump is believed only when it has held for a while. A pure state machine.
class clock_belief {
public:
  /// A change beyond this is a jump.
  static constexpr duration jump = std::chrono::seconds(5);
  /// So long, by the boot clock, a jump must hold.
  static constexpr duration trial = std::chrono::minutes(1);

  clock_belief(instant wall, instant boot) : offset_(wall - boot) {}

  enum class event { none, jumped, believed, returned };
  /// Looks at both clocks. `jumped`: the wall clock is elsewhere than it was at the last look;
  /// `believed`: where it jumped to is the time now; `returned`: it is back where it was.
  event look(instant wall, instant boot);

  [[nodiscard]] duration offset() const noexcept { return offset_; }

private:
  struct candidate {
    duration offset;
    instant since;
  };
  duration offset_;
  std::optional<candidate> doubted_;
};

/// A wall clock that does not follow a jump at once: deadlines and expiries must neither fire nor
/// fail because somebody set the machine's clock, or a time server was wrong for a moment. Between
/// looks, at most one a second, it runs with the boot clock. A jump is logged as a warning and
/// counted in loa_clock_jumps_total; loa_clock_doubtful is 1 while one is on trial. Any thread.
class guarded_clock final : public precise_clock {
public:
  /// All outlive it.
  explicit guarded_clock(log_sink& log, metric_registry* metrics = nullptr,
                         const clock& wall = system_clock(), const clock& boot = boot_clock());

  [[nodiscard]] instant now() const override;
  /// What the wall clock says while it is believed, else `now()`.
  [[nodiscard]] precise_instant precisely() const override;

private:
  void look(instant boot) const;

  log_sink& log_;
  counter* jumps_ = nullptr;
  gauge* doubtful_ = nullptr;
  const clock& wall_;
  const clock& boot_;
  mutable std::mutex mutex_; ///< Over `belief_`.
  mutable clock_belief belief_;
  mutable std::atomic<std::int64_t> offset_;
  mutable std::atomic<std::int64_t> next_look_;
};

} // namespace loa
