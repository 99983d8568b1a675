#pragma once

#include <loa/base/limit.hpp>
#include <loa/node/driver.hpp>
#include <loa/node/entity.hpp>

#include <map>

namespace loa::node {

/// A kind of entity on this node, with the driver of its clients if there is one.
struct served_kind : entity_kind {
  driver* clients = nullptr;
};

/// What an effect may name. Refers to tables that outlive it.
struct effect_scope {
  const name& self;
  const served_kind& kind; ///< Of `self`.
  const std::map<std::string, served_kind, std::less<>>& kinds;
  const std::map<std::string, driver*, std::less<>>& drivers;
  const wire::type_registry& types;
};

/// Why an effect cannot be carried out, whatever the state of its entity: it names nothing, names
/// what is not there, or could not be read back from the journal. Nothing if it can. A pure
/// function; any thread.
[[nodiscard]] std::optional<error> check_effect(const effect& e, const effect_scope& in);

/// The same for an entity without a journal, which may do less. Cheap for what a session does with
/// each entry.
[[nodiscard]] std::optional<error> check_volatile_effect(const effect& e, const effect_scope& in);

} // namespace loa::node
