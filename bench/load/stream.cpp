#include <bench/load/stream.hpp>
#include <bench/load/websocket_frames.hpp>

#include <algorithm>

namespace loa::bench {

std::size_t take_stream(std::string_view in, bool subscribed, subscriber_events& to,
                        const std::function<void(std::string_view text)>& text) {
  std::size_t taken = 0;
  if (!subscribed) {
    const auto answer = in.find("\r\n\r\n");
    if (answer == std::string_view::npos) return 0;
    if (!in.starts_with("HTTP/1.1 101")) {
      to.failed(std::string(in.substr(0, 300)));
      return in.size();
    }
    to.subscribed();
    taken = answer + 4;
  }
  while (const auto f = first_frame(in.substr(taken))) {
    taken += f->octets;
    if (f->kind == opcode::text)
      text(f->payload);
    else if (f->kind == opcode::ping)
      to.reply(client_frame(opcode::pong, f->payload));
    else if (f->kind == opcode::close)
      to.failed("closed by the server: " +
                std::string(f->payload.substr(std::min<std::size_t>(2, f->payload.size()))));
  }
  return taken;
}

std::string_view position_in(std::string_view frame) {
  constexpr std::string_view key = "\"position\":";
  const auto at = frame.find(key);
  if (at == std::string_view::npos) return {};
  const auto digits = frame.substr(at + key.size());
  return digits.substr(0, digits.find_first_not_of("0123456789"));
}

} // namespace loa::bench
