#pragma once

#include <loa/model/bulletin.hpp>

/// \file
/// The channels of a unit's feed: every follower holds a slot on one, and an entry names those that
/// it is for by a mask with a bit for each. Slots on channel 0 relay and are not counted.
namespace loa::model {

enum class slot_channel : std::uint8_t { child_unit = 0, citizen = 1, loudspeaker = 2, board = 3 };

[[nodiscard]] constexpr std::uint8_t number(slot_channel c) noexcept {
  return static_cast<std::uint8_t>(c);
}

[[nodiscard]] constexpr std::uint32_t bit(slot_channel c) noexcept {
  return 1U << number(c);
}

/// The slots that a way to people reaches.
[[nodiscard]] constexpr slot_channel slots_of(channel c) noexcept {
  switch (c) {
  case channel::loudspeaker:
    return slot_channel::loudspeaker;
  case channel::board:
    return slot_channel::board;
  case channel::app:
    break;
  }
  return slot_channel::citizen;
}

/// The mask of the feed entry of a bulletin: its channels and the units that pass it on.
[[nodiscard]] inline std::uint32_t slot_mask(const bulletin& b) noexcept {
  auto mask = bit(slot_channel::child_unit);
  for (const auto c : b.channels) mask |= bit(slots_of(c));
  return mask;
}

/// The channels in a mask, ordered as a bulletin has them.
[[nodiscard]] inline std::vector<channel> channels_in(std::uint32_t mask) {
  std::vector<channel> out;
  for (const auto c : {channel::loudspeaker, channel::board, channel::app})
    if (mask & bit(slots_of(c))) out.push_back(c);
  return out;
}

} // namespace loa::model
