#pragma once

#include <loa/model/cap.hpp>
#include <loa/model/unit_tree.hpp>

namespace loa::model::cap {

struct target {
  std::vector<path> units; ///< Ordered, none under another; not empty.
  std::vector<std::string> warnings;
};

/// Whom an alert posted to `unit` is for. An error if it names anything outside of it.
[[nodiscard]] result<target> find_target(const alert& a, const path& unit, const unit_tree& tree);

} // namespace loa::model::cap
