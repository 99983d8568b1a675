#pragma once

#include <loa/node/internal/fan_out.hpp>

#include <vector>

namespace loa::node {

/// The sessions on this node that a feed's entries go to, by slot. One thread.
class live_followers {
public:
  void reserve(std::uint32_t slots) {
    if (by_slot_.size() < slots) by_slot_.resize(slots);
  }
  /// Seats somebody in a slot that there is room for.
  void seat(std::uint32_t slot, receiver_ptr actor, std::uint8_t channel) {
    if (!by_slot_[slot].actor) ++count_;
    by_slot_[slot] = {std::move(actor), channel};
  }
  void leave(std::uint32_t slot) {
    if (by_slot_[slot].actor) --count_;
    by_slot_[slot] = {};
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint32_t extent() const noexcept {
    return static_cast<std::uint32_t>(by_slot_.size());
  }
  [[nodiscard]] bool seated(std::uint32_t slot) const noexcept {
    return slot < by_slot_.size() && by_slot_[slot].actor;
  }
  /// True if somebody is in the slot and the entry is for his channel.
  [[nodiscard]] bool takes(std::uint32_t slot, const link::entry& e) const noexcept {
    return seated(slot) && (e.channels >> by_slot_[slot].channel & 1) != 0;
  }

  /// Sends an entry to all whom it is for.
  void send(const feed_entry_ptr& entry, caf::execution_unit* here) const;

private:
  struct one {
    receiver_ptr actor;
    std::uint8_t channel = 0;
  };
  std::vector<one> by_slot_;
  std::size_t count_ = 0;
};

} // namespace loa::node
