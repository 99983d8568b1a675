#pragma once

#include <bench/load/protocol.hpp>

#include <cstdint>

/// \file
/// Clients of an MQTT 3.1.1 server, one topic for all, and others for a share of them.
namespace loa::bench {

/// Subscribers with quality of service 0 or 1; with 1 each message is acknowledged.
class mqtt_subscribers final : public subscriber_protocol {
public:
  explicit mqtt_subscribers(unsigned quality, side_topics beside = {})
      : quality_(quality),
        beside_(beside) {}
  [[nodiscard]] std::string hello(std::size_t n) const override;
  std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const override;

private:
  unsigned quality_;
  side_topics beside_;
};

/// With quality of service 1 the PUBACK is the server's answer. With 0 there is none: a PINGREQ
/// goes behind each message, and its PINGRESP says that the server has taken the message in.
class mqtt_publisher final : public publisher_protocol {
public:
  /// `client` is this connection's name alone: a second one of that name would end the first.
  mqtt_publisher(std::string client, unsigned quality, std::size_t octets, side_topics to = {})
      : client_(std::move(client)),
        quality_(quality),
        octets_(octets),
        to_(to) {}
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  std::string client_;
  unsigned quality_;
  std::size_t octets_;
  side_topics to_;
  std::uint16_t last_id_ = 0;
};

} // namespace loa::bench
