#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loa::house {

/// An #include that must not stand where it stands.
struct violation {
  std::string file;
  std::size_t line = 0;
  std::string included;
  std::string rule; ///< What is wrong with it, as a sentence.

  [[nodiscard]] std::string to_string() const;
};

/// Checks the includes of one file; `file` is its path in the project, with slashes.
///
/// Floors look down, never up or sideways; parts that are used have their places; what is not
/// standard, fmt or ours stays out of public headers; internal headers stay within the runtime and
/// the floor itself. Tests see what the floor that they test sees.
[[nodiscard]] std::vector<violation> check_includes(std::string_view file, std::string_view text);

} // namespace loa::house
