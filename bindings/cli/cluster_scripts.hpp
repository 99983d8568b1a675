#pragma once

#include <bindings/cli/cluster_addresses.hpp>

#include <span>
#include <string>
#include <string_view>

/// \file
/// What lies in a new cluster's directory for people: a script for /bin/sh that runs all its nodes
/// on one machine, one that ends them, and a page to read. Pure functions. The scripts hold no path
/// of this machine, so the directory may be moved.
namespace loa::cli {

[[nodiscard]] std::string start_script(std::string_view cluster, const path& root,
                                       std::span<const planned_node> nodes);
[[nodiscard]] std::string stop_script();
[[nodiscard]] std::string readme_text(std::string_view cluster, std::size_t nodes,
                                      instant certificates_end);

} // namespace loa::cli
