#pragma once

#include <bench/plan/model.hpp>

namespace loa::bench {

/// What came of one alert in virtual time.
struct rehearsed {
  histogram latencies; ///< Nanoseconds, of each citizen and device.
  double last_ms = 0;
  double devices_ms = 0; ///< Until the last device had it.
};

/// Carries an alert through a city in virtual time: as many nodes as the city has, joined by the
/// simulation's network with its delays and losses, each of which takes the measured costs, spread
/// by chance around their means. It checks what the model leaves out: that nodes wait for each
/// other's turn, that lines lose and delay, that the slowest of many is slower than the mean.
/// `loss` is the share of chunks that are sent again. The same seed gives the same outcome.
[[nodiscard]] rehearsed rehearse(const unit_costs& costs, const city_shape& city,
                                 std::uint64_t seed, double loss = 0);

/// The same for `predict_way`: the mean of so many alerts, one after the other.
[[nodiscard]] double rehearse_way(const unit_costs& costs, std::size_t levels, bool own_nodes,
                                  std::uint64_t seed, double loss = 0, std::size_t alerts = 50);

} // namespace loa::bench
