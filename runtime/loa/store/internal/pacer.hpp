#pragma once

#include <loa/store/internal/submission_queue.hpp>

#include <algorithm>
#include <chrono>

namespace loa::store {

/// Bounds groups so that a commit takes no longer than the goal, as far as the size of the group is
/// to blame: on a disk whose smallest commit takes longer, groups do not shrink for nothing.
class pacer {
public:
  using seconds = std::chrono::duration<double>;

  pacer(const group_limits& most, seconds goal) : most_(most), goal_(goal) {}

  [[nodiscard]] group_limits limits() const noexcept {
    return {scaled(most_.transactions), scaled(most_.bytes)};
  }

  /// A group of this size took so long.
  void observe(std::size_t transactions, std::size_t bytes, seconds took) noexcept {
    // The quickest commit lately, forgotten by one percent at a time.
    quickest_ = std::min(quickest_ * 1.01, took);
    const auto goal = std::max(goal_, 2 * quickest_);
    const double filled =
        std::max(static_cast<double>(transactions) / static_cast<double>(most_.transactions),
                 static_cast<double>(bytes) / static_cast<double>(most_.bytes));
    if (took > goal)
      share_ = std::min(share_, filled * std::max(0.25, goal / took * 0.9));
    else if (took < goal / 2 && filled >= share_ * 0.9)
      share_ *= 1.5;
    share_ = std::clamp(share_, 1.0 / 256, 1.0);
  }

private:
  [[nodiscard]] std::size_t scaled(std::size_t most) const noexcept {
    return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(most) * share_));
  }

  group_limits most_;
  seconds goal_;
  seconds quickest_{1e3};
  double share_ = 1;
};

} // namespace loa::store
