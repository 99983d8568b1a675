#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

// docs/limits.md lists each limit with its default and floor, and each bound that is none with the
// reason.

namespace fs = std::filesystem;

namespace {

using row = std::vector<std::string>;

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

/// Runs of white space as one space, none at the ends.
std::string plain(const std::string& text) {
  const auto spaced = std::regex_replace(text, std::regex(R"(\s+)"), " ");
  return std::regex_replace(spaced, std::regex("^ | $"), "");
}

/// The groups of each match.
std::vector<row> all(const std::string& text, const char* pattern) {
  const std::regex wanted(pattern);
  std::vector<row> out;
  for (std::sregex_iterator i(text.begin(), text.end(), wanted), end; i != end; ++i) {
    row r;
    for (std::size_t group = 1; group < i->size(); ++group) r.push_back(plain((*i)[group]));
    out.push_back(std::move(r));
  }
  return out;
}

struct source {
  std::string name;
  std::string text; ///< Without comments.
};

std::vector<source> sources() {
  const fs::path root = LOA_SOURCE_DIR;
  std::vector<source> out;
  for (const auto* folder : {"runtime", "actors"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp")
        out.push_back({fs::relative(entry.path(), root).generic_string(),
                       std::regex_replace(content(entry.path()), std::regex("//[^\n]*"), "")});
  return out;
}

std::string page() {
  return content(fs::path(LOA_SOURCE_DIR) / "docs/limits.md");
}

} // namespace

TEST_CASE("each limit stands in the list with its default and its floor, and no other does") {
  std::map<std::string, row> listed;
  for (const auto& r :
       all(page(), R"(\| ([a-z]+\.[a-z_]+) \| `([^`]*)` \| `([^`]*)` \| ([^|\n]*)\|)"))
    CHECK(listed.emplace(r[0], r).second);
  REQUIRE(listed.size() > 40);
  for (const auto& s : sources()) {
    if (s.name.find("base/limit.") != s.name.npos) continue;
    for (const auto& l : all(s.text, R"re(\blimit\s+\w+\{\s*"([^"]+)",([^;]*),([^,;]*)\};)re")) {
      INFO(s.name << ": " << l[0]);
      const auto found = listed.find(l[0]);
      if (found == listed.end()) {
        FAIL_CHECK("docs/limits.md does not list it, or it stands in the sources twice");
        continue;
      }
      CHECK(found->second[1] == l[1]);
      CHECK(found->second[2] == l[2]);
      CHECK(found->second[3].size() > 10);
      listed.erase(found);
    }
  }
  for (const auto& [name, r] : listed)
    FAIL_CHECK("docs/limits.md lists " << name << ", which is none");
}

TEST_CASE("each bound that is no limit stands in the list with its value and the reason") {
  std::set<row> listed; // file, name, value
  for (const auto& r : all(page(), R"(\| ([a-z_/]+\.[hc]pp) \| (\w+) \| `([^`]*)` \| ([^|\n]*)\|)"))
    if (r[3].size() > 10) listed.insert({r[0], r[1], r[2]});
  REQUIRE(listed.size() > 40);
  for (const auto& s : sources())
    for (const auto& c :
         all(s.text,
             R"(\bconstexpr\s+[\w:]+\s+((?:most|max)_\w+)\s*(?:=\s*([^;]*)|\{([^;]*)\});)")) {
      INFO(s.name << ": " << c[0]);
      if (listed.erase({s.name, c[0], c[1].empty() ? c[2] : c[1]}) == 0)
        FAIL_CHECK("make it a loa::limit, or say in docs/limits.md why it is none");
    }
  for (const auto& r : listed)
    FAIL_CHECK("docs/limits.md lists " << r[1] << " of " << r[0] << " as " << r[2]
                                       << ", which is gone");
}
