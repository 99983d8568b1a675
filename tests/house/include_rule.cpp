#include "include_rule.hpp"

#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

namespace loa::house {

namespace {

using set = std::set<std::string, std::less<>>;

const set ground = {"base", "wire"};
const set runtime_floors = {"base", "wire", "store", "link", "net", "supervision", "node", "sim"};
const set entity_floors = {"unit", "device", "citizen", "report"};
const set actor_floors = {"model",   "protocol", "unit",  "device",
                          "citizen", "report",   "audio", "city"};

set operator+(set a, const set& b) {
  a.insert(b.begin(), b.end());
  return a;
}

/// Which floors a floor sees beside itself; a binding is called "bindings/http" and so on.
const std::map<std::string, set, std::less<>>& seen_from() {
  static const set below_node = ground + set{"store", "link", "net", "supervision"};
  static const set entity = runtime_floors + set{"model", "protocol"};
  static const set all = runtime_floors + actor_floors;
  static const set node_binding = all + set{"bindings/http"};
  static const std::map<std::string, set, std::less<>> table = {
      {"base", {}},
      {"wire", {"base"}},
      {"store", ground},
      {"link", ground},
      {"net", ground},
      {"supervision", ground},
      {"node", below_node},
      {"sim", below_node + set{"node"}},
      {"model", ground},
      {"protocol", ground + set{"link", "model"}},
      {"unit", entity},
      {"device", entity + set{"audio"}},
      {"citizen", entity},
      {"report", entity},
      {"audio", entity},
      {"city", runtime_floors + entity_floors + set{"model", "protocol", "audio"}},
      {"bindings/http", all},
      {"bindings/node", node_binding},
      {"bindings/c", node_binding + set{"bindings/node"}},
      {"bindings/python", node_binding + set{"bindings/node", "bindings/c"}},
      {"bindings/cli",
       node_binding + set{"bindings/node", "bindings/c", "bindings/python", "bench"}},
      {"bench", node_binding + set{"bindings/node", "bench"}},
  };
  return table;
}

/// A part that is used, and the floors that may. An entry "bindings" stands for all bindings.
struct part {
  std::string_view prefix;
  set places;
};
const std::vector<part>& parts() {
  static const std::vector<part> table = {
      {"caf/", {"net", "supervision", "node", "sim", "store"}},
      {"boost/", {"bindings", "net"}},
      {"lmdb.h", {"store", "bench"}},
      {"openssl/", {"store", "net", "bindings"}},
      {"opus", {"audio"}},
      {"ogg/", {"audio"}},
      {"espeak", {"audio"}},
      {"prometheus/", {"bindings"}},
      {"spdlog/", {"bindings"}},
      {"nlohmann/", {"wire", "model", "bindings"}},
      {"libxml/", {"model"}},
      {"CLI/", {"bindings/cli", "bench"}},
  };
  return table;
}

struct place {
  std::string floor; ///< Empty for examples and tests of no floor.
  bool header = false;
  bool internal = false;
  bool test = false;
  bool outside = false; ///< Examples and bench: they see public headers only.
};

place place_of(const std::string& file) {
  place out;
  out.header = file.ends_with(".hpp");
  out.internal = file.find("/internal/") != std::string::npos;
  out.test = file.starts_with("tests/");
  out.outside = file.starts_with("examples/") || file.starts_with("bench/");
  static const std::regex floor("(?:runtime/loa|actors/loa)/([a-z_]+)/.*");
  static const std::regex binding("(bindings/[a-z_]+)/.*");
  static const std::regex bench("bench/.*");
  static const std::regex unit_test("tests/unit/([a-z_]+)/.*");
  std::smatch m;
  if (std::regex_match(file, m, floor) || std::regex_match(file, m, binding))
    out.floor = m[1];
  else if (std::regex_match(file, bench))
    out.floor = "bench";
  else if (std::regex_match(file, m, unit_test))
    out.floor = m[1] == "http" || m[1] == "cli" ? "bindings/" + m[1].str()
                : m[1] == "node_binding"        ? "bindings/node"
                                                : m[1].str();
  return out;
}

/// The floor of an included header of ours; nothing for others.
std::optional<std::string> floor_of(const std::string& included) {
  static const std::regex ours("(?:loa/([a-z_]+)|(bindings/[a-z_]+|bench))/.*");
  std::smatch m;
  if (!std::regex_match(included, m, ours)) return std::nullopt;
  return m[1].matched ? m[1].str() : m[2].str();
}

std::string check_ours(const place& from, const std::string& to, bool internal) {
  bool own = from.floor == to;
  if (!own && !from.floor.empty()) {
    auto seen = seen_from().find(from.floor);
    if (seen == seen_from().end()) return from.floor + " is no floor that the house knows";
    if (!seen->second.contains(to)) return from.floor + " does not see " + to;
  }
  if (!internal || from.test) return "";
  if (from.header && !from.internal) return "a public header includes no internal one";
  if (!own && !(runtime_floors.contains(from.floor) && runtime_floors.contains(to)))
    return "the internal headers of " + to + " are for " + to + " and the runtime above it";
  return "";
}

std::string check_part(const place& from, const std::string& included) {
  if (from.test) return "";
  for (const auto& [prefix, places] : parts()) {
    if (!included.starts_with(prefix)) continue;
    bool binding = from.floor.starts_with("bindings/") && places.contains("bindings");
    if (!binding && !places.contains(from.floor))
      return "this part is not used " +
             (from.floor.empty() ? std::string("here") : "in " + from.floor);
    bool public_header = from.header && !from.internal;
    if (public_header && included != "nlohmann/json_fwd.hpp")
      return "a public header shows no parts that we use";
  }
  return "";
}

} // namespace

std::string violation::to_string() const {
  return file + ":" + std::to_string(line) + ": " + included + ": " + rule;
}

std::vector<violation> check_includes(std::string_view file, std::string_view text) {
  static const std::regex include(R"(\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  const auto from = place_of(std::string(file));
  std::vector<violation> out;
  std::istringstream lines{std::string(text)};
  std::smatch m;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!std::regex_match(line, m, include)) continue;
    std::string included = m[2];
    std::string rule;
    if (m[1] == "\"" && !(from.test && included.find("..") == std::string::npos))
      rule = "headers of ours are included with angle brackets, from an include root";
    else if (auto to = floor_of(included))
      rule = check_ours(from, *to, included.find("/internal/") != std::string::npos);
    else
      rule = check_part(from, included);
    if (!rule.empty()) out.push_back({std::string(file), number, included, rule});
  }
  return out;
}

} // namespace loa::house
