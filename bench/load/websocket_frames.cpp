#include <bench/load/websocket_frames.hpp>

#include <algorithm>

namespace loa::bench {

std::optional<frame_view> first_frame(std::string_view in) {
  if (in.size() < 2) return std::nullopt;
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(in[i]); };
  std::size_t head = 2;
  std::size_t length = octet(1) & 0x7f;
  if (length >= 126) {
    std::size_t more = length == 126 ? 2 : 8;
    if (in.size() < head + more) return std::nullopt;
    for (length = 0; more > 0; --more) length = length << 8 | octet(head++);
  }
  if (in.size() - head < length) return std::nullopt;
  return frame_view{static_cast<opcode>(octet(0) & 0x0f), in.substr(head, length), head + length};
}

std::string client_frame(opcode kind, std::string_view payload) {
  constexpr char mask[] = {0x21, 0x43, 0x65, 0x07};
  payload = payload.substr(0, 125);
  std::string out{static_cast<char>(0x80 | static_cast<unsigned>(kind)),
                  static_cast<char>(0x80 | payload.size())};
  out.append(mask, 4);
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

std::string server_frame(opcode kind, std::string_view payload) {
  std::string out{static_cast<char>(0x80 | static_cast<unsigned>(kind))};
  const auto n = payload.size();
  if (n < 126) {
    out += static_cast<char>(n);
  } else if (n < 65'536) {
    out += static_cast<char>(126);
    out += static_cast<char>(n >> 8);
    out += static_cast<char>(n & 0xff);
  } else {
    out += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 0xff);
  }
  out += payload;
  return out;
}

} // namespace loa::bench
