#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/plan/model.hpp>

namespace loa::bench {

/// How many nodes a city and a latency need, from measured costs, checked in virtual time.
struct plan_options {
  unit_costs costs;
  city_shape city; ///< The number of nodes is what is asked for.
  demands wanted;
  double loss = 0.001; ///< Share of chunks between nodes that are sent again.
};

/// Fills a section: the plan as the model's figures, the rehearsals beside it, one for each
/// repetition, and how the cost grows with depth, sessions, devices and nodes. The plan itself
/// comes back for whoever wants to print it.
[[nodiscard]] result<city_plan> plan(const plan_options& o, conductor& c, section& into);

} // namespace loa::bench
