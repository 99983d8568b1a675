#include <bench/load/devices.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/stream.hpp>
#include <bench/load/websocket_frames.hpp>

#include <fmt/format.h>

namespace loa::bench {

std::string devices::hello(std::size_t n) const {
  return upgrade_request(fmt::format("/v1/devices/{}/{}/stream", names_.unit(n), names_.id(n)),
                         token_);
}

std::size_t devices::take(std::string_view in, bool subscribed, subscriber_events& to) const {
  return take_stream(in, subscribed, to, [&](std::string_view text) {
    if (text.starts_with("{\"control\"")) return; // nothing plays here that could be stopped
    if (const auto position = position_in(text); !position.empty())
      to.reply(client_frame(opcode::text, fmt::format("{{\"ack\":{}}}", position)) +
               client_frame(opcode::text,
                            fmt::format(R"({{"played":{},"outcome":"complete"}})", position)));
    to.message(text);
  });
}

std::string device_registrar::publish(const std::string& identifier) {
  const auto n = number_in(identifier);
  const auto target = fmt::format("/v1/units/{}/devices/{}", names_.unit(n), names_.id(n));
  if (what_ == work::remove) return other_request("DELETE", target, token_, {});
  return other_request("PUT", target, token_,
                       fmt::format(R"({{"kind":"loudspeaker","name":"{}"}})", names_.id(n)));
}

std::size_t device_registrar::take(std::string_view in, publisher_events& to) {
  std::size_t taken = 0;
  while (const auto answer = whole_message(in.substr(taken))) {
    taken += answer->octets;
    const auto s = answer->status;
    if (s / 100 == 2 || (s == 404 && what_ == work::remove))
      to.accepted();
    else
      to.failed(fmt::format("{} {}", s, answer->body.substr(0, 300)));
  }
  return taken;
}

} // namespace loa::bench
