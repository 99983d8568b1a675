#pragma once

#include <loa/sim/faults.hpp>

namespace loa::city {

/// Whether something was wrong, as far as the plan of faults says. A promise with a deadline in
/// seconds holds where nothing is wrong.
class health {
public:
  health() = default;
  explicit health(sim::fault_plan plan) : plan_(std::move(plan)) {}

  /// Nothing was wrong with this node itself, whatever became of its ways to others.
  [[nodiscard]] bool node_well(const std::string& node, sim::micros from, sim::micros to) const;
  /// Nothing was wrong anywhere.
  [[nodiscard]] bool all_well(sim::micros from, sim::micros to) const;
  /// No clock was wrong at any time until then.
  [[nodiscard]] bool clocks_right(sim::micros until) const;

private:
  sim::fault_plan plan_;
};

} // namespace loa::city
