#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace loa::link::internal {

/// Acknowledgements of one lane that wait to be gathered; the highest position of a slot counts.
class pending_acks {
public:
  struct mark {
    std::uint32_t slot;
    std::uint64_t position;
  };

  /// `slots` is how many slots there are: it bounds what is kept.
  void add(std::uint32_t slot, std::uint64_t position, std::size_t slots) {
    if (marks_.size() >= 2 * slots + 64) settle();
    marks_.push_back({slot, position});
  }

  /// Forgets the marks of a slot, which is about to leave.
  void drop(std::uint32_t slot) {
    std::erase_if(marks_, [slot](const mark& m) { return m.slot == slot; });
  }

  /// All marks, one per slot, ascending; none are left.
  [[nodiscard]] std::vector<mark> take() {
    settle();
    return std::exchange(marks_, {});
  }

  [[nodiscard]] bool empty() const noexcept { return marks_.empty(); }
  [[nodiscard]] std::size_t octets() const noexcept { return marks_.capacity() * sizeof(mark); }

private:
  void settle() {
    std::ranges::sort(marks_, [](const mark& a, const mark& b) {
      return a.slot != b.slot ? a.slot < b.slot : a.position > b.position;
    });
    const auto same_slot = [](const mark& a, const mark& b) { return a.slot == b.slot; };
    marks_.erase(std::unique(marks_.begin(), marks_.end(), same_slot), marks_.end());
  }

  std::vector<mark> marks_;
};

} // namespace loa::link::internal
