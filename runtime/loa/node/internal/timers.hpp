#pragma once

#include <loa/node/internal/core.hpp>
#include <loa/supervision/internal/supervisor.hpp>

namespace loa::node {

/// The actor that hands out delayed letters: CAF's clock writes to CAF's actors only.
[[nodiscard]] supervision::child_factory timers_factory(node_core& core);

} // namespace loa::node
