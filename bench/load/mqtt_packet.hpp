#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// \file
/// The control packets of MQTT 3.1.1 (OASIS standard of 29 October 2014, chapters 2 and 3), as many
/// as a measuring client needs.
namespace loa::bench {

enum class mqtt_type : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  subscribe = 8,
  suback = 9,
  pingreq = 12,
  pingresp = 13
};

struct mqtt_packet {
  mqtt_type type{};
  std::uint8_t flags = 0; ///< Of a PUBLISH: its quality of service in bits 1 and 2.
  std::string_view body;  ///< The variable header and the payload.
  std::size_t octets = 0; ///< Of the whole packet.
};

/// The first packet in `in`; nothing until it is whole. Errors: a remaining length of more than
/// four octets (section 2.2.3), or beyond what anybody sends here.
[[nodiscard]] result<std::optional<mqtt_packet>> first_packet(std::string_view in);

struct mqtt_publication {
  std::uint16_t id = 0; ///< 0 at quality of service 0, which has none.
  std::string_view payload;
};
/// What stands in a PUBLISH (section 3.3). Errors: lengths that do not fit, quality of service 2.
[[nodiscard]] result<mqtt_publication> publication_in(const mqtt_packet& p);

/// A clean session without a keep-alive, which would need a clock (section 3.1).
[[nodiscard]] std::string mqtt_connect(std::string_view client);
[[nodiscard]] std::string mqtt_subscribe(std::string_view topic, unsigned quality,
                                         std::uint16_t id = 1);
/// `id` is sent at quality of service 1 only.
[[nodiscard]] std::string mqtt_publish(std::string_view topic, unsigned quality, std::uint16_t id,
                                       std::string_view payload);
[[nodiscard]] std::string mqtt_puback(std::uint16_t id);
[[nodiscard]] std::string mqtt_pingreq();

} // namespace loa::bench
