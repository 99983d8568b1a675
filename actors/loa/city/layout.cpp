#include <loa/city/layout.hpp>

#include <algorithm>

namespace loa::city {

const std::string& layout::host_of(const path& unit) const {
  return placement.host_of(unit)->node->node;
}

std::vector<std::string> layout::nodes() const {
  std::vector<std::string> all;
  for (const auto& n : placement.document().nodes) all.push_back(n.node);
  return all;
}

std::shared_ptr<const model::unit_tree> small_city() {
  auto tree = model::unit_tree::load(R"({"source": "made up", "root":
    {"code": "79", "name": "Thành phố", "tier": "city", "children": [
      {"code": "760", "name": "Quận Một", "tier": "district", "children": [
        {"code": "26734", "name": "Phường Tân Định", "tier": "commune"},
        {"code": "26737", "name": "Phường Đa Kao", "tier": "commune"}]},
      {"code": "769", "name": "Quận Hai", "tier": "district", "children": [
        {"code": "26794", "name": "Phường Linh Xuân", "tier": "commune"},
        {"code": "26797", "name": "Phường Bình Chiểu", "tier": "commune"}]}]}})");
  return std::make_shared<const model::unit_tree>(*std::move(tree));
}

layout spread(std::shared_ptr<const model::unit_tree> tree, std::size_t nodes) {
  const auto& root = tree->root();
  const auto below = tree->children(root.unit);
  nodes = std::clamp<std::size_t>(nodes, 1, below.size() + 1);
  net::placement_document d;
  d.nodes.push_back({"city", "city:1", {{root.unit, 1}}, {}});
  for (std::size_t i = 1; i < nodes; ++i) {
    const auto name = "node-" + std::to_string(i + 1);
    d.nodes.push_back({name, name + ":1", {}, {}});
  }
  if (nodes > 1)
    for (std::size_t i = 0; i < below.size(); ++i)
      d.nodes[1 + i % (nodes - 1)].hosts.push_back({below[i]->unit, 1});
  return {std::move(tree), net::placement::make(std::move(d)).value()};
}

} // namespace loa::city
