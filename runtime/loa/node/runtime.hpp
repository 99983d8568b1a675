#pragma once

#include <loa/base/limit.hpp>
#include <loa/base/log.hpp>
#include <loa/base/metrics.hpp>
#include <loa/base/random.hpp>
#include <loa/node/cluster.hpp>
#include <loa/node/driver.hpp>
#include <loa/node/entity.hpp>
#include <loa/store/journal.hpp>
#include <loa/store/writer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace loa::node {

/// What runs the entities of a node; see internal/engine.hpp.
class engine;

/// Entities that load from the journal at the same time; others wait in order.
inline limit max_waking{"node.waking", 256, 1};
/// Commands under way from outside; beyond it `ask` answers too_many at once.
inline limit max_asks{"node.asks", 65'536, 16};
/// Letters that wait for one entity that is waking; beyond it they are dropped: commands are
/// answered too_many, entries and posts come again, sessions ask again.
inline limit max_waiting{"node.waiting", 4'096, 4};
/// Followers of one feed beyond which no session is admitted.
inline limit max_sessions{"node.sessions", 4'000'000, 64};
/// Facts of an entity that are not in a snapshot; beyond it one is taken.
inline limit max_loose_facts{"node.loose_facts", 256, 1};

/// The limits and habits of a node. Zero never means "without limit".
struct runtime_options {
  /// Threads that run entities; 0 takes one per core.
  std::size_t threads = 0;
  /// How many entities may load from the journal at the same time; others wait in order.
  std::size_t most_waking = max_waking;
  /// Commands under way from outside; beyond it `ask` answers too_many at once.
  std::size_t most_asks = max_asks;
  /// Commands that wait for one entity that is waking.
  std::size_t most_waiting = max_waiting;
  /// Followers of one feed beyond which no session is admitted, asleep and awake; what is left up
  /// to link::slot_ledger::most_slots is for durable followers.
  std::size_t most_sessions = max_sessions;
  /// An entity that nobody spoke to for so long goes to sleep.
  duration idle = std::chrono::minutes(1);
  /// Acknowledgements are gathered for so long before they are committed as one fact.
  duration gather = std::chrono::milliseconds(100);
  /// A snapshot is taken after so many facts.
  std::size_t snapshot_every = max_loose_facts;
  /// How long answers to idempotency keys are kept.
  duration answers_kept = std::chrono::hours(24);
  /// A volatile follower that did not come for so long gives up its slot; nothing: never.
  std::optional<duration> forget_followers;
  /// Restarts of the entities of one home within `restart_period` before their supervisor gives up
  /// and the home is stopped as a whole and started anew.
  std::size_t restart_intensity = 100;
  duration restart_period = std::chrono::seconds(10);
};

/// What a node stands on. All of it outlives the node.
struct runtime_parts {
  store::journal& journal;
  store::writer& writer;
  const clock& time = system_clock();
  random_source& random = system_random();
  log_sink& log = no_log();
  metric_registry* metrics = nullptr;      ///< Null: figures are kept nowhere.
  const clock& monotonic = steady_clock(); ///< For timers and delivery; never goes back.
  node::engine* engine = nullptr;          ///< Null: threads of its own. For simulation.
};

/// How a command is to be handled.
struct ask_options {
  /// A repeated command with the same key gets the first answer again
  /// (`runtime_options::answers_kept`); another `content` under the same key is refused with
  /// errc::conflict. Empty: no key.
  std::string key;
  std::string content;
  store::urgency urgency = store::urgency::ordinary;
};

/// One node: the entities that live here, reachable by name.
///
/// All members may be called from any thread. Entities wake with the first message for them.
class runtime {
public:
  ~runtime();

  /// Starts a node for these kinds of entities. The journal's format must fit; nothing is woken.
  /// Refused: a kind that cannot be part of a name, two kinds, drivers or types of one name.
  /// With `cluster` it is one of many: names that live elsewhere are reached there.
  [[nodiscard]] static result<std::unique_ptr<runtime>>
  start(const runtime_options& options, runtime_parts parts, std::vector<entity_kind> kinds,
        std::vector<std::pair<std::string, driver*>> drivers = {},
        std::optional<cluster_parts> cluster = {});

  /// Starts a node that stands alone and has a journal of its own in a directory, which is made if
  /// it is not there. Warnings and errors go to standard error. For programs that need no more;
  /// errors as of `start` and store::open_lmdb.
  [[nodiscard]] static result<std::unique_ptr<runtime>> open(const std::string& directory,
                                                             std::vector<entity_kind> kinds);

  /// Sends a command and gives the answer to `then`, exactly once, on a thread of the runtime or of
  /// the journal; `then` must not block. What it throws is logged and concerns nobody. A positive
  /// answer comes only after everything it rests on is committed. If the entity crashes before it
  /// answers, `then` gets errc::unavailable.
  void ask(const name& to, wire::value command, reply_handler then, ask_options options = {});

  /// Sends a command whose answer nobody needs. A name of an unknown kind is a dead letter.
  void tell(const name& to, wire::value command);

  /// Like `ask`, but waits here. For programs and tests. On a thread of a runtime, as in `then`, in
  /// a driver or in an entity, it is an error at once: the answer might come on this very thread.
  [[nodiscard]] result<wire::value> ask_and_wait(const name& to, wire::value command,
                                                 ask_options options = {},
                                                 duration timeout = std::chrono::seconds(30));

  /// The same with types instead of values. An answer of another type is errc::internal.
  template <wire::tagged Reply, wire::tagged Command>
  [[nodiscard]] result<Reply> ask_and_wait(std::string_view to, Command command,
                                           ask_options options = {},
                                           duration timeout = std::chrono::seconds(30)) {
    auto who = name::parse(to);
    if (!who) return who.error();
    auto answer =
        ask_and_wait(*who, wire::value::of(std::move(command)), std::move(options), timeout);
    if (!answer) return answer.error();
    if (const auto* reply = answer->template get<Reply>()) return *reply;
    return error{errc::internal, "\"" + who->str() + "\" answered with something else.", {}};
  }

  /// Makes an entity crash as if its code had thrown, for tests and drills.
  void kill(const name& who);

  struct figures {
    std::size_t awake = 0;      ///< Entities awake.
    std::size_t waking = 0;     ///< Loading or waiting to load.
    std::uint64_t restarts = 0; ///< After a crash, since the start.
    std::uint64_t dead_letters = 0;
    std::uint64_t asks = 0; ///< Under way.
  };
  [[nodiscard]] figures read_figures() const;
  [[nodiscard]] bool awake(const name& who) const;

  /// Where a unit's entities live; here, on a node that is alone.
  [[nodiscard]] whereabouts find(const path& unit) const;
  /// How it stands with the other nodes.
  [[nodiscard]] std::vector<peer_status> peers() const;

  /// Gives units of this node to another one while both serve, with all that the journal has of
  /// them: what a newer placement says, the record of which is given, signed and not yet in force
  /// anywhere. It may change the host of one prefix, in a higher epoch, and nothing else. The units
  /// serve while they are copied; then they are held, for as long as it takes to compare what is
  /// stored on both sides, and what is asked of them is refused as `unavailable`. A crash of either
  /// node on the way leaves them with exactly one of the two; a node that comes again goes on by
  /// itself.
  ///
  /// Both functions are called once, on the transport's thread: `begun` when it is under way, or
  /// with the reason why it is not; then `ended` when the other node serves the units and the
  /// placement is in force, or with the reason why nothing has changed.
  void move(const path& prefix, bytes placement, std::function<void(const result<void>&)> begun,
            std::function<void(const result<void>&)> ended = {});
  /// The move that is under way here, or the last one since the start.
  [[nodiscard]] std::optional<move_status> moving() const;

  /// Refuses new commands, finishes those under way, puts every entity to sleep and returns when
  /// the journal has everything, or after `patience`. True if nothing was left undone.
  bool stop(duration patience = std::chrono::seconds(10));

private:
  class impl;
  explicit runtime(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace loa::node
