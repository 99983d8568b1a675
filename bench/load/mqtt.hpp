#pragma once

#include <bench/load/protocol.hpp>

#include <cstdint>

/// \file
/// Clients of an MQTT 3.1.1 server, one topic for all.
namespace loa::bench {

/// Subscribers with quality of service 0 or 1; with 1 each message is acknowledged.
class mqtt_subscribers final : public subscriber_protocol {
public:
  explicit mqtt_subscribers(unsigned quality) : quality_(quality) {}
  [[nodiscard]] std::string hello(std::size_t n) const override;
  std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const override;

private:
  unsigned quality_;
};

/// With quality of service 1 the PUBACK is the server's answer. With 0 there is none: a PINGREQ
/// goes behind each message, and its PINGRESP says that the server has taken the message in.
class mqtt_publisher final : public publisher_protocol {
public:
  /// `client` is this connection's name alone: a second one of that name would end the first.
  mqtt_publisher(std::string client, unsigned quality, std::size_t octets)
      : client_(std::move(client)),
        quality_(quality),
        octets_(octets) {}
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  std::string client_;
  unsigned quality_;
  std::size_t octets_;
  std::uint16_t last_id_ = 0;
};

} // namespace loa::bench
