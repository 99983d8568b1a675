#pragma once

#include <bench/measure/histogram.hpp>
#include <loa/node/driver.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

namespace loa::bench {

/// The clients of a city's sessions: count what comes, on cache lines of their own so that counting
/// is not what is measured. A session's channel is its number. Numbers from `probes` on are not
/// sessions that count but one listener at each unit, who tells when the unit's feed had an alert.
class counting_clients final : public node::driver {
public:
  using steady = std::chrono::steady_clock;
  static constexpr std::uint64_t probes = std::uint64_t{1} << 40;
  static constexpr std::size_t most_alerts = 256;

  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name&, std::uint64_t channel, const node::feed_entry_ptr&) override;
  void restarted(const name&) override {}

  /// So many sessions and probes there may be. Not while alerts are under way.
  void admit(std::size_t sessions, std::size_t probe_count);
  /// A row of alerts begins, each due at its time. What comes next to a session is the first.
  void expect(std::vector<steady::time_point> due, std::size_t sample);

  /// Sessions that have had an alert of the row.
  [[nodiscard]] std::uint64_t reached(std::size_t alert) const;
  /// Of the sampled sessions; when the row is complete.
  [[nodiscard]] histogram latencies() const;
  /// The soonest that a sampled session had an alert, after it was due.
  [[nodiscard]] std::chrono::nanoseconds soonest(std::size_t alert) const;
  /// When a probe had an alert; the epoch if it had not.
  [[nodiscard]] steady::time_point probe(std::size_t number, std::size_t alert) const;

private:
  static constexpr std::size_t spread = 64;
  struct alignas(64) cell {
    std::atomic<std::uint64_t> n{0};
  };
  struct sampled {
    std::mutex mutex;
    histogram values;
    std::vector<std::int64_t> soonest; ///< Of each alert.
  };

  std::vector<std::uint16_t> had_;       ///< By each session; only its own actor touches it.
  std::vector<std::uint16_t> probe_had_; ///< By each probe.
  std::vector<std::array<cell, spread>> reached_{most_alerts};
  std::vector<std::vector<std::atomic<std::int64_t>>> probe_times_;
  std::vector<steady::time_point> due_;
  std::size_t sample_ = 16;
  mutable std::array<sampled, spread> sampled_;
};

} // namespace loa::bench
