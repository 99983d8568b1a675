#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/limit.hpp>
#include <loa/base/time.hpp>

#include <map>
#include <optional>

namespace loa::node {

/// Reminders that may be under way at the same time: told, and what came of them not yet done.
/// More that are due wait in the table. Few, since what is urgent may have to wait for the commit
/// of all of them, which touches some pages for each.
inline limit max_due_reminders{"node.due_reminders", 16, 1};
/// Reminders that were told and may be in the table still. While there are so many, as when nothing
/// can be stored, no other is told.
inline limit max_told_reminders{"node.told_reminders", 4'096, 8};

/// Which due reminders are told when: a backlog of hundreds of thousands must leave the node time
/// for what is urgent.
///
/// As long as there is room for all that are due, each is told at once. When there is not, that is
/// a backlog, and it is dealt with in turns: as many as there is room for are told, and when all of
/// these are done there is a pause of twice the time that they took. So a backlog has a third of
/// the node's time at most, and less if the node has much else to do.
///
/// Keys are those of the reminders table. Pure; `now` is of a clock that never goes back.
class due_window {
public:
  /// A reminder that was told and is still there was lost with a crash, or could not be stored:
  /// told again after so long.
  static constexpr duration tell_again = std::chrono::seconds(30);
  /// What is not answered takes up room for so long, so that entities that cannot answer, or posts
  /// that do not arrive, do not hold up the others for ever.
  static constexpr duration longest_wait = std::chrono::seconds(2);
  /// The longest pause between two turns.
  static constexpr duration longest_pause = std::chrono::seconds(1);

  /// Makes room after `longest_wait`, and forgets what is to be told again.
  void look(instant now);
  /// How many may be told now.
  [[nodiscard]] std::size_t room(instant now) const;
  /// Whether it was told and is not to be told again yet.
  [[nodiscard]] bool knows(const bytes& key) const { return told_.contains(key); }
  void told(bytes key, instant now);
  /// A look is over: whether it found more than could be told.
  void looked(bool more);
  /// The entity has answered; `done` if the reminder is no longer in the table. True if somebody
  /// should look again at `next_turn()`, since a turn has ended.
  [[nodiscard]] bool answered(const bytes& key, bool done, instant now);

  /// When the next turn may begin; nothing while no backlog is known or a turn is under way.
  [[nodiscard]] std::optional<instant> next_turn() const;
  [[nodiscard]] bool backlog() const noexcept { return backlog_; }
  [[nodiscard]] std::size_t under_way() const noexcept { return under_way_; }
  [[nodiscard]] std::size_t remembered() const noexcept { return told_.size(); }

private:
  struct telling {
    instant at;
    bool under_way = true;
  };
  void one_less(telling& t, instant now);

  std::map<bytes, telling> told_;
  std::size_t under_way_ = 0;
  instant turn_began_{};
  instant pause_ends_{};
  bool backlog_ = false;
};

} // namespace loa::node
