#include "papers.hpp"

#include <loa_source_dir.hpp>

#include <fstream>
#include <regex>
#include <sstream>

namespace loa::house {

namespace fs = std::filesystem;

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(fs::path(LOA_SOURCE_DIR) / file).rdbuf();
  return out.str();
}

std::vector<std::string> all(const std::string& text, const char* pattern) {
  const std::regex wanted(pattern);
  std::vector<std::string> out;
  for (std::sregex_iterator i(text.begin(), text.end(), wanted), end; i != end; ++i)
    out.push_back((*i)[1]);
  return out;
}

std::string section_of_architecture(const std::string& heading) {
  const auto page = content("ARCHITECTURE.md");
  const auto from = page.find("\n## " + heading + "\n");
  if (from == std::string::npos) return {};
  return page.substr(from, page.find("\n## ", from + 1) - from);
}

std::set<std::string> names_of_tests() {
  static const std::regex seam(R"("\s*\n\s*")");
  std::set<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(LOA_SOURCE_DIR) / "tests"))
    if (entry.path().extension() == ".cpp")
      for (const auto& head :
           all(content(entry.path()),
               R"re((?:TEST_CASE|_CONTRACT|BOTH_WRITERS)\(\s*("(?:[^"]|"\s*\n\s*")*"))re"))
        out.insert(std::regex_replace(head.substr(1, head.size() - 2), seam, ""));
  return out;
}

} // namespace loa::house
