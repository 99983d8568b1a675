#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

// ARCHITECTURE.md names, for each promise, tests that can refute it.

namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

/// What a pattern's first group matches, from the first match to the last.
std::vector<std::string> all(const std::string& text, const char* pattern) {
  const std::regex wanted(pattern);
  std::vector<std::string> out;
  for (std::sregex_iterator i(text.begin(), text.end(), wanted), end; i != end; ++i)
    out.push_back((*i)[1]);
  return out;
}

std::set<std::string> names_of_tests() {
  static const std::regex seam(R"("\s*\n\s*")");
  std::set<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(LOA_SOURCE_DIR) / "tests"))
    if (entry.path().extension() == ".cpp")
      for (const auto& head :
           all(content(entry.path()), R"re(TEST_CASE\(\s*("(?:[^"]|"\s*\n\s*")*"))re"))
        out.insert(std::regex_replace(head.substr(1, head.size() - 2), seam, ""));
  return out;
}

std::vector<std::string> rows_of_promises() {
  const auto page = content(fs::path(LOA_SOURCE_DIR) / "ARCHITECTURE.md");
  const auto from = page.find("## Promises");
  const auto section = page.substr(from, page.find("\n## ", from + 1) - from);
  return all(section, R"((\| [0-9]+ \|[^\n]*))");
}

} // namespace

TEST_CASE("each promise names tests that hold it, and each of them exists") {
  const auto tests = names_of_tests();
  REQUIRE(tests.size() > 500);
  const auto rows = rows_of_promises();
  REQUIRE(rows.size() == 9);
  for (const auto& row : rows) {
    const auto named =
        all(std::regex_replace(row, std::regex(R"(\*\*[^*]*\*\*)"), ""), R"(\*([^*]+)\*)");
    INFO(row);
    CHECK_FALSE(named.empty());
    for (const auto& name : named) {
      INFO("There is no test \"" << name << "\"");
      CHECK(tests.contains(name));
    }
  }
}
