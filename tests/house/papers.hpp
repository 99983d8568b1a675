#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace loa::house {

/// A file of the project, by its path from the project's root; empty if it cannot be read.
[[nodiscard]] std::string content(const std::filesystem::path& file);

/// What a pattern's first group matches, from the first match to the last.
[[nodiscard]] std::vector<std::string> all(const std::string& text, const char* pattern);

/// A section of ARCHITECTURE.md, from its heading to the next one of the same level.
[[nodiscard]] std::string section_of_architecture(const std::string& heading);

/// The names of all tests of the project, those of contracts and of templates included.
[[nodiscard]] std::set<std::string> names_of_tests();

} // namespace loa::house
