#pragma once

#include <loa/link/feed.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <memory>

namespace loa::link {

/// Where a feed's many sessions leave their acknowledgements for the actor that owns the feed: per
/// slot and lane the highest position, as atomic numbers that any thread raises and the owner
/// drains. Lock-free for the writers; no acknowledgement is lost, and each drain gives a slot once.
///
/// 16 octets a slot, in stable leaves of 256 slots that the owner adds before it gives a slot out.
class ack_board {
public:
  static constexpr std::uint32_t most_slots = 1U << 22;

  ack_board() = default;
  ack_board(const ack_board&) = delete;
  ack_board& operator=(const ack_board&) = delete;
  ~ack_board();

  /// Makes room for slots below `slots`. Owner only; `slots` is at most `most_slots`.
  void reserve(std::uint32_t slots);

  /// Raises a slot's position of a lane; a lower or equal one changes nothing. Any thread. True if
  /// the board was clean before: then the caller tells the owner to drain within the gathering
  /// time. A slot without room is ignored.
  bool acknowledge(std::uint32_t slot, lane on, std::uint64_t position) noexcept;

  /// The highest position that was acknowledged. Any thread.
  [[nodiscard]] std::uint64_t at(std::uint32_t slot, lane on) const noexcept;

  /// Calls `f(slot, lane, position)` for everything raised since the last drain, emergencies first.
  /// Owner only.
  template <class F>
  void drain(F&& f) {
    // First, so that who raises something behind our back says so.
    signalled_.store(false);
    for (auto l : lanes)
      each_leaf([&](std::uint32_t first, leaf& in) {
        for (std::uint32_t w = 0; w < words; ++w) {
          auto dirty = in.dirty[index(l)][w].exchange(0);
          for (; dirty != 0; dirty &= dirty - 1) {
            const auto i = w * 64 + static_cast<std::uint32_t>(std::countr_zero(dirty));
            f(first + i, l, in.position[i][index(l)].load());
          }
        }
      });
  }

  /// Makes the next drain give every position again, for an owner that has lost what was drained
  /// and not yet committed. Owner only.
  void mark_all() noexcept;

private:
  static constexpr std::uint32_t leaf_slots = 256;
  static constexpr std::uint32_t words = leaf_slots / 64;
  static constexpr std::uint32_t branch_leaves = 256;
  static constexpr std::uint32_t branches = most_slots / leaf_slots / branch_leaves;

  struct leaf {
    std::array<std::array<std::atomic<std::uint64_t>, 2>, leaf_slots> position{};
    std::array<std::array<std::atomic<std::uint64_t>, words>, 2> dirty{};
  };
  using branch = std::array<std::atomic<leaf*>, branch_leaves>;

  static constexpr std::size_t index(lane l) noexcept { return static_cast<std::size_t>(l); }
  [[nodiscard]] leaf* find(std::uint32_t slot) const noexcept;

  template <class F>
  void each_leaf(F&& f) {
    for (std::uint32_t first = 0; first < room_; first += leaf_slots) f(first, *find(first));
  }

  std::array<std::atomic<branch*>, branches> branches_{};
  std::atomic<bool> signalled_{false};
  std::uint32_t room_ = 0; ///< The owner's.
};

} // namespace loa::link
