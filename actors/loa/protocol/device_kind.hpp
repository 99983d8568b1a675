#pragma once

#include <loa/model/channels.hpp>

/// What stands in the street.
namespace loa::device {

enum class device_kind : std::uint8_t { loudspeaker, board };

/// The channel of its unit's feed on which a device of this kind has its slot.
[[nodiscard]] constexpr model::slot_channel channel_of(device_kind k) noexcept {
  return k == device_kind::loudspeaker ? model::slot_channel::loudspeaker
                                       : model::slot_channel::board;
}

} // namespace loa::device

template <>
inline constexpr auto loa::wire::enum_names<loa::device::device_kind> =
    std::to_array<std::pair<loa::device::device_kind, std::string_view>>(
        {{loa::device::device_kind::loudspeaker, "loudspeaker"},
         {loa::device::device_kind::board, "board"}});
