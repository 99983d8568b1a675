#include "protocol_events.hpp"

#include <bench/load/jetstream.hpp>
#include <bench/load/nats.hpp>

#include <catch2/catch.hpp>

using namespace loa::bench;
using namespace std::string_literals;

namespace {

const auto info = "INFO {\"server_id\":\"x\",\"max_payload\":1048576}\r\n"s;

std::string answer(const std::string& text) {
  return "MSG _INBOX.a 1 " + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

} // namespace

TEST_CASE("a NATS subscriber gets whole messages however the octets are cut") {
  const auto stream = info + "PONG\r\nMSG alerts 1 7\r\nfi\r\nrst\r\nPING\r\n" +
                      "MSG alerts 1 reply 0\r\n\r\nMSG alerts 1 1\r\nb\r\n";
  for (const auto& pieces : cuts_of(stream)) {
    const auto to = hear(nats_subscribers(), pieces);
    REQUIRE(to.said == words{"subscribed", "message fi\r\nrst", "message ", "message b"});
    REQUIRE(to.replies == "PONG\r\n");
  }
}

TEST_CASE("hostile lengths of NATS messages are refused before anything is kept for them") {
  for (const auto* length :
       {"18446744073709551615", "99999999999999999999999", "-1", "", "1x", "1048577"}) {
    const auto to = hear(nats_subscribers(), {"MSG alerts 1 "s + length + "\r\nabc\r\n"});
    REQUIRE(to.said == words{"failed"});
  }
}

TEST_CASE("a NATS line without an end is refused") {
  const std::string endless(40'000, 'x');
  REQUIRE(hear(nats_subscribers(), {endless}).said == words{"failed"});
}

TEST_CASE("a NATS server's error ends the connection with its own words") {
  nats_publisher p(10);
  REQUIRE(hear(p, {info + "-ERR 'Authorization Violation'\r\n"}).why ==
          "-ERR 'Authorization Violation'");
}

TEST_CASE("a plain NATS publisher is ready with the first PONG, and each further one accepts") {
  const auto stream = info + "PONG\r\nPONG\r\nPONG\r\n";
  for (const auto& pieces : cuts_of(stream)) {
    nats_publisher p(10);
    REQUIRE(hear(p, pieces).said == words{"ready", "accepted", "accepted"});
  }
}

TEST_CASE("JetStream accepts with a PubAck and with nothing else") {
  const auto stream = info + "PONG\r\n" + answer(R"({"stream":"ALERTS","seq":1})") +
                      answer(R"({"stream":"ALERTS","seq":2})");
  for (const auto& pieces : cuts_of(stream)) {
    jetstream_publisher p("_INBOX.a", 10);
    REQUIRE(hear(p, pieces).said == words{"ready", "accepted", "accepted"});
  }
  for (const auto* text : {R"({"error":{"code":503,"description":"insufficient storage"}})",
                           R"({"error":{"code":400},"stream":"ALERTS","seq":0})", "", "{}"}) {
    jetstream_publisher p("_INBOX.a", 10);
    REQUIRE(hear(p, {info + "PONG\r\n" + answer(text)}).said == words{"ready", "failed"});
  }
}

TEST_CASE("the set-up of JetStream is ready when the stream is made, and says why it is not") {
  jetstream_set_up good;
  REQUIRE(hear(good, {info + answer(R"({"type":"x","config":{},"did_create":true})")}).said ==
          words{"ready"});
  jetstream_set_up bad;
  const auto to = hear(bad, {info + answer(R"({"error":{"description":"no suitable peers"}})")});
  REQUIRE(to.said == words{"failed"});
  REQUIRE(to.why.find("no suitable peers") != std::string::npos);
}

TEST_CASE("a NATS subscriber of side topics follows the one of its number beside the alerts") {
  const auto hello = nats_subscribers({3}).hello(7);
  REQUIRE(hello.ends_with("SUB alerts 1\r\nSUB beside.1 2\r\nPING\r\n"));
  REQUIRE(nats_subscribers().hello(7).find("beside") == std::string::npos);
}

TEST_CASE("NATS publishers beside send each message to the topic of its number") {
  REQUIRE(nats_publisher(4, {3}).publish("m-000005") == "PUB beside.2 8\r\nm-000005\r\nPING\r\n");
  REQUIRE(jetstream_publisher("_INBOX.7", 4, {3}).publish("m-000005") ==
          "PUB beside.2 _INBOX.7 8\r\nm-000005\r\n");
}

TEST_CASE("what NATS publishers send says its length and where the answer goes") {
  REQUIRE(nats_publisher(4).publish("mark") == "PUB alerts 4\r\nmark\r\nPING\r\n");
  REQUIRE(jetstream_publisher("_INBOX.7", 4).publish("mark") ==
          "PUB alerts _INBOX.7 4\r\nmark\r\n");
}
