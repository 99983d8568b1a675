#pragma once

#include <bench/plan/costs.hpp>

#include <string>
#include <vector>

/// \file
/// What a city costs, computed. Pure functions.
///
/// An alert is accepted at the root's node, crosses once to every other node, goes down the levels
/// there, and is written to one connection after the other. So the last citizen has it after the
/// acceptance, the copies to all nodes, the hop, the commit there, the levels, the devices, and the
/// connections of the fullest node.
namespace loa::bench {

struct city_shape {
  std::size_t citizens = 0; ///< Connected at the same time.
  std::size_t devices = 0;
  std::size_t units = 1;
  std::size_t depth = 1; ///< Levels below the root.
  std::size_t nodes = 1;
};

struct demands {
  double latency_ms = 1000;          ///< Until the last one has an alert.
  std::uint64_t node_memory = 0;     ///< Octets that a node may take.
  double reports_per_citizen = 0.01; ///< In a day, a tenth of them in its busiest hour.
};

struct forecast {
  struct part {
    std::string name;
    double ms = 0;
  };
  double last_ms = 0;
  double devices_ms = 0;       ///< Until the last device has it; devices come before citizens.
  std::vector<part> parts;     ///< What that consists of, in the order of time.
  double node_memory = 0;      ///< Octets of the fullest node.
  std::size_t connections = 0; ///< Of the fullest node.
  double report_load = 0;      ///< Share of a node's capacity for reports, in the busiest hour.
};
[[nodiscard]] forecast predict(const unit_costs& costs, const city_shape& city);
/// Until the first citizen at the end of a way down has it: so many levels, each within the node
/// above it or on a node of its own.
[[nodiscard]] double predict_way(const unit_costs& costs, std::size_t levels, bool own_nodes);
[[nodiscard]] double report_load(const unit_costs& costs, const city_shape& city,
                                 double reports_per_citizen);

struct city_plan {
  city_shape city; ///< With the fewest nodes that do.
  forecast expected;
  std::string bottleneck; ///< A sentence: what the number of nodes follows from.
};
/// Errors: no number of nodes up to one for each unit does, and why not.
[[nodiscard]] result<city_plan> plan_city(const unit_costs& costs, city_shape city,
                                          const demands& wanted);

} // namespace loa::bench
