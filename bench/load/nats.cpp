#include <bench/load/nats.hpp>
#include <bench/load/nats_operation.hpp>

#include <fmt/format.h>

#include <utility>

namespace loa::bench {

std::string nats_subscribers::hello(std::size_t) const {
  return fmt::format("{}SUB {} 1\r\nPING\r\n", nats_greeting, nats_subject);
}

std::size_t nats_subscribers::take(std::string_view in, bool, subscriber_events& to) const {
  return take_operations(
      in, to, [&](std::string_view payload) { to.message(payload); }, [&] { to.subscribed(); });
}

std::string nats_publisher::hello() {
  return fmt::format("{}PING\r\n", nats_greeting);
}

std::string nats_publisher::publish(const std::string& identifier) {
  const auto message = filled(identifier, octets_);
  return fmt::format("PUB {} {}\r\n{}\r\nPING\r\n", nats_subject, message.size(), message);
}

std::size_t nats_publisher::take(std::string_view in, publisher_events& to) {
  const auto pong = [&] {
    if (std::exchange(ready_, true))
      to.accepted();
    else
      to.ready();
  };
  return take_operations(
      in, to, [](std::string_view) {}, pong);
}

} // namespace loa::bench
