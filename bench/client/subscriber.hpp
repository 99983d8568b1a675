#pragma once

#include <bench/client/http_text.hpp>

#include <charconv>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace loa::bench {

/// What a subscriber's connection brings.
struct arrivals {
  std::function<void(std::string_view)> bulletin; ///< A message; the text lives during the call.
  std::function<void()> ready;                    ///< It is subscribed.
  std::function<void(std::string_view)> reply;    ///< To be sent back.
  std::function<void(std::string)> failed;        ///< Refused, ended, or not understood.
};

/// How subscribers speak to one kind of server.
class subscriber_protocol {
public:
  virtual ~subscriber_protocol() = default;
  /// What subscriber number `n` says first.
  [[nodiscard]] virtual std::string hello(std::size_t n) const = 0;
  /// Takes whole messages from the front of `in` and returns how many octets that were.
  virtual std::size_t take(std::string_view in, bool was_ready, const arrivals& to) const = 0;
};

/// A client of NATS (its client protocol, "text-based, CRLF-terminated") that subscribes to one
/// subject.
class nats_protocol final : public subscriber_protocol {
public:
  static constexpr std::string_view subject = "alerts";

  [[nodiscard]] std::string hello(std::size_t) const override {
    return fmt::format("CONNECT {{\"verbose\":false,\"pedantic\":false}}\r\nSUB {} 1\r\nPING\r\n",
                       subject);
  }

  std::size_t take(std::string_view in, bool, const arrivals& to) const override {
    std::size_t taken = 0;
    for (;;) {
      auto rest = in.substr(taken);
      auto end = rest.find("\r\n");
      if (end == std::string_view::npos) return taken;
      auto line = rest.substr(0, end);
      std::size_t length = end + 2;
      if (line.starts_with("MSG ")) {
        std::size_t octets = 0;
        auto number = line.substr(line.rfind(' ') + 1);
        std::from_chars(number.data(), number.data() + number.size(), octets);
        if (rest.size() < length + octets + 2) return taken;
        to.bulletin(rest.substr(length, octets));
        length += octets + 2;
      } else if (line == "PONG") {
        to.ready();
      } else if (line == "PING") {
        to.reply("PONG\r\n");
      } else if (line.starts_with("-ERR")) {
        to.failed(std::string(line));
        return in.size();
      }
      taken += length;
    }
  }
};

/// A citizen of a Loa node: a client of WebSocket (RFC 6455) that follows one unit.
class citizen_protocol final : public subscriber_protocol {
public:
  citizen_protocol(std::string prefix, std::vector<std::string> units, bool acknowledges)
      : prefix_(std::move(prefix)),
        units_(std::move(units)),
        acknowledges_(acknowledges) {}

  [[nodiscard]] std::string hello(std::size_t n) const override {
    return fmt::format("GET /v1/citizens/{}{}/stream?units={} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: bG91ZHNwZWFrZXJzLi4uLg==\r\n"
                       "Sec-WebSocket-Version: 13\r\n\r\n",
                       prefix_, n, units_[n % units_.size()]);
  }

  std::size_t take(std::string_view in, bool was_ready, const arrivals& to) const override {
    std::size_t taken = 0;
    if (!was_ready) {
      auto answer = in.find("\r\n\r\n");
      if (answer == std::string_view::npos) return 0;
      if (!in.starts_with("HTTP/1.1 101")) {
        to.failed(std::string(in));
        return in.size();
      }
      to.ready();
      taken = answer + 4;
    }
    while (auto length = take_frame(in.substr(taken), to)) taken += length;
    return taken;
  }

private:
  /// Section 5.2; a server does not mask and ours does not fragment.
  std::size_t take_frame(std::string_view in, const arrivals& to) const {
    if (in.size() < 2) return 0;
    auto octet = [&](std::size_t i) { return static_cast<unsigned char>(in[i]); };
    std::size_t head = 2;
    std::size_t length = octet(1) & 0x7f;
    if (length >= 126) {
      std::size_t more = length == 126 ? 2 : 8;
      if (in.size() < head + more) return 0;
      for (length = 0; more > 0; --more) length = length << 8 | octet(head++);
    }
    if (in.size() < head + length) return 0;
    auto payload = in.substr(head, length);
    switch (octet(0) & 0x0f) {
    case 0x1:
      take_text(payload, to);
      break;
    case 0x8:
      to.failed("closed by the server: " +
                std::string(payload.substr(std::min<std::size_t>(2, payload.size()))));
      break;
    case 0x9:
      to.reply(masked(0xa, payload));
      break;
    default:
      break;
    }
    return head + length;
  }

  void take_text(std::string_view payload, const arrivals& to) const {
    if (acknowledges_) {
      constexpr std::string_view key = "\"position\":";
      if (auto at = payload.find(key); at != std::string_view::npos) {
        auto digits = payload.substr(at + key.size());
        digits = digits.substr(0, digits.find_first_not_of("0123456789"));
        to.reply(masked(0x1, fmt::format("{{\"ack\":{}}}", digits)));
      }
    }
    to.bulletin(payload);
  }

  /// Section 5.3. The mask only has to be there; a measuring client needs no secret one.
  static std::string masked(unsigned opcode, std::string_view payload) {
    constexpr char mask[] = {0x21, 0x43, 0x65, 0x07};
    std::string out{static_cast<char>(0x80 | opcode),
                    static_cast<char>(0x80 | std::min<std::size_t>(payload.size(), 125))};
    out.append(mask, 4);
    for (std::size_t i = 0; i < payload.size() && i < 125; ++i)
      out += static_cast<char>(payload[i] ^ mask[i % 4]);
    return out;
  }

  std::string prefix_;
  std::vector<std::string> units_;
  bool acknowledges_;
};

} // namespace loa::bench
