#pragma once

#include <loa/node/internal/core.hpp>
#include <loa/supervision/internal/supervisor.hpp>

namespace loa::node {

/// A letter that its sender wants later.
struct timed_letter {
  receiver_ptr to;
  std::shared_ptr<letter> content;
};

/// Hands somebody a letter later.
void send_later(node_core& core, receiver_ptr to, duration delay, letter l);

/// The actor that hands out delayed letters: CAF's clock writes to CAF's actors only. Sets
/// `core.timers`.
[[nodiscard]] supervision::child_factory timers_factory(node_core& core);

} // namespace loa::node

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loa::node::timed_letter)
