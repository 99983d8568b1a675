#include <bench/load/mqtt.hpp>
#include <bench/load/mqtt_packet.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

constexpr std::string_view topic_of_all = "alerts";
constexpr std::uint16_t last_subscription = 1;
constexpr unsigned refused_subscription = 0x80; // section 3.9.3

std::string side_topic(std::size_t n) {
  return fmt::format("beside/{}", n);
}

std::size_t octet(std::string_view in, std::size_t at) {
  return at < in.size() ? static_cast<unsigned char>(in[at]) : 0;
}

/// Calls `one` for each whole packet; the connection has failed where it says no.
std::size_t take_packets(std::string_view in, auto& to, auto one) {
  std::size_t taken = 0;
  for (;;) {
    const auto p = first_packet(in.substr(taken));
    if (!p) {
      to.failed(p.error().detail);
      return in.size();
    }
    if (!*p) return taken;
    taken += (*p)->octets;
    // Section 3.2: 0 is the only code that admits, and the flags of the session stand before it.
    const bool refused =
        (*p)->type == mqtt_type::connack && ((*p)->body.size() != 2 || octet((*p)->body, 1) != 0);
    if (refused)
      to.failed(
          fmt::format("the MQTT server refuses the connection with code {}", octet((*p)->body, 1)));
    else
      one(**p);
  }
}

} // namespace

std::string mqtt_subscribers::hello(std::size_t n) const {
  // A client need not wait for CONNACK before it sends more (section 3.1.4).
  auto out = mqtt_connect(fmt::format("bench-{}", n));
  if (beside_.count > 0)
    out += mqtt_subscribe(side_topic(beside_.of(n)), quality_, last_subscription + 1);
  return out + mqtt_subscribe(topic_of_all, quality_, last_subscription);
}

std::size_t mqtt_subscribers::take(std::string_view in, bool, subscriber_events& to) const {
  return take_packets(in, to, [&](const mqtt_packet& p) {
    if (p.type == mqtt_type::suback) {
      // The server may grant less than was asked for, which would be other work.
      if (p.body.size() == 3 && octet(p.body, 2) == quality_) {
        if (octet(p.body, 1) == last_subscription) to.subscribed();
      } else {
        to.failed(octet(p.body, 2) == refused_subscription
                      ? "the MQTT server refuses the subscription"
                      : "the MQTT server grants another quality of service");
      }
    } else if (p.type == mqtt_type::publish) {
      const auto publication = publication_in(p);
      if (!publication) return to.failed(publication.error().detail);
      to.message(publication->payload);
      if (publication->id != 0) to.reply(mqtt_puback(publication->id));
    }
  });
}

std::string mqtt_publisher::hello() {
  return mqtt_connect(client_);
}

std::string mqtt_publisher::publish(const std::string& identifier) {
  const auto message = filled(identifier, octets_);
  const auto topic =
      to_.count > 0 ? side_topic(to_.of(number_in(identifier))) : std::string(topic_of_all);
  if (quality_ == 0) return mqtt_publish(topic, 0, 0, message) + mqtt_pingreq();
  if (++last_id_ == 0) ++last_id_; // 0 is no packet identifier (section 2.3.1)
  return mqtt_publish(topic, 1, last_id_, message);
}

std::size_t mqtt_publisher::take(std::string_view in, publisher_events& to) {
  return take_packets(in, to, [&](const mqtt_packet& p) {
    if (p.type == mqtt_type::connack)
      to.ready();
    else if (p.type == (quality_ == 0 ? mqtt_type::pingresp : mqtt_type::puback))
      to.accepted();
  });
}

} // namespace loa::bench
