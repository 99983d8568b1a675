#pragma once

#include <loa/base/time.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace loa::net {

struct failure_detector_options {
  /// Suspicion at which a peer is given up: a peer that lives is given up wrongly once in
  /// 10^`threshold` heartbeats, as far as its intervals are normally distributed.
  double threshold = 8;
  std::size_t samples = 128;      ///< Intervals remembered; at least 2.
  duration expected{1'000};       ///< The interval of heartbeats, until enough have been seen.
  duration least_deviation{100};  ///< However regular the heartbeats were.
  duration forgiven_pause{2'000}; ///< Added to every interval: a busy machine is not a dead one.
};

/// Suspects a peer that has fallen silent, by how regular it was before: the phi accrual failure
/// detector (Hayashibara, Défago, Yared and Katayama, SRDS 2004).
///
/// Times are of a clock that never goes back. Pure; one thread at a time.
class failure_detector {
public:
  explicit failure_detector(failure_detector_options options = {});

  /// A heartbeat came from the peer. The first sign of life begins the watch.
  void heard(instant now);
  /// Something else came: the peer lives, but this says nothing of how regular its heartbeats are.
  void seen(instant now);
  /// The connection is new: what was learned of the old one's intervals is forgotten.
  void reset();

  /// -log10 of the probability that a peer that lives is silent for so long; 0 before the first
  /// sign of life.
  [[nodiscard]] double phi(instant now) const;
  /// From when on the peer is suspected if nothing more is heard; nothing before the first sign.
  [[nodiscard]] std::optional<instant> deadline() const;
  [[nodiscard]] bool suspects(instant now) const;

private:
  [[nodiscard]] double mean() const;
  [[nodiscard]] double deviation() const;

  failure_detector_options options_;
  double patience_;               // the deviations after which `threshold` is reached
  std::vector<double> intervals_; // a ring, in milliseconds
  std::size_t next_ = 0;
  double sum_ = 0;
  double squares_ = 0;
  std::optional<instant> last_;      // sign of life
  std::optional<instant> last_beat_; // heartbeat
};

} // namespace loa::net
