#pragma once

#include <loa/sim/faults.hpp>
#include <loa/sim/stage.hpp>

#include <deque>
#include <functional>
#include <string>
#include <vector>

/// \file
/// Entities of one's own in any weather: nodes, disks, a network and clients out of one seed, and
/// at the end the question whether what was promised was kept.
///
///     struct tea_round : loa::sim::rehearsal {
///       std::vector<loa::node::entity_kind> kinds() const override {
///         return {loa::node::kind_of<stall>()};
///       }
///       std::vector<std::string> entities() const override { return {"stall/north"}; }
///       void live(loa::sim::stage& s) override {
///         s.now_and_then(20s, [this, &s] {
///           s.ask<sell>("stall/north", sell{1}, [this](const auto& r) { if (r) ++sold; });
///         });
///       }
///       void check(loa::sim::stage& s) override {
///         const auto book = s.read<sell>("stall/north", sell{0});
///         if (book && book->cups != sold) s.broken("stall/north", "has lost or doubled cups.");
///       }
///       int sold = 0;
///     };
///
/// With `loa::sim::main` (program.hpp) that is a whole program.
namespace loa::sim {

/// Something that was counted, for the table at the end.
struct figure {
  std::string what; ///< "books lent".
  std::uint64_t count = 0;
};

/// What a developer describes: entities, what clients do, and what must hold at the end. One object
/// lives through one run, so its members are the clients' notes; they share nothing with the
/// entities, whose nodes may be killed at any instant. All is called on one thread. Besides what it
/// checks itself, every command that an entity with a journal answered positively is given once
/// more at the end, under the same key, and must be answered as it was.
class rehearsal {
public:
  virtual ~rehearsal() = default;

  /// The kinds of entities that every node knows. Called at each start of a node.
  [[nodiscard]] virtual std::vector<node::entity_kind> kinds() const = 0;
  /// Names of entities, "stall/north". They may crash, and their homes are shared out among the
  /// nodes; what lives right there or below may also be others.
  [[nodiscard]] virtual std::vector<std::string> entities() const = 0;
  /// Clients begin: the nodes have just been started, and nothing goes wrong for a minute. What is
  /// put into the stage's schedule here goes on while faults come and go.
  virtual void live(stage& s) = 0;
  /// Says `broken` of all that is not as it must be. Everything is well, every question of the
  /// stage has its answer, and `read` asks the entities. Called again after a while as long as
  /// something is missing, for two hours at most; then the last answer counts.
  virtual void check(stage& s) = 0;

  /// How many nodes there are if nobody says otherwise.
  [[nodiscard]] virtual std::size_t nodes() const { return 3; }
  /// Which node hosts what; for as many nodes as that, or fewer if there is nothing for them.
  /// Default: the homes of `entities`, in their order, in turn.
  [[nodiscard]] virtual result<net::placement_document> placement(std::size_t nodes) const;
  /// Default: a node's usual habits, with snapshots often enough that they are tried.
  [[nodiscard]] virtual node::runtime_options node_options() const;
  /// Before there are machines, and before all that follows.
  virtual void set_up(stage& s) { (void)s; }
  /// The drivers of a node's entities. They outlive the run; nothing reaches them of a process that
  /// is gone.
  [[nodiscard]] virtual std::vector<std::pair<std::string, node::driver*>>
  drivers(const std::string& node) {
    (void)node;
    return {};
  }
  /// Everything is well from now on; nothing new is begun, and whoever was away comes.
  virtual void settle(stage& s) { (void)s; }
  /// False while there is something to wait for besides the stage's questions.
  [[nodiscard]] virtual bool at_rest() const { return true; }
  /// Those who ask under keys besides the stage's own questions. At the end they, too, are to get
  /// the same answers again.
  [[nodiscard]] virtual std::vector<client*> clients() { return {}; }
  /// What is told at the end.
  [[nodiscard]] virtual std::vector<figure> figures() const { return {}; }
};

struct rehearsal_options {
  std::uint64_t seed = 1;
  std::size_t nodes = 0;                ///< 0: as many as the rehearsal says.
  micros lasts = std::chrono::hours(1); ///< Until everything is well again.
  weather sky = weather::rain;
  /// What goes wrong besides.
  fault_plan also;
  /// The seed draws the nodes' limits (base/limit.hpp). False: they are at their defaults, for
  /// tests that look at how often something happens.
  bool draw_limits = true;
  std::size_t trace_lines = 10'000;
  /// Is told every line of the world's trace as it is written.
  std::function<void(const trace::line&)> listen;
};

struct rehearsal_end {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0; ///< Of the trace.
  micros ended{0};        ///< When everything had come to rest.
  std::uint64_t faults = 0;
  std::uint64_t starts = 0; ///< Of nodes, beyond the first.
  std::uint64_t steps = 0;  ///< Of the simulation.
  std::size_t nodes = 0;
  std::vector<figure> figures;
  std::vector<broken_promise> broken; ///< Empty if every promise was kept.
  std::deque<trace::line> timeline;   ///< The latest lines of the trace.
};

/// Runs it once. The same seed and the same options give the same end, in every process of the same
/// program, as long as the rehearsal and its entities draw on nothing else. An error says why there
/// was nothing to run: a name that is none, a placement that is none. What the rehearsal's own code
/// throws comes through.
[[nodiscard]] result<rehearsal_end> rehearse(rehearsal& what, const rehearsal_options& options);

} // namespace loa::sim
