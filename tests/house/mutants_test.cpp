#include "papers.hpp"

#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>

#include <algorithm>
#include <regex>
#include <sstream>

// Mutants rot where nobody runs them: each must fit the sources as they are, and name cases that
// exist. Whether these notice it is what ./dev mutate tries.

using namespace loa::house;
namespace fs = std::filesystem;

namespace {

std::string field(const std::string& patch, const std::string& name) {
  const auto found =
      all(patch.substr(0, patch.find("\ndiff ")), ("(?:^|\\n)" + name + ": *([^\\n]*)").c_str());
  return found.size() == 1 ? found.front() : "";
}

struct hunk {
  std::string file;
  std::string before; ///< What must stand there.
};

std::vector<hunk> hunks_of(const std::string& patch) {
  std::vector<hunk> out;
  std::string file, line;
  bool within = false;
  for (std::istringstream lines(patch); std::getline(lines, line);) {
    if (line.starts_with("diff ")) within = false;
    if (line.starts_with("--- a/") && !within) file = line.substr(6);
    if (line.starts_with("@@ ")) {
      out.push_back({file, ""});
      within = true;
    } else if (within && (line.starts_with(' ') || line.starts_with('-'))) {
      out.back().before += line.substr(1) + "\n";
    }
  }
  return out;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

/// Whether one of the names is what a Catch2 filter without commas means; '*' may end it.
bool means_one_of(std::string filter, const std::set<std::string>& names) {
  filter = std::regex_replace(filter, std::regex(R"(\\,)"), ",");
  if (!filter.ends_with('*')) return names.contains(filter);
  filter.pop_back();
  return std::ranges::any_of(names, [&](const auto& n) { return n.starts_with(filter); });
}

} // namespace

TEST_CASE("each mutant fits one place of the sources, and names a suite and cases that exist") {
  const auto tests = names_of_tests();
  const auto suites = all(content("tests/CMakeLists.txt"), R"(loa_tests\(([a-z_]+) )");
  std::set<std::string> promises;
  std::size_t mutants = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(LOA_SOURCE_DIR) / "tests/mutants")) {
    if (entry.path().extension() != ".patch") continue;
    ++mutants;
    INFO(entry.path().filename().string());
    const auto patch = content(entry.path());
    CHECK_FALSE(field(patch, "What").empty());
    CHECK(field(patch, "Promise").empty() != field(patch, "Mend").empty());
    promises.insert(field(patch, "Promise"));
    CHECK(std::ranges::count(suites, field(patch, "Suite")) == 1);
    for (const auto& filter : all(field(patch, "Cases"), R"re(((?:\\,|[^,])+))re")) {
      INFO("There is no test \"" << filter << "\"");
      CHECK(means_one_of(filter, tests));
    }
    const auto hunks = hunks_of(patch);
    CHECK_FALSE(hunks.empty());
    for (const auto& h : hunks) {
      INFO(h.file << ":\n" << h.before);
      CHECK(count(content(h.file), h.before) == 1);
    }
  }
  CHECK(mutants >= 30);
  for (const auto* promise : {"1", "2", "3", "4", "5", "6", "7", "8", "9"})
    CHECK(promises.contains(promise));
}
