#pragma once

#include <loa/node/internal/core.hpp>
#include <loa/supervision/internal/supervisor.hpp>

namespace loa::node {

/// The actor that watches the reminders table and wakes whoever is due, a backlog at the pace of
/// due_window.hpp. It keeps nothing: after a crash it looks into the table again, and an entity
/// ignores what it has handled already.
///
/// An entity answers what it was told with `reminder_answer` once that is committed and what it has
/// posted for it to entities of this node has arrived.
[[nodiscard]] supervision::child_factory reminders_factory(node_core& core);

/// The actor that puts idle entities to sleep and drops answers that are no longer kept.
[[nodiscard]] supervision::child_factory caretaker_factory(node_core& core);

} // namespace loa::node
