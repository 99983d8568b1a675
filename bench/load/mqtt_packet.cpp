#include <bench/load/mqtt_packet.hpp>
#include <bench/load/protocol.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

void put_number(std::string& to, std::size_t n) {
  to += static_cast<char>(n >> 8 & 0xff);
  to += static_cast<char>(n & 0xff);
}

void put_text(std::string& to, std::string_view text) {
  put_number(to, text.size());
  to += text;
}

std::string packet(mqtt_type type, unsigned flags, std::string_view body) {
  std::string out(1, static_cast<char>(static_cast<unsigned>(type) << 4 | flags));
  auto length = body.size();
  do {
    const auto digit = length % 128;
    length /= 128;
    out += static_cast<char>(length > 0 ? digit | 0x80 : digit);
  } while (length > 0);
  out += body;
  return out;
}

std::size_t octet(std::string_view in, std::size_t at) {
  return static_cast<unsigned char>(in[at]);
}

error broken(const std::string& what) {
  return {errc::malformed, "The MQTT server sends what cannot be: " + what + ".", {}};
}

} // namespace

result<std::optional<mqtt_packet>> first_packet(std::string_view in) {
  using nothing = std::optional<mqtt_packet>;
  std::size_t length = 0;
  std::size_t head = 1;
  for (unsigned shift = 0;; shift += 7) {
    if (shift > 21) return broken("a length of more than four octets");
    if (in.size() <= head) return nothing();
    const auto digit = octet(in, head++);
    length |= (digit & 0x7f) << shift;
    if ((digit & 0x80) == 0) break;
  }
  if (length > longest_message) return broken(fmt::format("a packet of {} octets", length));
  if (in.size() - head < length) return nothing();
  return nothing(mqtt_packet{static_cast<mqtt_type>(octet(in, 0) >> 4),
                             static_cast<std::uint8_t>(octet(in, 0) & 0x0f),
                             in.substr(head, length), head + length});
}

result<mqtt_publication> publication_in(const mqtt_packet& p) {
  const unsigned quality = p.flags >> 1 & 3;
  if (quality > 1) return broken("a quality of service that nobody asked for");
  if (p.body.size() < 2) return broken("a PUBLISH without a topic");
  auto at = 2 + (octet(p.body, 0) << 8 | octet(p.body, 1));
  mqtt_publication out;
  if (p.body.size() < at + 2 * quality) return broken("a topic longer than its packet");
  if (quality == 1) {
    out.id = static_cast<std::uint16_t>(octet(p.body, at) << 8 | octet(p.body, at + 1));
    at += 2;
  }
  out.payload = p.body.substr(at);
  return out;
}

std::string mqtt_connect(std::string_view client) {
  std::string body;
  put_text(body, "MQTT");
  body += '\x04'; // the level of 3.1.1
  body += '\x02'; // a clean session
  put_number(body, 0);
  put_text(body, client);
  return packet(mqtt_type::connect, 0, body);
}

std::string mqtt_subscribe(std::string_view topic, unsigned quality, std::uint16_t id) {
  std::string body;
  put_number(body, id);
  put_text(body, topic);
  body += static_cast<char>(quality);
  return packet(mqtt_type::subscribe, 2, body);
}

std::string mqtt_publish(std::string_view topic, unsigned quality, std::uint16_t id,
                         std::string_view payload) {
  std::string body;
  put_text(body, topic);
  if (quality > 0) put_number(body, id);
  body += payload;
  return packet(mqtt_type::publish, quality << 1, body);
}

std::string mqtt_puback(std::uint16_t id) {
  std::string body;
  put_number(body, id);
  return packet(mqtt_type::puback, 0, body);
}

std::string mqtt_pingreq() {
  return packet(mqtt_type::pingreq, 0, {});
}

} // namespace loa::bench
