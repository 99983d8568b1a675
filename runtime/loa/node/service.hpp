#pragma once

#include <loa/base/name.hpp>
#include <loa/base/result.hpp>
#include <loa/wire/record.hpp>

#include <functional>
#include <string>

namespace loa::node {

using reply_handler = std::function<void(result<wire::value>)>;

/// What a node of a cluster offers other nodes beside its entities: commands to "KIND/UNIT" come to
/// the service of that kind on whichever node hosts the unit. It has no state that the runtime
/// knows of, and no answer of it waits for the journal.
struct service {
  std::string kind; ///< None that an entity has.
  /// Makes the types of its commands and answers known.
  std::function<void(wire::type_registry&)> announce;
  /// Serves a command; `then` is called exactly once, on any thread. Called on any thread, several
  /// at a time; must not block. Whether the command may be given is the service's to judge: any
  /// node of the cluster can send it. Outlives the runtime.
  std::function<void(const name& to, wire::value command, reply_handler then)> serve;
};

} // namespace loa::node
