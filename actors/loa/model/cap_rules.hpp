#pragma once

#include <span>
#include <string_view>

namespace loa::model::cap {

/// One rule of the standard that the reader checks.
struct rule {
  std::string_view id;       ///< A short name of ours, "polygon-closed".
  std::string_view section;  ///< Where CAP-v1.2 states it, "3.2.4".
  std::string_view sentence; ///< What it demands, as it stands in error messages.
};

/// All rules, in the order of the standard's sections. A broken one gives an error whose detail
/// ends with "(CAP 1.2, section, id)".
[[nodiscard]] std::span<const rule> rules() noexcept;

/// The rule of that id; null if there is none.
[[nodiscard]] const rule* find_rule(std::string_view id) noexcept;

} // namespace loa::model::cap
