#pragma once

#include <loa/model/unit_tree.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// \file
/// Which nodes a new cluster has and what each of them hosts. Pure functions. The first node hosts
/// the root in the two layouts that are made here; what nobody else hosts falls to it.
namespace loa::cli {

struct node_wish {
  std::string node;
  std::vector<path> hosts;
  std::string address; ///< Where other nodes call it, "HOST:PORT"; empty: the usual one.
  std::string http;    ///< Where clients reach it, "https://HOST"; empty: the usual one.
};

/// A node for the root and one for each unit right below it.
[[nodiscard]] result<std::vector<node_wish>> one_node_per_unit(const model::unit_tree& tree);

/// A node for the root and `groups` nodes that share the lowest units, as they follow each other in
/// the hierarchy, so that no two differ by more than one. A unit whose lowest units are all in one
/// group is in it, too.
[[nodiscard]] result<std::vector<node_wish>> nodes_in_groups(const model::unit_tree& tree,
                                                             std::size_t groups);

/// As an operator wrote it: {"nodes": [{"node", "address"?, "hosts": [path..], "http"?}..]},
/// comments allowed. Refused, with a JSON pointer, are hosts that are no units of the hierarchy or
/// there twice, and a root that nobody hosts. Names and addresses are checked when each has one.
[[nodiscard]] result<std::vector<node_wish>> nodes_as_written(const model::unit_tree& tree,
                                                              bytes_view json);

} // namespace loa::cli
