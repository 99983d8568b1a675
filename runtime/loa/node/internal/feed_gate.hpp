#pragma once

#include <loa/base/name.hpp>
#include <loa/link/ack_board.hpp>

#include <caf/actor_control_block.hpp>

#include <memory>

namespace loa::node {

/// What a feed shares with its volatile followers on this node: where they put acknowledgements
/// without sending a message each.
struct feed_gate {
  std::shared_ptr<const name> feed;
  link::ack_board board;
  /// The feed's actor; it holds the gate, so this is weak.
  caf::weak_actor_ptr owner;
};
using feed_gate_ptr = std::shared_ptr<feed_gate>;

} // namespace loa::node
