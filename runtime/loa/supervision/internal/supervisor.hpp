#pragma once

#include <loa/base/log.hpp>
#include <loa/base/metrics.hpp>
#include <loa/supervision/decision.hpp>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/local_actor.hpp>

#include <functional>

namespace loa::supervision {

/// Starts one child: spawns it through `parent`, which is the supervisor, and returns its handle.
/// An empty handle says that the child chose not to run. Called again for each restart, on the
/// supervisor's thread; what it throws counts as a failed start.
using child_factory = std::function<result<caf::actor>(caf::local_actor* parent)>;

struct child {
  child_spec spec;
  child_factory start;
};

/// Where a supervisor reports. What is pointed to outlives the supervisor.
struct reports {
  log_sink* log = &no_log();
  counter* restarts = nullptr;  ///< Children started again.
  counter* exhausted = nullptr; ///< Supervisors that stopped since restarting did not help.
};

/// Spawns a supervisor, which then starts `children` in order; under simple_one_for_one there is
/// one, whose factory may be empty. errc::rule if the specs fail `check`.
///
/// It stops its children and ends when it is sent an exit message, with the reason of that message;
/// it ends with `user_shutdown` when it gives up or a first start fails, and then its own
/// supervisor sees a failed start, if it was not up yet. If it is killed, or nobody holds its
/// handle any more, its children are told to stop. A child is held by its supervisor while it runs.
///
/// CAF runs a message to its end: killing a child takes effect before its next message.
[[nodiscard]] result<caf::actor> make_supervisor(caf::actor_system& system, supervisor_spec spec,
                                                 std::vector<child> children, reports to = {});

/// A factory of a supervisor below another one.
[[nodiscard]] child_factory supervisor_factory(supervisor_spec spec, std::vector<child> children,
                                               reports to = {});

// What a supervisor understands. Requests are answered in the order of their arrival, each when it
// is done: a child is started, or its end was seen. At most 65 536 of them wait; beyond that they
// are refused with errc::too_many.
//
//   (up_atom)                       -> (up_atom), once the first start of all children is through
//   (start_child_atom, child)          -> child_reply
//   (start_child_atom, child_factory)  -> child_reply, simple_one_for_one only
//   (terminate_child_atom, string id)  -> child_reply, with an empty handle
//   (terminate_child_atom, actor)      -> child_reply, with an empty handle; any strategy
//   (restart_child_atom, string id)    -> child_reply
//   (delete_child_atom, string id)     -> child_reply, with an empty handle
//   (which_children_atom)              -> std::vector<child_info>, in start order
using up_atom = caf::atom_constant<caf::atom("up")>;
using start_child_atom = caf::atom_constant<caf::atom("startchild")>;
using terminate_child_atom = caf::atom_constant<caf::atom("termchild")>;
using restart_child_atom = caf::atom_constant<caf::atom("restchild")>;
using delete_child_atom = caf::atom_constant<caf::atom("delchild")>;
using which_children_atom = caf::atom_constant<caf::atom("whichchild")>;

/// The child's handle, empty if it is not running, or why it could not be done.
struct child_reply {
  result<caf::actor> child = caf::actor();
};

struct child_info {
  std::string id;
  child_state state = child_state::stopped;
  child_type type = child_type::worker;
  caf::actor child;
};

} // namespace loa::supervision

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loa::supervision::child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loa::supervision::child_factory)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loa::supervision::child_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<loa::supervision::child_info>)
