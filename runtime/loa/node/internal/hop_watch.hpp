#pragma once

#include <loa/base/metrics.hpp>
#include <loa/base/time.hpp>
#include <loa/net/envelope.hpp>

#include <array>

namespace loa::node {

/// When a frame with entries was handed to the way to another node, by the wall clock of the
/// sender's node: microseconds since 1970; 0 where nothing is said.
using sending_time = std::uint64_t;
[[nodiscard]] sending_time sending_time_of(const clock& wall);

/// Notes how long entries of feeds were under way from node to node, by the sender's clock at one
/// end and ours at the other: their clocks have to agree. Any thread.
class hop_watch {
public:
  explicit hop_watch(metric_registry& all);

  /// So many entries that were sent at `sent` have come now. A sender whose clock is ahead of ours
  /// by more than the way took counts as no time at all, and in a counter of its own.
  void came(net::envelope_lane on, std::size_t entries, sending_time sent, const clock& wall);

private:
  std::array<histogram*, 2> under_way_; ///< By lane.
  counter& from_ahead_;
};

} // namespace loa::node
