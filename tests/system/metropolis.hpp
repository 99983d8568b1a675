#pragma once

#include "city.hpp"
#include "line.hpp"

namespace loa::system_test {

/// The nodes of the test city's cluster.
inline constexpr const char* city_node = "city-79";
inline constexpr const char* first_node = "district-760";  ///< Hosts 79.760.
inline constexpr const char* second_node = "district-761"; ///< Hosts 79.761.

/// A port that nobody listens on now.
[[nodiscard]] std::uint16_t free_port();

/// A node of the cluster, what it hosts, and where it is.
struct place {
  std::string node;
  std::string hosts;
  const network* in = nullptr; ///< Without one: among everything else of this machine.
};

/// The same small city as one cluster of nodes, each a real process, as `loa cluster init` lays it
/// out: three of them, if nothing else is said.
class metropolis {
public:
  explicit metropolis(std::vector<place> places = {
                          {city_node, "79"}, {first_node, "79.760"}, {second_node, "79.761"}});
  ~metropolis();
  metropolis(const metropolis&) = delete;
  metropolis& operator=(const metropolis&) = delete;

  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return dir_ / name; }
  /// A node's directory: its config, certificate, documents and data.
  [[nodiscard]] std::filesystem::path home(const std::string& node) const {
    return dir_ / "cluster" / "nodes" / node;
  }
  [[nodiscard]] std::filesystem::path authority() const { return dir_ / "cluster" / "authority"; }
  void write(const std::string& name, const std::string& content) const;
  /// Merges `changes` into a node's config (RFC 7396), for its next start.
  void configure(const std::string& node, const json& changes) const;

  /// Starts a node, after the one before has ended, and requires that it serves.
  node_process& start(const std::string& node);
  void start_all();
  [[nodiscard]] node_process& node(const std::string& node) { return *nodes_.at(node); }
  void stop(const std::string& node) { nodes_.erase(node); }

  /// A token of that role for the whole city; the same one every time.
  const std::string& token(const std::string& role);
  /// One call to a node, on a connection of its own.
  [[nodiscard]] answer ask(const std::string& node, const call& c) const;
  /// The body of a GET that must succeed, asked of a node with an official's token.
  [[nodiscard]] json get(const std::string& node, const std::string& target);
  /// The same, where it may fail for a while.
  [[nodiscard]] std::optional<json> try_get(const std::string& node, const std::string& target);
  /// How a node sees another one, of what `GET /v1/units/{unit}` tells.
  [[nodiscard]] json peer(const std::string& node, const std::string& unit,
                          const std::string& other);
  /// A citizen's stream at a node.
  [[nodiscard]] http::test::client follow(const std::string& node, const std::string& citizen,
                                          const std::string& units);
  /// A device's stream at a node.
  [[nodiscard]] http::test::client attend(const std::string& node, const std::string& unit,
                                          const std::string& device);
  /// Publishes, again and again until it is accepted, under one key; its id.
  std::string publish(const std::string& node, const call& c);
  /// Waits until the root's node has all others at its side.
  void meet();

private:
  [[nodiscard]] http::test::client stream(const std::string& node, const std::string& target,
                                          const std::string& token);
  [[nodiscard]] const network* network_of(const std::string& node) const;

  std::filesystem::path dir_;
  std::vector<place> places_;
  std::map<std::string, std::unique_ptr<node_process>> nodes_;
  std::map<std::string, std::string> tokens_;
};

} // namespace loa::system_test
