#pragma once

#include <loa/node/effect.hpp>

namespace loa::node {

/// The way from entities to the world outside: sockets, sound cards, simulated clients. A program
/// registers drivers by name before the node starts; they outlive it.
///
/// Calls come on the runtime's threads, several at a time, one at a time for one entity, and must
/// not block. A driver talks back with `runtime::tell`.
class driver {
public:
  virtual ~driver() = default;

  /// Carries out a `drive` effect.
  virtual void call(const name& who, std::uint64_t channel, const wire::value& what) = 0;

  /// Carries out a `deliver` effect. True if the client has it already, which acknowledges the
  /// entry at once; false if an `acknowledge` follows later.
  virtual bool deliver(const name& who, std::uint64_t channel, const feed_entry_ptr& entry) = 0;

  /// A volatile entity that this driver had attached clients to crashed and starts anew, empty:
  /// attach them again.
  virtual void restarted(const name& who) = 0;

  /// A feed that a volatile entity wanted to follow has as many followers as it may have: nothing
  /// of it will come. The entity keeps its other feeds.
  virtual void turned_away(const name& /*who*/, const name& /*feed*/) {}

  /// Units have changed nodes. Clients of entities with a journal that live elsewhere now (see
  /// runtime::find) are reached by nobody here, and should go there.
  virtual void rehomed() {}
};

} // namespace loa::node
