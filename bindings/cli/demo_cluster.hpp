#pragma once

#include <bindings/cli/child_process.hpp>
#include <bindings/cli/demo_city.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace loa::cli {

/// A city of many nodes on this machine, each a process of its own, as `loa cluster init` lays it
/// out.
class demo_cluster {
public:
  /// Writes the cluster's files to `where`, starts its nodes and brings everybody in.
  [[nodiscard]] static result<std::unique_ptr<demo_cluster>>
  build(const demo_options& options, const std::filesystem::path& where, progress& shown,
        const std::function<bool()>& asked_to_stop);

  [[nodiscard]] demo_stage stage() { return {plan_, seen_, root_, nodes_}; }
  /// The data directory of the node that hosts the root.
  [[nodiscard]] const std::filesystem::path& data() const { return data_; }
  /// Resident octets of all nodes together.
  [[nodiscard]] std::uint64_t memory() const;
  [[nodiscard]] std::uint64_t memory_of_citizens() const { return memory_of_citizens_; }
  [[nodiscard]] std::size_t size() const { return children_.size(); }

  /// Ends all nodes.
  ~demo_cluster();

private:
  demo_cluster(demo_plan plan, shared_memory memory);
  result<void> start(const demo_options& options, const std::filesystem::path& where,
                     progress& shown, const std::function<bool()>& asked_to_stop);
  result<void> wait_for_members(progress& shown, const std::function<bool()>& asked_to_stop);
  result<void> wait_for_ways(progress& shown, const std::function<bool()>& asked_to_stop);

  demo_plan plan_;
  int memory_ = -1;
  arrivals seen_;
  node_url root_;
  std::filesystem::path data_;
  std::vector<demo_node> nodes_;
  std::vector<child_process> children_;
  std::set<std::string> neighbours_; ///< The nodes that follow something on the root's.
  std::uint64_t memory_of_citizens_ = 0;
};

} // namespace loa::cli
