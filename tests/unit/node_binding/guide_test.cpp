#include <bindings/http/access.hpp>
#include <bindings/node/config.hpp>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <loa_source_dir.hpp>

#include <sstream>

namespace host = loa::host;
namespace http = loa::http;
namespace fs = std::filesystem;

namespace {

std::string guide() {
  return host::read_file(fs::path(LOA_SOURCE_DIR) / "docs" / "operating.md", 1U << 20).value();
}

/// The keys that a section of the config knows, out of the sentence that refuses any other.
std::vector<std::string> known_keys(const std::string& section) {
  std::string text = R"("?": 1)";
  std::istringstream steps(section);
  std::vector<std::string> nested;
  for (std::string step; std::getline(steps, step, '.');) nested.push_back(step);
  for (auto step = nested.rbegin(); step != nested.rend(); ++step)
    text = fmt::format("\"{}\": {{{}}}", *step, text);
  for (const auto& m : host::parse_config("{" + text + "}", ".").mistakes) {
    const auto at = m.detail.find("known are: ");
    if (at == std::string::npos) continue;
    std::istringstream list(m.detail.substr(at + 11, m.detail.size() - at - 12));
    std::vector<std::string> keys;
    for (std::string key; std::getline(list >> std::ws, key, ',');) keys.push_back(key);
    return keys;
  }
  return {};
}

} // namespace

TEST_CASE("the operator's guide explains every key of the config") {
  const auto text = guide();
  for (const std::string section : {"", "cluster", "http", "citizens", "reports", "reports.clocks",
                                    "alerts", "limits", "log"}) {
    const auto keys = known_keys(section);
    CHECK_FALSE(keys.empty());
    for (const auto& key : keys) {
      const auto full = section.empty() ? key : section + "." + key;
      INFO(full);
      const bool explained = text.find("`" + full + "`") != std::string::npos ||
                             text.find("`" + full + ".") != std::string::npos;
      CHECK(explained);
    }
  }
  for (const auto& key : known_keys("http.limits")) {
    INFO(key);
    CHECK(text.find("`" + key + "`") != std::string::npos);
  }
}

TEST_CASE("the guide's table of roles and calls is the one in the code") {
  const auto text = guide();
  for (const auto& [call, call_name] : loa::wire::enum_names<http::call>) {
    const auto at = text.find("\n| " + std::string(call_name) + " |");
    INFO(call_name);
    REQUIRE(at != std::string::npos);
    std::istringstream row(text.substr(at + 1, text.find('\n', at + 1) - at - 1));
    std::vector<std::string> cells;
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
    REQUIRE(cells.size() == 3 + loa::wire::enum_names<http::role>.size());
    for (const auto& [role, role_name] : loa::wire::enum_names<http::role>) {
      INFO(role_name);
      const bool yes = cells[3 + static_cast<std::size_t>(role)].find("yes") != std::string::npos;
      CHECK(yes == http::may(role, call));
    }
    const bool open = cells[2].find("°") != std::string::npos;
    CHECK(open == http::open_to_anybody(call));
  }
}
