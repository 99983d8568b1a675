#pragma once

#include <bench/load/protocol.hpp>

/// \file
/// NATS' client protocol ("text-based, CRLF-terminated"), one subject for all, and others for a
/// share of them.
namespace loa::bench {

class nats_subscribers final : public subscriber_protocol {
public:
  explicit nats_subscribers(side_topics beside = {}) : beside_(beside) {}
  [[nodiscard]] std::string hello(std::size_t n) const override;
  std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const override;

private:
  side_topics beside_;
};

/// Plain publishing: a PING goes behind each message, and its PONG says that the server has taken
/// it in. Core NATS keeps nothing.
class nats_publisher final : public publisher_protocol {
public:
  /// To the subject that all follow, or to those of side topics.
  explicit nats_publisher(std::size_t octets, side_topics to = {}) : octets_(octets), to_(to) {}
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  std::size_t octets_;
  side_topics to_;
  bool ready_ = false;
};

} // namespace loa::bench
