#pragma once

#include <loa/model/unit_tree.hpp>
#include <loa/node/runtime.hpp>
#include <loa/protocol/unit.hpp>

#include <functional>
#include <memory>
#include <unordered_map>

/// \file
/// The figures of a whole subtree. Units know their own followers only; here they are all asked and
/// their answers merged, one line for each direct child of the unit in question. Who does not
/// answer in time is there with the last known figures and their age, and is named; nothing is
/// guessed.
namespace loa::unit {

// -- merging: pure --------------------------------------------------------------------------------

/// What is known of one unit in a delivery.
struct unit_delivery {
  own_delivery last;     ///< `as_of` stays 1970 if it never answered.
  bool answered = false; ///< Just now.
};

/// The delivery report of a bulletin for the subtree of `top`. `units` in any order; those that do
/// not know the bulletin do not count. Missing names come in the order of `units`, at most `most`.
[[nodiscard]] model::delivery_report merge_delivery(const model::bulletin_id& id, const path& top,
                                                    const std::vector<unit_delivery>& units,
                                                    std::size_t most);

/// What is known of one unit's figures.
struct unit_figures {
  path unit;
  own_figures last; ///< `as_of` stays 1970 if it never answered.
  bool answered = false;
};

/// The effectiveness of the subtree of `top`.
[[nodiscard]] model::effectiveness merge_figures(const path& top, std::optional<instant> from,
                                                 std::optional<instant> to,
                                                 const std::vector<unit_figures>& units);

// -- asking ---------------------------------------------------------------------------------------

struct gather_options {
  /// Who has not answered by then counts as out of reach.
  duration patience = std::chrono::seconds(2);
  /// Questions under way at once, for one gathering.
  std::size_t at_once = 256;
  /// Last answers kept, of deliveries and of figures each; the oldest go.
  std::size_t most_kept = 65'536;
};

/// Gathers figures for those who ask. Any thread; it may go away while questions are under way,
/// whose handlers are then still called.
class gatherer {
public:
  /// How to ask a unit, such as `runtime::ask`.
  using asker = std::function<void(const name&, wire::value, node::reply_handler)>;
  /// Calls something back after a while, on any thread; what is under way when a program ends may
  /// be dropped.
  using timer = std::function<void(duration, std::function<void()>)>;

  gatherer(asker ask, timer after, std::shared_ptr<const model::unit_tree> tree,
           gather_options options = {});
  /// Asks the units of a node, which outlives the questions.
  gatherer(node::runtime& node, timer after, std::shared_ptr<const model::unit_tree> tree,
           gather_options options = {});
  ~gatherer();

  /// What each answered, nothing for who did not in time.
  using answers = std::vector<std::optional<result<wire::value>>>;
  /// Asks each of them the same. `then` is called once, with as many answers in the same order, on
  /// some thread, and must not block.
  void each(std::vector<name> whom, wire::value question, std::function<void(answers)> then);

  /// How far a bulletin came in the subtree of `top`, usually the unit that published it. not_found
  /// if `top` is no unit or answered that it does not know the bulletin. `then` is called once, on
  /// some thread, and must not block.
  void delivery(const model::bulletin_id& id, const path& top, std::size_t missing_most,
                std::function<void(result<model::delivery_report>)> then);

  /// The figures of the subtree of `top`; not_found if it is no unit.
  void effectiveness(const path& top, std::optional<instant> from, std::optional<instant> to,
                     std::function<void(result<model::effectiveness>)> then);

private:
  struct shared;
  std::shared_ptr<shared> shared_;
};

} // namespace loa::unit
