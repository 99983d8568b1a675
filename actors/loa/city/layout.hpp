#pragma once

#include <loa/model/unit_tree.hpp>
#include <loa/net/placement.hpp>

#include <memory>
#include <string>

namespace loa::city {

/// The units of a city and the nodes that host them.
struct layout {
  std::shared_ptr<const model::unit_tree> tree;
  net::placement placement;

  /// The node that hosts a unit, which somebody does.
  [[nodiscard]] const std::string& host_of(const path& unit) const;
  [[nodiscard]] std::vector<std::string> nodes() const;
};

/// A city of two districts with two communes each, which is enough for everything to happen.
[[nodiscard]] std::shared_ptr<const model::unit_tree> small_city();

/// The root on one node, what is right below it shared out among the others in turn; at least one
/// node, and no more than there is something for.
[[nodiscard]] layout spread(std::shared_ptr<const model::unit_tree> tree, std::size_t nodes);

} // namespace loa::city
