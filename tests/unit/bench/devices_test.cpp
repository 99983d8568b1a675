#include "protocol_events.hpp"

#include <bench/load/devices.hpp>
#include <bench/load/websocket_frames.hpp>

#include <catch2/catch.hpp>

using namespace loa::bench;
using namespace std::string_literals;

namespace {

const device_names names{"bench-x-", {"79.1", "79.2"}};
const auto upgraded = "HTTP/1.1 101 Switching Protocols\r\n\r\n"s;

std::string frame(const std::string& text) {
  return server_frame(opcode::text, text);
}
std::string both_of(const std::string& position) {
  return client_frame(opcode::text, R"({"ack":)" + position + "}") +
         client_frame(opcode::text, R"({"played":)" + position + R"(,"outcome":"complete"})");
}

} // namespace

TEST_CASE("a box says ack and played for each frame however the octets are cut") {
  const auto one = R"({"feed":"79.1","position":7,"attempt":1,"id":"a"})"s;
  const auto two = R"({"feed":"79.1","position":12,"attempt":2,"resumed":true,"id":"b"})"s;
  const auto stream = upgraded + frame(one) + frame(two);
  for (const auto& pieces : cuts_of(stream)) {
    const auto to = hear(devices(names, "t"), pieces);
    REQUIRE(to.said == words{"subscribed", "message " + one, "message " + two});
    REQUIRE(to.replies == both_of("7") + both_of("12"));
  }
}

TEST_CASE("an order to stop is answered with nothing") {
  const auto stream =
      upgraded + frame(R"({"control":"stop","id":"a","position":7,"reason":"preempted"})");
  const auto to = hear(devices(names, "t"), {stream});
  REQUIRE(to.said == words{"subscribed"});
  REQUIRE(to.replies.empty());
}

TEST_CASE("a box that is refused says why") {
  const auto to = hear(devices(names, "t"), {"HTTP/1.1 403 Forbidden\r\n\r\n{}"});
  REQUIRE(to.said == words{"failed"});
  REQUIRE(to.why.find("403") != std::string::npos);
}

TEST_CASE("devices belong to the units in turn and show their token") {
  const devices all(names, "secret");
  REQUIRE(all.hello(3).starts_with("GET /v1/devices/79.2/bench-x-3/stream HTTP/1.1\r\n"));
  REQUIRE(all.hello(4).starts_with("GET /v1/devices/79.1/bench-x-4/stream HTTP/1.1\r\n"));
  REQUIRE(all.hello(4).find("Authorization: Bearer secret\r\n") != std::string::npos);
}

TEST_CASE("a device is removed by the name under which it was registered") {
  device_registrar add(names, "a", device_registrar::work::add);
  device_registrar remove(names, "a", device_registrar::work::remove);
  REQUIRE(add.publish("000003").starts_with("PUT /v1/units/79.2/devices/bench-x-3 "));
  REQUIRE(remove.publish("000003").starts_with("DELETE /v1/units/79.2/devices/bench-x-3 "));
}

TEST_CASE("what is not there counts as removed and not as registered") {
  const auto answers = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"s +
                       "HTTP/1.1 204 No Content\r\n\r\n" +
                       "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";
  device_registrar add(names, "a", device_registrar::work::add);
  REQUIRE(hear(add, {answers}).said == words{"accepted", "accepted", "failed"});
  device_registrar remove(names, "a", device_registrar::work::remove);
  REQUIRE(hear(remove, {answers}).said == words{"accepted", "accepted", "accepted"});
}
