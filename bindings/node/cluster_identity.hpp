#pragma once

#include <bindings/node/config.hpp>
#include <loa/net/identity.hpp>

namespace loa::host {

/// Who a node is in its cluster, by the files that its config names. The error says which file is
/// wrong, and its `pointer` is that file's key in the section: "certificate", "key", "authority".
[[nodiscard]] result<net::identity> load_identity(const cluster_config& c);

} // namespace loa::host
