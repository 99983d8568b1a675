#pragma once

#include <loa/supervision/restart_window.hpp>
#include <loa/supervision/spec.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace loa::supervision {

/// Names one child of one supervisor through all its restarts. Keys rise in start order and are
/// never used again.
using child_key = std::uint64_t;

enum class child_state : std::uint8_t {
  stopped,    ///< Not running; its spec is kept, and a restart of its siblings starts it too.
  running,    ///< Started, and its end was not yet reported.
  restarting, ///< Its restart failed and will be tried again.
};

struct child_entry {
  std::shared_ptr<const child_spec> spec;
  child_state state = child_state::stopped;
};

/// One thing that whoever drives a `decider` has to do.
struct step {
  enum class kind : std::uint8_t {
    stop,   ///< Stop these children as their spec says, all at once, and wait for the end of each.
    start,  ///< Start this one child, then report `started`, `ignored` or `start_failed`.
    retry,  ///< Call `retry` for this one child, after whatever else is waiting to be decided.
    finish, ///< End the supervisor. All children are stopped by now.
  };
  kind what = kind::finish;
  std::vector<child_key> children;

  bool operator==(const step&) const = default;
};
using steps = std::vector<step>;

/// Decides what a supervisor does; a state machine without clock, threads or actors.
///
/// Its driver reports one event at a time and carries out the steps it gets in their order, each
/// done before the next begins, and all of them before it reports the next event. Only the outcome
/// of a start step is reported at once; `start_failed` replaces the steps that are left. Children
/// that end while they are being stopped, or before a stop step reaches them, are not reported:
/// they are stopped. After a `finish` step there are no more events.
class decider {
public:
  /// The specs passed `check`. Under simple_one_for_one `children` holds the spec of all that come.
  decider(supervisor_spec spec, const std::vector<child_spec>& children);

  /// Starts the children in order. If a start fails, those before are stopped and the supervisor
  /// ends.
  [[nodiscard]] steps begin();
  /// A running child ended by itself. `now` is of a clock that never goes back.
  [[nodiscard]] steps exited(child_key key, exit_kind how, duration now);
  /// A retry step is due.
  [[nodiscard]] steps retry(child_key key, duration now);
  /// The supervisor shall end: stops the children in reverse order, under simple_one_for_one at
  /// once.
  [[nodiscard]] steps stop();

  void started(child_key key);
  /// The child chose not to run. It counts as stopped; a temporary or dynamic one is forgotten.
  void ignored(child_key key);
  [[nodiscard]] steps start_failed(child_key key);

  /// A child to start and the steps that do so.
  struct addition {
    child_key key = 0;
    loa::supervision::steps steps;
  };
  /// Adds a child behind the others; if its start fails, it is forgotten. errc::conflict if the id
  /// is there, running or not; errc::rule under simple_one_for_one or if the spec contradicts
  /// itself.
  [[nodiscard]] result<addition> add(child_spec spec);
  /// Adds a child under simple_one_for_one; errc::rule under another strategy.
  [[nodiscard]] result<addition> add_dynamic();
  /// Stops a child and keeps its spec, but for a temporary or dynamic one. errc::not_found.
  [[nodiscard]] result<steps> terminate(child_key key);
  /// Starts a stopped child. errc::conflict if it runs or is being restarted, errc::not_found.
  [[nodiscard]] result<steps> restart(child_key key);
  /// Forgets a stopped child. errc::conflict if it runs or is being restarted, errc::not_found.
  [[nodiscard]] result<void> remove(child_key key);

  [[nodiscard]] const supervisor_spec& spec() const { return spec_; }
  /// In start order.
  [[nodiscard]] const std::map<child_key, child_entry>& children() const { return children_; }
  /// Not under simple_one_for_one, where all have the same id.
  [[nodiscard]] std::optional<child_key> find(std::string_view id) const;

private:
  using position = std::map<child_key, child_entry>::iterator;
  /// Why children are being started, which decides what a failure means.
  enum class cause : std::uint8_t { begin, restart, add, restart_by_hand };

  [[nodiscard]] bool simple() const { return spec_.strategy == strategy::simple_one_for_one; }
  [[nodiscard]] steps restart_after(position failed, duration now);
  /// Appends the steps that stop all running children from `first` on, last one first.
  void stop_from(position first, steps& out);
  [[nodiscard]] addition insert(std::shared_ptr<const child_spec> spec);
  [[nodiscard]] error no_such_child() const;
  [[nodiscard]] result<position> stopped_child(child_key key);

  supervisor_spec spec_;
  std::shared_ptr<const child_spec> dynamic_;
  std::map<child_key, child_entry> children_;
  child_key next_ = 1;
  std::vector<duration> restarts_;
  cause cause_ = cause::begin;
};

} // namespace loa::supervision
