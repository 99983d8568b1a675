#include "protocol_events.hpp"

#include <bench/load/mqtt.hpp>
#include <bench/load/mqtt_packet.hpp>

#include <catch2/catch.hpp>

using namespace loa::bench;
using namespace std::string_literals;

namespace {

const auto connack = "\x20\x02\x00\x00"s;

std::string suback(int code) {
  return "\x90\x03\x00\x01"s + static_cast<char>(code);
}

std::string refusal_of_publisher(const std::string& octets) {
  mqtt_publisher p("p", 1, 100);
  return hear(p, {octets}).why;
}

} // namespace

TEST_CASE("an MQTT subscriber gets whole messages however the octets are cut") {
  const auto stream = connack + suback(1) + mqtt_publish("alerts", 1, 7, "first") +
                      mqtt_publish("alerts", 1, 300, std::string(200, 'x'));
  const words all = {"subscribed", "message first", "message " + std::string(200, 'x')};
  for (const auto& pieces : cuts_of(stream)) {
    const auto to = hear(mqtt_subscribers(1), pieces);
    REQUIRE(to.said == all);
    REQUIRE(to.replies == mqtt_puback(7) + mqtt_puback(300));
  }
}

TEST_CASE("an MQTT message of quality of service 0 is not acknowledged") {
  const auto stream = connack + suback(0) + mqtt_publish("alerts", 0, 0, "a");
  const auto to = hear(mqtt_subscribers(0), {stream});
  REQUIRE(to.said == words{"subscribed", "message a"});
  REQUIRE(to.replies.empty());
}

TEST_CASE("an MQTT subscriber of side topics is one when the last subscription is granted") {
  const auto beside = "\x90\x03\x00\x02\x01"s;
  const mqtt_subscribers both(1, {3});
  REQUIRE(both.hello(7).find("beside/1") != std::string::npos);
  REQUIRE(hear(both, {connack + beside}).said.empty());
  REQUIRE(hear(both, {connack + beside + suback(1)}).said == words{"subscribed"});
  mqtt_publisher source("p", 0, 10, {3});
  REQUIRE(source.publish("m-000005").find("beside/2") != std::string::npos);
}

TEST_CASE("an MQTT server that grants less than was asked for is refused") {
  REQUIRE(hear(mqtt_subscribers(1), {connack + suback(0)}).said == words{"failed"});
  REQUIRE(hear(mqtt_subscribers(1), {connack + suback(0x80)}).why ==
          "the MQTT server refuses the subscription");
}

TEST_CASE("an MQTT server that refuses the connection says with which code") {
  REQUIRE(refusal_of_publisher("\x20\x02\x00\x05"s).find("code 5") != std::string::npos);
  REQUIRE(refusal_of_publisher("\x20\x00"s) != "");
}

TEST_CASE("hostile lengths of MQTT packets are refused before anything is kept for them") {
  REQUIRE_FALSE(refusal_of_publisher("\x30\xff\xff\xff\xff\x01"s).empty());
  REQUIRE_FALSE(refusal_of_publisher("\x30\xff\xff\xff\xff"s).empty());
  REQUIRE_FALSE(refusal_of_publisher("\x30\xff\xff\xff\x7f"s).empty());
  REQUIRE(refusal_of_publisher("\x30\xff\xff"s).empty()); // may still become something
}

TEST_CASE("an MQTT topic that is longer than its packet is refused") {
  for (const auto& body :
       {""s, "\x00"s, "\x00\x09"s + "alerts"s, "\xff\xff"s, "\x00\x01"s + "a"s}) {
    const auto packet = "\x32"s + static_cast<char>(body.size()) + body;
    REQUIRE(hear(mqtt_subscribers(1), {packet}).said == words{"failed"});
  }
}

TEST_CASE("quality of service 2, which nobody asked for, is refused") {
  REQUIRE(hear(mqtt_subscribers(1), {"\x34\x05\x00\x01"s + "a\x00\x01"s}).said == words{"failed"});
}

TEST_CASE("an MQTT publisher is ready with CONNACK, and PUBACK or PINGRESP accepts") {
  const auto stream = connack + mqtt_puback(1) + mqtt_puback(2);
  for (const auto& pieces : cuts_of(stream)) {
    mqtt_publisher p("p", 1, 100);
    REQUIRE(hear(p, pieces).said == words{"ready", "accepted", "accepted"});
  }
  mqtt_publisher plain("p", 0, 100);
  REQUIRE(hear(plain, {connack + "\xd0\x00"s}).said == words{"ready", "accepted"});
}

TEST_CASE(
    "what an MQTT publisher sends is of the length agreed on, and never has the identifier 0") {
  mqtt_publisher p("p", 1, 100);
  for (int n = 0; n < 70'000; ++n) {
    const auto octets = p.publish("mark");
    const auto packet = first_packet(octets);
    REQUIRE((packet && *packet && (*packet)->octets == octets.size()));
    const auto publication = publication_in(**packet);
    if (!publication || publication->id == 0 || publication->payload.size() != 100) FAIL(n);
  }
}

TEST_CASE("CONNECT and SUBSCRIBE are as MQTT 3.1.1 writes them") {
  REQUIRE(mqtt_connect("ab") == "\x10\x0e\x00\x04MQTT\x04\x02\x00\x00\x00\x02"s + "ab"s);
  REQUIRE(mqtt_subscribe("t", 1) == "\x82\x06\x00\x01\x00\x01t\x01"s);
  REQUIRE(mqtt_pingreq() == "\xc0\x00"s);
}
