#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// WebSocket framing (RFC 6455, section 5) for the server's side, as pure code.
///
/// Beast reads and writes frames as well, but keeps a timer, a control-frame writer and a buffer
/// for each stream, and nothing may be sent past it. Here an alert is one ready frame that goes to
/// ten thousand sockets, and an idle connection keeps no buffer at all.
namespace loa::http {

/// Status codes of a close frame (RFC 6455, section 7.4.1).
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol = 1002;
inline constexpr std::uint16_t not_supported = 1003;
inline constexpr std::uint16_t bad_data = 1007;
inline constexpr std::uint16_t policy = 1008;
inline constexpr std::uint16_t too_big = 1009;
inline constexpr std::uint16_t try_later = 1013;
} // namespace close_code

enum class opcode : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Appends a whole, unmasked frame.
void append_frame(std::string& to, opcode what, std::string_view payload);
/// The payload of a close frame; the reason is cut to the 123 octets that fit, between characters.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);

/// Why a stream has to end.
struct stream_fault {
  std::uint16_t code = close_code::protocol;
  std::string reason;
};

/// What a client sent.
struct stream_event {
  opcode what = opcode::text;
  std::string payload;    ///< Of a text message, whole; of a ping or pong.
  std::uint16_t code = 0; ///< Of a close frame; 0 if it had none.
};

/// Takes a client's octets apart. Keeps memory only while a frame or a message is incomplete, at
/// most twice `most` octets.
class frame_reader {
public:
  /// `most` limits one message, fragments together.
  explicit frame_reader(std::size_t most) : most_(static_cast<std::uint32_t>(most)) {}

  /// Appends what has become complete to `out`. A fault is final; events before it count.
  [[nodiscard]] std::optional<stream_fault> read(std::string_view data,
                                                 std::vector<stream_event>& out);
  /// How many frames were read since the last call, those included that made no event.
  [[nodiscard]] std::uint32_t take_count() { return std::exchange(count_, 0); }

private:
  struct head;
  std::optional<stream_fault> take(std::string_view& data, std::vector<stream_event>& out,
                                   bool& complete);
  std::optional<stream_fault> finish(const head& h, std::string payload,
                                     std::vector<stream_event>& out);

  std::string partial_; // octets of a frame that is not complete
  std::string message_; // fragments so far
  std::uint32_t most_;
  std::uint32_t count_ = 0;
  bool in_message_ = false;
};

} // namespace loa::http
