#pragma once

#include "program.hpp"
#include "unit/http/client.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace loa::system_test {

using http::test::answer;
using nlohmann::json;

/// The units of the test city.
inline constexpr const char* the_city = "79";
inline constexpr const char* a_district = "79.760";
inline constexpr const char* a_commune = "79.760.26734";
inline const std::vector<std::string> all_units{"79",           "79.760",       "79.761",
                                                "79.760.26734", "79.760.26737", "79.761.26740"};

/// What a client sends. Everything that a request needs to be sent again exactly as it was.
struct call {
  std::string method = "GET";
  std::string target;
  std::string body{};
  std::string token{};
  std::string key{}; ///< Idempotency-Key; empty for none.
  std::string type = "application/json";
};

/// Sends on a connection of its own that it keeps. Throws if the connection breaks.
class caller {
public:
  explicit caller(std::uint16_t port) : client_(port) {}
  answer send(const call& c);

private:
  http::test::client client_;
};

/// A small city on the disk: config, hierarchy, tokens, and its node while one runs.
class city {
public:
  /// Where nothing is given, a new directory that goes with the city.
  explicit city(const std::filesystem::path& data = "data");
  ~city();
  city(const city&) = delete;
  city& operator=(const city&) = delete;

  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return dir_ / name; }
  [[nodiscard]] std::filesystem::path config() const { return file("node.json"); }
  void write(const std::string& name, const std::string& content) const;

  /// Merges `changes` into the config (RFC 7396), for the next start.
  void configure(const json& changes);

  /// A token of that role for the whole city; the same one every time.
  const std::string& token(const std::string& role);

  /// Starts the node, after the one before has ended, and requires that it serves.
  node_process& start();
  [[nodiscard]] node_process& node() { return *node_; }

  /// One call on a connection of its own.
  [[nodiscard]] answer ask(const call& c) const { return caller(node_->port()).send(c); }
  /// The body of a GET that must succeed, asked with an official's token.
  [[nodiscard]] json get(const std::string& target);
  /// A WebSocket stream.
  [[nodiscard]] http::test::client stream(const std::string& target,
                                          const std::string& token = {}) const;
  /// A citizen's stream.
  [[nodiscard]] http::test::client follow(const std::string& citizen,
                                          const std::string& units) const;
  /// A device's stream.
  [[nodiscard]] http::test::client attend(const std::string& unit, const std::string& device);
  /// Registers a device, which must succeed.
  void install(const std::string& unit, const std::string& device, const std::string& kind);
  /// All frames of a unit's feed that are in force, page by page.
  [[nodiscard]] std::vector<json> bulletins(const std::string& unit);

private:
  std::filesystem::path dir_;
  json config_;
  std::map<std::string, std::string> tokens_;
  std::unique_ptr<node_process> node_;
};

/// A CAP alert for a fire, published now.
[[nodiscard]] std::string cap_alert(const std::string& identifier);

[[nodiscard]] call report_of(const std::string& unit, const std::string& citizen,
                             const std::string& text);
[[nodiscard]] call bulletin_of(const std::string& unit, const std::string& headline);
[[nodiscard]] call alert_of(const std::string& unit, const std::string& identifier);
[[nodiscard]] call action_on(const std::string& code, const json& action);

/// Asks `settled` again and again until it is true or the patience is over. What it asks is the
/// node, so that there is nothing to sleep for.
template <class Settled>
bool soon(Settled settled, std::chrono::seconds patience = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!settled())
    if (std::chrono::steady_clock::now() > end) return false;
  return true;
}

} // namespace loa::system_test
