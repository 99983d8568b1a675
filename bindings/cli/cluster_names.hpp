#pragma once

#include <loa/model/unit_tree.hpp>

#include <string>

/// \file
/// What a new cluster and its nodes are called where nobody says it. Pure functions; what they give
/// keeps to the rule of net::is_node_name().
namespace loa::cli {

/// By the root's name in plain letters: "thanh-pho-ho-chi-minh"; by its tier and code where nothing
/// of the name is left.
[[nodiscard]] std::string cluster_name_for(const model::unit_info& root);

/// By the unit's tier and its own code: "city-79", "district-769".
[[nodiscard]] std::string node_name_for(const model::unit_info& unit);

} // namespace loa::cli
