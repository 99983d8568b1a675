#include <bindings/cli/cluster_layout.hpp>
#include <bindings/cli/cluster_names.hpp>
#include <loa/net/placement.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace loa::cli {

namespace {

constexpr std::size_t most_layout_octets = std::size_t{4} << 20;
/// One is the root's.
constexpr std::size_t most_groups = net::placement::most_nodes - 1;

struct written_node {
  std::string node;
  std::string address;
  std::vector<path> hosts;
  std::string http;

  static void describe(auto& self, auto& f) {
    f("node", self.node);
    f.optional("address", self.address);
    f("hosts", self.hosts);
    f.optional("http", self.http);
  }
};

struct written_layout {
  std::vector<written_node> nodes;
  static void describe(auto& self, auto& f) { f("nodes", self.nodes); }
};

node_wish node_of_root(const model::unit_tree& tree) {
  return {node_name_for(tree.root()), {tree.root().unit}, {}, {}};
}

result<void> must_be_units(const model::unit_tree& tree, const std::vector<written_node>& nodes) {
  std::map<path, std::string> host_of;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    for (std::size_t h = 0; h < nodes[n].hosts.size(); ++h) {
      const auto& unit = nodes[n].hosts[h];
      const auto where = fmt::format("/nodes/{}/hosts/{}", n, h);
      if (!tree.find(unit))
        return error{errc::rule, fmt::format("The hierarchy has no unit {}.", unit.str()), where};
      const auto [other, fresh] = host_of.try_emplace(unit, nodes[n].node);
      if (!fresh)
        return error{errc::rule,
                     fmt::format("{} is hosted by \"{}\" already.", unit.str(), other->second),
                     where};
    }
  if (!host_of.contains(tree.root().unit))
    return error{errc::rule,
                 fmt::format("Nobody hosts {}, the root of the hierarchy: name it under \"hosts\" "
                             "of one node, which then has all that no other names.",
                             tree.root().unit.str()),
                 "/nodes"};
  return {};
}

} // namespace

result<std::vector<node_wish>> one_node_per_unit(const model::unit_tree& tree) {
  std::vector<node_wish> nodes{node_of_root(tree)};
  std::set<std::string> names{nodes.front().node};
  for (const auto* unit : tree.children(tree.root().unit)) {
    auto& made = nodes.emplace_back(node_wish{node_name_for(*unit), {unit->unit}, {}, {}});
    if (!names.insert(made.node).second)
      return error{errc::rule,
                   fmt::format("Two nodes would be called \"{}\", the second for {}: name the "
                               "nodes in a file, --layout FILE.",
                               made.node, unit->unit.str()),
                   {}};
  }
  return nodes;
}

result<std::vector<node_wish>> nodes_in_groups(const model::unit_tree& tree, std::size_t groups) {
  const auto units = tree.all();
  std::vector<const model::unit_info*> lowest;
  for (const auto& unit : units.subspan(1))
    if (tree.subtree(unit.unit).size() == 1) lowest.push_back(&unit);
  if (groups == 0 || groups > std::min(lowest.size(), most_groups))
    return error{errc::rule,
                 fmt::format("{} groups cannot be made: the hierarchy has {} units at the bottom "
                             "to share out, and a cluster at most {} groups.",
                             groups, lowest.size(), most_groups),
                 {}};

  std::map<path, std::size_t> group_of;
  for (std::size_t i = 0; i < lowest.size(); ++i)
    group_of[lowest[i]->unit] = i * groups / lowest.size();
  // The units before their parents, so a parent finds what its children have.
  std::map<path, bool> split;
  for (auto at = units.size(); at-- > 1;) {
    const auto& unit = units[at].unit;
    for (const auto* below : tree.children(unit)) {
      if (split[below->unit]) split[unit] = true;
      const auto [own, fresh] = group_of.try_emplace(unit, group_of.at(below->unit));
      if (!fresh && own->second != group_of.at(below->unit)) split[unit] = true;
    }
  }

  std::vector<node_wish> nodes{node_of_root(tree)};
  const auto digits = std::max<std::size_t>(2, std::to_string(groups).size());
  for (std::size_t g = 1; g <= groups; ++g)
    nodes.push_back({fmt::format("group-{:0{}}", g, digits), {}, {}, {}});
  for (const auto& unit : units.subspan(1)) {
    const auto above = unit.unit.parent();
    const bool with_parent = above != tree.root().unit && !split[above];
    if (!split[unit.unit] && !with_parent)
      nodes[group_of.at(unit.unit) + 1].hosts.push_back(unit.unit);
  }
  return nodes;
}

result<std::vector<node_wish>> nodes_as_written(const model::unit_tree& tree, bytes_view json) {
  auto read = wire::from_json<written_layout>(
      json, {.octets = most_layout_octets, .depth = 8, .comments = true}, true);
  if (!read) return read.error();
  if (auto good = must_be_units(tree, read->nodes); !good) return good.error();
  std::vector<node_wish> nodes;
  nodes.reserve(read->nodes.size());
  for (auto& n : read->nodes)
    nodes.push_back(
        {std::move(n.node), std::move(n.hosts), std::move(n.address), std::move(n.http)});
  return nodes;
}

} // namespace loa::cli
