#pragma once

#include <loa/base/name.hpp>
#include <loa/link/ack_board.hpp>

#include <memory>

namespace loa::node {

/// What a feed shares with its volatile followers on this node: where they put acknowledgements
/// without sending a message each.
struct feed_gate {
  std::shared_ptr<const name> feed;
  link::ack_board board;
  bool relayed = false; ///< The feed lives elsewhere; see relay_actor.
};
using feed_gate_ptr = std::shared_ptr<feed_gate>;

} // namespace loa::node
