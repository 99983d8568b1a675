#pragma once

#include <bench/client/sockets.hpp>
#include <loa/model/unit_tree.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace loa::bench {

[[nodiscard]] inline std::string file_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) give_up("cannot read " + file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

[[nodiscard]] inline model::unit_tree hierarchy(const std::string& file) {
  auto tree = model::unit_tree::load(file_text(file));
  if (!tree) give_up(file + ": " + tree.error().to_string());
  return std::move(*tree);
}

/// The paths of the units that have none below them.
[[nodiscard]] inline std::vector<std::string> lowest_units(const model::unit_tree& tree) {
  std::vector<std::string> out;
  for (const auto& unit : tree.all())
    if (tree.children(unit.unit).empty()) out.push_back(unit.unit.str());
  return out;
}

} // namespace loa::bench
