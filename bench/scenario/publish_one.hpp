#pragma once

#include <bench/scenario/city_of_nodes.hpp>

namespace loa::bench {

/// Publishes alert number `number` of a mark at a unit of a node, and waits until it is accepted.
[[nodiscard]] result<void> publish_one(const city_of_nodes& city, std::size_t node,
                                       const std::string& unit, const std::string& alert,
                                       const std::string& mark, std::size_t number);

} // namespace loa::bench
