#include <bench/load/nats.hpp>
#include <bench/load/nats_operation.hpp>

#include <fmt/format.h>

#include <utility>

namespace loa::bench {

std::string nats_subscribers::hello(std::size_t) const {
  return fmt::format("{}SUB {} 1\r\nPING\r\n", nats_greeting, nats_subject);
}

std::size_t nats_subscribers::take(std::string_view in, bool, subscriber_events& to) const {
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
      to.message((*o)->payload);
    else if (line == "PONG")
      to.subscribed();
    else if (line == "PING")
      to.reply("PONG\r\n");
    else if (line.starts_with("-ERR"))
      to.failed(std::string(line));
  }
}

std::string nats_publisher::hello() {
  return fmt::format("{}PING\r\n", nats_greeting);
}

std::string nats_publisher::publish(const std::string& identifier) {
  const auto message = filled(identifier, octets_);
  return fmt::format("PUB {} {}\r\n{}\r\nPING\r\n", nats_subject, message.size(), message);
}

std::size_t nats_publisher::take(std::string_view in, publisher_events& to) {
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
    if (line == "PONG") {
      if (std::exchange(ready_, true))
        to.accepted();
      else
        to.ready();
    } else if (line == "PING") {
      to.reply("PONG\r\n");
    } else if (line.starts_with("-ERR")) {
      to.failed(std::string(line));
    }
  }
}

} // namespace loa::bench
