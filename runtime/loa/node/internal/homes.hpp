#pragma once

#include <loa/node/internal/core.hpp>
#include <loa/supervision/internal/supervisor.hpp>

namespace loa::node {

/// Supervision of entities. Each home (a unit with its people, devices and reports) has a
/// supervisor of its own, made when something in it first crashes. It restarts what crashed, one
/// for one; more than `restart_intensity` restarts within `restart_period` stop it, and with it
/// every entity of the home, which wake again with the next message. Homes that stop too often stop
/// `homes`, and the node.
[[nodiscard]] supervision::child_factory homes_factory(node_core& core);

} // namespace loa::node
