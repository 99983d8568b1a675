#include <bench/load/nats.hpp>

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

namespace loa::bench {

namespace {

constexpr std::string_view subject = "alerts";
constexpr std::string_view greeting = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";

/// One operation of the server's, with what follows its line in a message.
struct operation {
  std::string_view line;
  std::string_view payload;
  std::size_t octets = 0;
};

std::optional<operation> first_operation(std::string_view in) {
  const auto end = in.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  operation out{in.substr(0, end), {}, end + 2};
  if (!out.line.starts_with("MSG ")) return out;
  std::size_t octets = 0;
  const auto number = out.line.substr(out.line.rfind(' ') + 1);
  std::from_chars(number.data(), number.data() + number.size(), octets);
  if (in.size() < out.octets + octets + 2) return std::nullopt;
  out.payload = in.substr(out.octets, octets);
  out.octets += octets + 2;
  return out;
}

} // namespace

std::string nats_subscribers::hello(std::size_t) const {
  return fmt::format("{}SUB {} 1\r\nPING\r\n", greeting, subject);
}

std::size_t nats_subscribers::take(std::string_view in, bool, subscriber_events& to) const {
  std::size_t taken = 0;
  while (const auto o = first_operation(in.substr(taken))) {
    taken += o->octets;
    if (o->line.starts_with("MSG "))
      to.message(o->payload);
    else if (o->line == "PONG")
      to.subscribed();
    else if (o->line == "PING")
      to.reply("PONG\r\n");
    else if (o->line.starts_with("-ERR"))
      to.failed(std::string(o->line));
  }
  return taken;
}

std::string nats_publisher::hello() {
  return fmt::format("{}PING\r\n", greeting);
}

std::string nats_publisher::publish(const std::string& identifier) {
  const auto message = filled(identifier, octets_);
  return fmt::format("PUB {} {}\r\n{}\r\nPING\r\n", subject, message.size(), message);
}

std::size_t nats_publisher::take(std::string_view in, publisher_events& to) {
  std::size_t taken = 0;
  while (const auto o = first_operation(in.substr(taken))) {
    taken += o->octets;
    if (o->line == "PONG") {
      if (std::exchange(ready_, true))
        to.accepted();
      else
        to.ready();
    } else if (o->line == "PING") {
      to.reply("PONG\r\n");
    } else if (o->line.starts_with("-ERR")) {
      to.failed(std::string(o->line));
    }
  }
  return taken;
}

} // namespace loa::bench
