#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/harness/forwarder.hpp>
#include <bench/harness/server_process.hpp>
#include <loa/model/unit_tree.hpp>

#include <memory>
#include <string>
#include <vector>

namespace loa::bench {

/// A cluster of node processes, laid out by `loa cluster init`, whose lines to each other go
/// through a forwarder. Node 0 hosts the root. One thread.
class city_of_nodes {
public:
  /// Starts so many nodes and waits until each serves and the root's has all neighbours. With one
  /// node it is no cluster, but the same city. The last may be left for the caller to start.
  [[nodiscard]] static result<std::unique_ptr<city_of_nodes>>
  start(conductor& c, const std::filesystem::path& where, const std::string& hierarchy,
        std::size_t nodes, bool leave_last = false);

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::uint16_t http(std::size_t node) const { return nodes_[node].http; }
  /// The units without others below them, and the node of each.
  [[nodiscard]] const std::vector<std::string>& lowest() const { return lowest_; }
  [[nodiscard]] std::size_t home_of(std::size_t lowest) const { return home_[lowest]; }
  [[nodiscard]] const std::string& root() const { return root_; }
  /// A unit that a node hosts and that has others below it, or none.
  [[nodiscard]] const std::string& top_of(std::size_t node) const { return nodes_[node].top; }
  [[nodiscard]] const std::filesystem::path& config(std::size_t node) const {
    return nodes_[node].config;
  }
  /// An editor's token, good at every unit.
  [[nodiscard]] const std::string& token() const { return token_; }
  [[nodiscard]] std::vector<int> processes() const;
  /// Whether somebody wants an end; see `conductor`, which outlives this.
  [[nodiscard]] const std::function<bool()>& stopped() const { return stopped_; }
  [[nodiscard]] forwarder* lines() { return lines_.get(); }

  void kill(std::size_t node) { nodes_[node].process->kill(); }
  /// Starts a node that was killed; it does not wait.
  [[nodiscard]] result<void> start_again(std::size_t node);
  [[nodiscard]] result<void> wait_for(std::size_t node, const std::string& target);

private:
  struct member {
    std::string name;
    std::string top;
    std::filesystem::path config;
    std::filesystem::path log;
    std::uint16_t http = 0;
    std::optional<server_process> process;
  };
  result<void> lay_out(conductor& c, const std::filesystem::path& where,
                       const std::string& hierarchy, std::size_t count);
  result<void> run(conductor& c, std::size_t count);

  std::filesystem::path program_;
  std::function<bool()> stopped_;
  std::vector<member> nodes_;
  std::vector<std::string> lowest_;
  std::vector<std::size_t> home_;
  std::string root_;
  std::string token_;
  std::unique_ptr<forwarder> lines_;
};

} // namespace loa::bench
