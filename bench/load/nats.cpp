#include <bench/load/nats.hpp>
#include <bench/load/nats_operation.hpp>

#include <fmt/format.h>

#include <utility>

namespace loa::bench {

std::string nats_subscribers::hello(std::size_t n) const {
  std::string beside;
  if (beside_.count > 0) beside = fmt::format("SUB {} 2\r\n", nats_side_subject(beside_.of(n)));
  return fmt::format("{}SUB {} 1\r\n{}PING\r\n", nats_greeting, nats_subject, beside);
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
  const auto subject =
      to_.count > 0 ? nats_side_subject(to_.of(number_in(identifier))) : std::string(nats_subject);
  return fmt::format("PUB {} {}\r\n{}\r\nPING\r\n", subject, message.size(), message);
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
