#pragma once

#include <loa/store/internal/submission_queue.hpp>

#include <algorithm>
#include <chrono>

namespace loa::store {

/// Bounds groups so that a commit takes no longer than the goal, as far as the size of the group is
/// to blame: a slow commit of few is the disk's doing, and where even small ones take long,
/// groups do not shrink for nothing. They never shrink below a sixteenth, so a disk that falters
/// costs little.
class pacer {
public:
  using seconds = std::chrono::duration<double>;

  pacer(const group_limits& most, seconds goal) : most_(most), goal_(goal) {}

  [[nodiscard]] group_limits limits() const noexcept {
    return {scaled(most_.transactions), scaled(most_.bytes)};
  }

  /// A group of this size took so long.
  void observe(std::size_t transactions, std::size_t bytes, seconds took) noexcept {
    const double filled =
        std::max(static_cast<double>(transactions) / static_cast<double>(most_.transactions),
                 static_cast<double>(bytes) / static_cast<double>(most_.bytes));
    // What a small commit takes is the disk's own time. It fades while there are none, so that it
    // is measured again if it has become less.
    if (filled <= smallest * 1.01)
      own_ = own_.count() == 0 ? took : 0.9 * own_ + 0.1 * took;
    else
      own_ *= 0.999;
    const auto goal = std::max(goal_, 2 * own_);
    if (took > goal && filled >= share_ / 2)
      share_ *= std::max(0.25, goal / took);
    else if (took < 0.7 * goal && filled >= share_ * 0.9)
      share_ *= 1.3;
    share_ = std::clamp(share_, smallest, 1.0);
  }

private:
  static constexpr double smallest = 1.0 / 16;

  [[nodiscard]] std::size_t scaled(std::size_t most) const noexcept {
    return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(most) * share_));
  }

  group_limits most_;
  seconds goal_;
  seconds own_{0};
  double share_ = 1;
};

} // namespace loa::store
