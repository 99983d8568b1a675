#pragma once

#include <bindings/node/config.hpp>
#include <bindings/node/internal/config_section.hpp>

namespace loa::host {

/// Reads the section "cluster" into `to`, whose name was read already. Looks into the files that it
/// names: the certificate must be this node's and the authority's, the placement a document that
/// the authority has signed.
void read_cluster(config_section s, config& to, const std::filesystem::path& base,
                  checked_config& out);

/// Whether "hierarchy" is what it must be in a cluster, a document that the authority has signed.
[[nodiscard]] result<void> check_hierarchy_document(const config& c);

} // namespace loa::host
