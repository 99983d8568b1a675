#pragma once

#include <bench/plan/model.hpp>

namespace loa::bench {

/// What came of one alert in virtual time.
struct rehearsed {
  histogram latencies; ///< Nanoseconds, of each citizen and device.
  double last_ms = 0;
};

/// Carries an alert through a city in virtual time: as many nodes as the city has, joined by the
/// simulation's network with its delays and losses, each of which takes the measured costs, spread
/// by chance around their means. It checks what the model leaves out: that nodes wait for each
/// other's turn, that lines lose and delay, that the slowest of many is slower than the mean.
/// `loss` is the share of chunks that are sent again. The same seed gives the same outcome.
[[nodiscard]] rehearsed rehearse(const unit_costs& costs, const city_shape& city,
                                 std::uint64_t seed, double loss = 0);

} // namespace loa::bench
