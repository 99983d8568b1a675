#pragma once

#include <loa/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>

/// \file
/// The framing of NATS' client protocol ("text-based, CRLF-terminated" operations; docs.nats.io,
/// reference, client protocol).
namespace loa::bench {

/// One operation of the server's.
struct nats_operation {
  std::string_view line;    ///< Without its end.
  std::string_view payload; ///< What follows the line of a MSG.
  std::size_t octets = 0;   ///< Of all of it.
  [[nodiscard]] bool is_message() const { return line.starts_with("MSG "); }
};

/// The first operation in `in`; nothing until it is whole. Errors: a line or a message that is
/// longer than any can be, a length that is no number.
[[nodiscard]] result<std::optional<nats_operation>> first_operation(std::string_view in);

/// What a client says first.
inline constexpr std::string_view nats_greeting =
    "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";
/// The subject that all follow.
inline constexpr std::string_view nats_subject = "alerts";
/// The subject of a side topic, and of all of them.
[[nodiscard]] std::string nats_side_subject(std::size_t topic);
inline constexpr std::string_view nats_side_subjects = "beside.*";

/// Takes whole operations from the front of `in` and answers PING; calls `message` with the payload
/// of each MSG and `pong` for each PONG. Returns how many octets were taken; all of them where the
/// server refuses or is not understood, which `to` hears.
std::size_t take_operations(std::string_view in, auto& to, auto message, auto pong) {
  std::size_t taken = 0;
  for (;;) {
    const auto o = first_operation(in.substr(taken));
    if (!o) {
      to.failed(o.error().detail);
      return in.size();
    }
    if (!*o) return taken;
    taken += (*o)->octets;
    const auto line = (*o)->line;
    if ((*o)->is_message())
      message((*o)->payload);
    else if (line == "PONG")
      pong();
    else if (line == "PING")
      to.reply("PONG\r\n");
    else if (line.starts_with("-ERR"))
      to.failed(std::string(line));
  }
}

} // namespace loa::bench
