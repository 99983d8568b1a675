#include <bindings/http/internal/frame.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

namespace loa::http {

namespace {

constexpr std::size_t most_control = 125;

std::uint8_t octet(std::string_view data, std::size_t at) {
  return static_cast<std::uint8_t>(data[at]);
}

stream_fault protocol_fault(std::string why) {
  return {close_code::protocol, std::move(why)};
}

bool may_be_sent(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

} // namespace

void append_frame(std::string& to, opcode what, std::string_view payload) {
  const auto n = payload.size();
  to.reserve(to.size() + n + 10);
  to += static_cast<char>(0x80 | static_cast<int>(what));
  if (n <= most_control) {
    to += static_cast<char>(n);
  } else if (n <= 0xffff) {
    to += static_cast<char>(126);
    to += static_cast<char>(n >> 8);
    to += static_cast<char>(n);
  } else {
    to += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8)
      to += static_cast<char>(static_cast<std::uint64_t>(n) >> shift);
  }
  to += payload;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  auto length = std::min(reason.size(), most_control - 2);
  while (length > 0 && length < reason.size() && (octet(reason, length) & 0xc0) == 0x80) --length;
  std::string out{static_cast<char>(code >> 8), static_cast<char>(code)};
  out += reason.substr(0, length);
  return out;
}

struct frame_reader::head {
  bool last = false;
  opcode what = opcode::more;
  std::uint64_t length = 0;
  std::size_t size = 0; ///< Of the head itself, the masking key included.
  [[nodiscard]] bool control() const { return static_cast<int>(what) >= 8; }
};

std::optional<stream_fault> frame_reader::read(std::string_view data,
                                               std::vector<stream_event>& out) {
  const bool resumed = !partial_.empty();
  if (resumed) partial_ += data;
  std::string_view rest = resumed ? std::string_view(partial_) : data;
  for (bool complete = true; complete && !rest.empty();)
    if (auto fault = take(rest, out, complete)) return fault;
  // Into a new string, so that a long message leaves no capacity behind.
  partial_ = std::string(rest);
  return std::nullopt;
}

std::optional<stream_fault> frame_reader::take(std::string_view& data,
                                               std::vector<stream_event>& out, bool& complete) {
  complete = false;
  if (data.size() < 2) return std::nullopt;
  head h;
  h.last = (octet(data, 0) & 0x80) != 0;
  h.what = static_cast<opcode>(octet(data, 0) & 0x0f);
  h.length = octet(data, 1) & 0x7f;
  if ((octet(data, 0) & 0x70) != 0)
    return protocol_fault("A reserved bit is set, and no extension was agreed on.");
  if ((octet(data, 1) & 0x80) == 0) return protocol_fault("A client's frames must be masked.");
  switch (h.what) {
  case opcode::more:
    if (!in_message_) return protocol_fault("A continuation without a message that it continues.");
    break;
  case opcode::text:
    if (in_message_) return protocol_fault("A new message before the last one was complete.");
    break;
  case opcode::binary:
    return stream_fault{close_code::not_supported, "Only text is understood here."};
  case opcode::close:
  case opcode::ping:
  case opcode::pong:
    if (!h.last || h.length > most_control)
      return protocol_fault("A control frame must be whole and have at most 125 octets.");
    break;
  default:
    return protocol_fault("This opcode is not known.");
  }

  std::size_t at = 2;
  if (h.length >= 126) {
    const std::size_t octets = h.length == 126 ? 2 : 8;
    if (data.size() < at + octets) return std::nullopt;
    h.length = 0;
    for (const auto end = at + octets; at < end; ++at) h.length = h.length << 8 | octet(data, at);
  }
  if (h.length > most_ || (!h.control() && message_.size() + h.length > most_))
    return stream_fault{close_code::too_big,
                        fmt::format("A message here has at most {} octets.", most_)};
  h.size = at + 4;
  if (data.size() < h.size + h.length) return std::nullopt;

  const auto key = data.substr(at, 4);
  std::string payload(data.substr(h.size, h.length));
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(octet(payload, i) ^ octet(key, i % 4));
  data.remove_prefix(h.size + h.length);
  complete = true;
  ++count_;
  return finish(h, std::move(payload), out);
}

std::optional<stream_fault> frame_reader::finish(const head& h, std::string payload,
                                                 std::vector<stream_event>& out) {
  if (h.what == opcode::close) {
    std::uint16_t code = 0;
    if (payload.size() == 1) return protocol_fault("A close frame with half a status code.");
    if (payload.size() >= 2) {
      code = static_cast<std::uint16_t>(octet(payload, 0) << 8 | octet(payload, 1));
      if (!may_be_sent(code)) return protocol_fault("This status code must not be sent.");
      if (!model::valid_utf8(std::string_view(payload).substr(2)))
        return stream_fault{close_code::bad_data, "The reason of the close frame is not UTF-8."};
    }
    out.push_back({opcode::close, {}, code});
    return std::nullopt;
  }
  if (h.control()) {
    out.push_back({h.what, std::move(payload), 0});
    return std::nullopt;
  }
  in_message_ = !h.last;
  if (!h.last || h.what == opcode::more) message_ += payload;
  if (!h.last) return std::nullopt;
  if (h.what == opcode::more) payload = std::exchange(message_, std::string());
  if (!model::valid_utf8(payload))
    return stream_fault{close_code::bad_data, "The message is not UTF-8."};
  out.push_back({opcode::text, std::move(payload), 0});
  return std::nullopt;
}

} // namespace loa::http
