#pragma once

#include <loa/net/document.hpp>
#include <loa/net/placement.hpp>
#include <loa/sim/machine.hpp>

#include <map>
#include <memory>
#include <string>

namespace loa::sim {

/// The nodes of one cluster in a world: each has a certificate, and on its disk the placement that
/// the cluster's authority has signed, which outlives its processes. One thread.
class cluster {
public:
  /// The world outlives it.
  cluster(world& of, net::placement places);

  /// Adds the machine of a node that the placement names; the plan's `address` and `join` are the
  /// cluster's business.
  machine& add(machine_plan plan);

  /// A later placement, as an operator would sign it; the first one has number 1.
  [[nodiscard]] net::signed_document sign(std::uint64_t number,
                                          const net::placement_document& next) const;

  /// At the beginning.
  [[nodiscard]] const net::placement& placement() const noexcept { return places_; }

private:
  world& world_;
  net::placement places_;
  /// The placement on each node's disk.
  std::shared_ptr<std::map<std::string, net::signed_document>> disks_;
};

/// Homes shared out among nodes "node-1", "node-2" ... in turn; at least one node, and no more than
/// there are homes.
[[nodiscard]] net::placement_document share_out(const std::vector<path>& homes, std::size_t nodes);

} // namespace loa::sim
