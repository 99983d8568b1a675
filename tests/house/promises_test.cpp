#include "papers.hpp"

#include <catch2/catch.hpp>

#include <regex>

// ARCHITECTURE.md names, for each promise, tests that can refute it, and for each defect that was
// found, tests that keep it from coming back.

using namespace loa::house;

namespace {

/// What stands in italics, but not in bold letters.
std::vector<std::string> named_in(const std::string& text) {
  return all(std::regex_replace(text, std::regex(R"(\*\*[^*]*\*\*)"), ""), R"(\*([^*]+)\*)");
}

void check_that_they_exist(const std::vector<std::string>& named,
                           const std::set<std::string>& tests) {
  CHECK_FALSE(named.empty());
  for (const auto& name : named) {
    INFO("There is no test \"" << name << "\"");
    CHECK(tests.contains(name));
  }
}

} // namespace

TEST_CASE("each promise names tests that hold it, and each of them exists") {
  const auto tests = names_of_tests();
  REQUIRE(tests.size() > 500);
  const auto rows = all(section_of_architecture("Promises"), R"((\| [0-9]+ \|[^\n]*))");
  REQUIRE(rows.size() == 9);
  for (const auto& row : rows) {
    INFO(row);
    check_that_they_exist(named_in(row), tests);
  }
}

TEST_CASE("each defect says what found it and names tests that hold it, and each of them exists") {
  const auto tests = names_of_tests();
  const auto rows =
      all(section_of_architecture("Defects, and what found them"), R"(\n(\| [A-Z][^\n]*))");
  REQUIRE(rows.size() > 25); // the heads of the columns are the first
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
    INFO(*row);
    const auto cells = all(*row, R"(\|([^|]*)(?=\|))");
    REQUIRE(cells.size() == 4);
    CHECK(cells[1].size() > 2);
    check_that_they_exist(named_in(cells[2]), tests);
  }
}
