#pragma once

#include <loa/net/identity.hpp>
#include <loa/net/placement.hpp>
#include <loa/net/transport.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// \file
/// A node as one of many. Entities do not notice: a name is written to, followed and posted to
/// wherever it lives; the placement says where that is.
namespace loa::node {

/// What makes a node one of a cluster.
struct cluster_parts {
  net::identity who; ///< Its node name is the one in the placement.
  net::placement placement;
  std::unique_ptr<net::transport> transport;
};

/// How it stands with another node of the placement.
struct peer_status {
  std::string node;
  std::string address;
  bool up = false;
  instant since{};          ///< By the wall clock: since when it is up, or not.
  std::string why;          ///< Why not, in a sentence; empty if nobody tried yet.
  std::uint64_t queued = 0; ///< Messages that wait for credit.
};

/// Where a unit's entities live.
struct whereabouts {
  std::string node; ///< Empty if the placement gives the unit to nobody.
  bool here = true;
};

} // namespace loa::node
