#pragma once

#include <loa/link/options.hpp>
#include <loa/node/internal/delayed_letters.hpp>
#include <loa/node/internal/effect_check.hpp>
#include <loa/node/internal/hop_watch.hpp>
#include <loa/node/internal/post_office.hpp>
#include <loa/node/internal/registry.hpp>
#include <loa/node/internal/unstored_entries.hpp>
#include <loa/node/runtime.hpp>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <map>
#include <mutex>
#include <set>

namespace loa::node {

/// The figures a node keeps of itself.
struct node_metrics {
  explicit node_metrics(metric_registry& all);
  counter& commands;
  counter& entries;
  counter& restarts;
  counter& dead_letters;
  counter& refused;
  counter& overdue_reminders;
  gauge& reminders_late; ///< Seconds that the oldest reminder in the table is overdue.
  counter& void_letters;
  counter& passed_unstored;
  counter& turned_away;
  counter& unreadable;
  counter& followers_ahead; ///< Followers who named what their feed never published.
  counter& feeds_restored;  ///< Followers who knew a feed before its backup was put back.
  histogram& decided;
  // Of the way to other nodes:
  counter& peer_refused;    ///< Messages to a peer that its full queue did not take.
  counter& peer_unknown;    ///< Messages from peers of a kind that this release does not know.
  counter& peer_malformed;  ///< Sessions ended since what came cannot be trusted.
  counter& documents_taken; ///< Documents of peers that are in force here since.
  counter& documents_refused;
  gauge& documents_differ;       ///< Peers with other documents than ours.
  counter& journals_rolled_back; ///< Of other nodes.
  counter& journals_changed;
  counter& peer_misdirected; ///< What peers said and may not.
  counter& peer_outdated;    ///< What they said under an epoch that is over.
  counter& peer_ahead;       ///< What they said under one that is not known here yet.
  hop_watch hops;
  [[nodiscard]] counter& sessions_ended(std::string_view why) const;

private:
  metric_registry& all_;
};

/// Remembers what an entity was doing when it crashed, so that a message that always crashes it is
/// put aside instead of being delivered for ever. Bounded; any thread.
class crash_memory {
public:
  /// How often `who` crashed while it handled `what`.
  [[nodiscard]] unsigned count(const name& who, std::string_view what) const;
  unsigned add(const name& who, std::string_view what);
  void forget(const name& who, std::string_view what);

private:
  static inline limit max_known{"node.crash_memory", 10'000, 16};
  mutable std::mutex mutex_;
  std::map<std::string, unsigned, std::less<>> crashes_;
  std::atomic<bool> any_{false};
};

/// The entities that crashed while facts of theirs were on the way to the journal. Their successors
/// must not load before those have arrived. Any thread.
class unsettled_names {
public:
  void add(const name& who);
  /// True if it was there; it no longer is.
  bool take(const name& who);

private:
  std::mutex mutex_;
  std::set<std::string, std::less<>> names_;
  std::atomic<bool> any_{false};
};

/// Which emergencies went through which entity without being stored, so that each does so once
/// however often the storing is tried. Bounded; any thread.
class passed_on {
public:
  /// True the first time.
  bool add(const name& through, std::string_view entry);

private:
  static inline limit max_known{"node.passed_on", 100'000, 4};
  std::mutex mutex_;
  std::set<std::string, std::less<>> known_;
};

/// Where the journal keeps the last time that the node has seen, as big-endian milliseconds.
inline constexpr bytes_view last_time_key = "node/last_time";

/// What the actors of a node share. Made before the first and gone after the last of them.
struct node_core {
  node_core(const runtime_options& o, runtime_parts p);
  ~node_core();

  runtime_options options;
  runtime_parts parts;         ///< With an engine in any case.
  metric_registry own_metrics; ///< If the program has none.
  node_metrics metrics;
  const link::link_options link; ///< Of conversations that end here or are told when they end.
  const link::link_options relay_link{.heartbeat = std::chrono::seconds(30)}; ///< Of relays.
  std::map<std::string, served_kind, std::less<>> kinds;
  std::map<std::string, driver*, std::less<>> drivers;
  wire::type_registry types;
  crash_memory crashes;
  unsettled_names unsettled;
  passed_on passed;
  unstored_entries unstored;
  registry names;
  delayed_letters delayed{parts.monotonic};
  std::unique_ptr<post_office> office; ///< Null on a node that is alone.
  caf::actor_system* system = nullptr;
  caf::actor reminders;
  caf::actor homes;
  std::atomic<std::uint64_t> asks{0};
  std::atomic<std::uint64_t> restarts{0};
  std::atomic<std::uint64_t> dead_letters{0};
  std::uint64_t epoch = 1; ///< Of the feeds here at least; raised when a backup is restored.
  instant last_known{};    ///< The latest time that an earlier run has seen.
  instant started{};

  /// True if nobody gets the entry any more. While the clock lies before a time that this node has
  /// lived through already it is wrong, and no emergency is over by it.
  [[nodiscard]] bool is_over(const link::entry& e) const {
    const auto now = parts.time.now();
    return e.expires <= now && !(e.on == link::lane::emergency && now < last_known);
  }

  /// To whoever has the name, here or on another node. False if the letter could not be taken.
  bool send(const name& to, letter l) {
    if (office && office->takes(to, l)) return true;
    return names.send(to, mail_of(std::move(l)));
  }
  /// True if the name's entity lives on this node.
  [[nodiscard]] bool is_here(const name& who) const { return !office || office->is_here(who); }
  /// True if it lives on that other node, or on any other where none is named.
  [[nodiscard]] bool is_on(const std::string& node, const name& who) const {
    return office && !office->is_here(who) &&
           (node.empty() || office->where().speaks_for(node, who.home()));
  }
  /// The epoch of an entity's feed and post. What came from another node keeps the one it had.
  [[nodiscard]] std::uint64_t epoch_of(const name& who) const {
    return office ? std::max(epoch, office->where().feeds_of(who.home())) : epoch;
  }
  /// Puts aside what nobody can handle, with the reason.
  void bury(const name& who, std::string_view what, std::string_view why);

  /// Calls what a program has given the node. What it throws is logged, and is nobody's crash.
  template <class F>
  void guarded(std::string_view what, std::string_view which, F&& call) const noexcept {
    try {
      call();
    } catch (const std::exception& x) {
      threw(what, which, x.what());
    } catch (...) {
      threw(what, which, "an exception that is no std::exception");
    }
  }

  /// True once a minute: for what anybody may bring about, and nobody must fill the log with.
  [[nodiscard]] bool may_say_ahead(instant monotonic) noexcept;

private:
  void threw(std::string_view what, std::string_view which, std::string_view why) const noexcept;
  receiver_ptr spawn(const name& who);
  std::atomic<instant::rep> said_ahead_{0};
};

/// A crash of an entity, for its home's supervisor.
struct crash_report {
  name who;
  std::string why;
};

/// Looks into the reminders table are at most so far apart, since the wall clock may jump.
inline constexpr duration longest_look_pause = std::chrono::seconds(1);

/// A reminder that was set or moved. One that is due later than the next look need not be said.
struct reminder_note {
  instant due;
};
/// What an entity was told is dealt with, by its key in the table; not `done` if it is there still.
struct reminder_answer {
  bytes key;
  bool done = true;
};

} // namespace loa::node

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loa::node::crash_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loa::node::reminder_note)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loa::node::reminder_answer)
