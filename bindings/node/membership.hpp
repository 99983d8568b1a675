#pragma once

#include <bindings/node/config.hpp>
#include <loa/base/log.hpp>
#include <loa/net/caf_transport.hpp>
#include <loa/node/cluster.hpp>

#include <functional>

namespace loa::host {

/// A node's place in its cluster, ready for the runtime.
struct membership {
  node::cluster_parts parts;
  net::caf_transport* lines = nullptr; ///< The one in `parts`; it lives as long as the runtime.
};

/// Puts together what a config says of the cluster: identity, documents in force, lines to others.
/// Documents that come from peers are kept in the data directory, and `on_units` is told of a newer
/// hierarchy, on the transport's thread. Errors say which file is wrong. All of it outlives the
/// runtime.
[[nodiscard]] result<membership>
join_cluster(const config& c, log_sink& log, const clock& time,
             std::function<void(const net::signed_document& hierarchy)> on_units);

} // namespace loa::host
