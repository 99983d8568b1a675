#pragma once

#include <optional>
#include <string>
#include <string_view>

/// \file
/// As much of WebSocket (RFC 6455) as a measuring client and the floor need: whole, unfragmented
/// frames, as servers of one frame per message send them.
namespace loa::bench {

enum class opcode : unsigned char { text = 0x1, binary = 0x2, close = 0x8, ping = 0x9, pong = 0xa };

struct frame_view {
  opcode kind = opcode::text;
  std::string_view payload;
  std::size_t octets = 0; ///< Of the whole frame.
};

/// The first frame in `in`, unmasked as servers send them (section 5.2); nothing until it is whole.
[[nodiscard]] std::optional<frame_view> first_frame(std::string_view in);

/// A frame as a client sends it, masked (section 5.3); a measuring client needs no secret mask.
/// Payloads of up to 125 octets; what is longer is cut.
[[nodiscard]] std::string client_frame(opcode kind, std::string_view payload);

/// A frame as a server sends it.
[[nodiscard]] std::string server_frame(opcode kind, std::string_view payload);

} // namespace loa::bench
