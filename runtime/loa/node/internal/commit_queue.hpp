#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace loa::node {

/// What one entity has decided and not yet seen committed, in order, and what waits for it:
/// replies, driver calls, visibility. Used by one actor.
class commit_queue {
public:
  using step = std::function<void(const result<void>&)>;

  /// True if everything decided is committed.
  [[nodiscard]] bool idle() const noexcept { return last_ == settled_; }

  /// True if nothing was decided after that transaction.
  [[nodiscard]] bool newest(std::uint64_t ticket) const noexcept { return last_ == ticket; }

  /// A new transaction; `then` runs when it is settled, after everything before it.
  std::uint64_t open(step then) {
    waiting_.push_back({++last_, std::move(then)});
    return last_;
  }

  /// The transaction opened last was never taken: it is as if it had not been opened, and its step
  /// is the caller's. No step may have been added since.
  [[nodiscard]] step retract() {
    auto then = std::move(waiting_.back().then);
    waiting_.pop_back();
    --last_;
    return then;
  }

  /// Runs `then` once all that was decided so far is settled; at once if nothing is under way.
  void after_all(step then) {
    if (idle()) return then({});
    waiting_.push_back({last_, std::move(then)});
  }

  /// A transaction was settled. Steps may open new ones.
  void settle(std::uint64_t ticket, const result<void>& outcome) {
    settled_ = ticket;
    while (!waiting_.empty() && waiting_.front().ticket <= ticket) {
      auto then = std::move(waiting_.front().then);
      waiting_.pop_front();
      then(outcome);
    }
  }

private:
  struct waiter {
    std::uint64_t ticket;
    step then;
  };
  std::deque<waiter> waiting_;
  std::uint64_t last_ = 0;
  std::uint64_t settled_ = 0;
};

} // namespace loa::node
