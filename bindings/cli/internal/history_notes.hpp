#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace loa::cli {

/// What stands beside each step of a report's history: its note, and for a rating, which changes no
/// state, that it is one. A report keeps its last rating only: that stands beside the last of them.
[[nodiscard]] std::vector<std::string> history_notes(const nlohmann::json& report);

} // namespace loa::cli
