#pragma once

#include <bindings/cli/cluster_addresses.hpp>
#include <loa/base/random.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace loa::cli {

/// Everything that a new cluster's files are made of.
struct cluster_design {
  std::string name;
  path root;       ///< Of its hierarchy.
  bytes hierarchy; ///< The content of a hierarchy file that was checked.
  std::vector<planned_node> nodes;
  duration node_lifetime{};      ///< Of each node's certificate.
  duration authority_lifetime{}; ///< Of the authority's own; not shorter.
};

/// What is being done, how much of it is done, of how much.
using cluster_progress = std::function<void(std::string_view what, std::uint64_t, std::uint64_t)>;

/// The directory that a new cluster is to be written to, with no symbolic link in it. Refused
/// unless it is empty or not there, in a directory that is.
[[nodiscard]] result<std::filesystem::path> free_directory(const std::filesystem::path& out);

/// Writes a whole cluster into `out`, as `free_directory` gave it:
///
///     authority/authority.pem, authority.key
///     nodes/NODE/node.json, node.pem, node.key, authority.pem, hierarchy.json, placement.json
///     nodes/NODE/data/token.key            the same for all
///     start, stop, README.txt
///
/// Each config is read as a node would read it before `out` comes into being, whole and synced.
/// After an error it is as it was, and nothing else is left.
[[nodiscard]] result<void> write_cluster(const cluster_design& design,
                                         const std::filesystem::path& out, instant now,
                                         random_source& random,
                                         const cluster_progress& progress = {});

} // namespace loa::cli
