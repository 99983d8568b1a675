#include "protocol_events.hpp"

#include <bench/load/postgres.hpp>
#include <bench/load/postgres_message.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace loa::bench;
using namespace std::string_literals;

namespace {

std::string message(char type, const std::string& body) {
  const auto length = body.size() + 4;
  std::string out(1, type);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(length >> shift & 0xff);
  return out + body;
}

const auto admitted = message('R', "\0\0\0\0"s) + message('S', "server_version\0"s + "15\0"s) +
                      message('K', "\0\0\0\1\0\0\0\2"s);
const auto idle = message('Z', "I");
const auto done = message('C', "SELECT 1\0"s);

std::string notification(const std::string& text) {
  return message('A', "\0\0\0\x09"s + "alerts\0"s + text + "\0"s);
}

} // namespace

TEST_CASE("a listener gets whole notifications however the octets are cut") {
  const auto stream = admitted + idle + message('C', "LISTEN\0"s) + idle + notification("first") +
                      notification(std::string(300, 'x')) + notification("");
  const words all = {"subscribed", "message first", "message " + std::string(300, 'x'), "message "};
  for (const auto& pieces : cuts_of(stream))
    REQUIRE(hear(postgres_listeners(), pieces).said == all);
}

TEST_CASE("a publication is accepted when the server is ready again, not before its commit") {
  const auto prepared = admitted + idle + message('1', "") + idle;
  const auto stored = message('2', "") + message('D', "\0\1\0\0\0\0"s) + done;
  const auto stream = prepared + stored + idle + stored + idle;
  for (const auto& pieces : cuts_of(stream)) {
    postgres_publisher p(10);
    REQUIRE(hear(p, pieces).said == words{"ready", "accepted", "accepted"});
  }
  postgres_publisher uncommitted(10);
  REQUIRE(hear(uncommitted, {prepared + stored}).said == words{"ready"});
}

TEST_CASE("a publication that fails at its commit is not accepted") {
  postgres_publisher p(10);
  const auto prepared = admitted + idle + message('1', "") + idle;
  const auto full = message('E', "SERROR\0C53100\0MNo space left on device\0\0"s);
  const auto to = hear(p, {prepared + full + idle});
  REQUIRE(to.said.at(1) == "failed");
  REQUIRE(to.why == "No space left on device");
  REQUIRE(std::count(to.said.begin(), to.said.end(), "accepted") == 0);
}

TEST_CASE("hostile lengths of PostgreSQL messages are refused before anything is kept for them") {
  for (const auto& length : {"\0\0\0\0"s, "\0\0\0\3"s, "\xff\xff\xff\xff"s, "\x7f\xff\xff\xff"s})
    REQUIRE(hear(postgres_listeners(), {"A" + length + "abc"}).said == words{"failed"});
}

TEST_CASE("a notification whose texts do not end is no message") {
  for (const auto& body : {""s, "\0\0\0\1"s, "\0\0\0\1"s + "alerts"s, "\0\0\0\1"s + "a\0text"s}) {
    const auto octets = message('A', body);
    const auto m = first_postgres_message(octets);
    REQUIRE((m && *m));
    REQUIRE_FALSE(notification_in(**m));
  }
}

TEST_CASE("a PostgreSQL server that wants a password, or refuses, says so") {
  REQUIRE(hear(postgres_listeners(), {message('R', "\0\0\0\x05salt"s)}).why ==
          "PostgreSQL asks for a password");
  REQUIRE(hear(postgres_listeners(), {message('E', "SFATAL\0Msorry, too many clients\0\0"s)}).why ==
          "sorry, too many clients");
  for (const auto& body : {""s, "M"s, "Mabc"s, "\0"s, "S\0"s})
    REQUIRE(hear(postgres_listeners(), {message('E', body)}).why ==
            "PostgreSQL refuses without a reason");
}

TEST_CASE("the set-up of PostgreSQL is ready when the table is made") {
  const auto stream = admitted + idle + message('C', "CREATE TABLE\0"s) + idle;
  for (const auto& pieces : cuts_of(stream)) {
    postgres_set_up p;
    REQUIRE(hear(p, pieces).said == words{"ready"});
  }
}

TEST_CASE("what a PostgreSQL client sends has the lengths that the protocol wants") {
  REQUIRE(postgres_start("u", "d") == "\0\0\0\x1b\0\3\0\0"s + "user\0u\0database\0d\0\0"s);
  REQUIRE(postgres_query("X") == "Q\0\0\0\6X\0"s);
  const auto sent = postgres_publisher(5).publish("mark-");
  REQUIRE(sent.starts_with("B\0\0\0\x15\0\0\0\0\0\1\0\0\0\5mark-\0\0"s));
  REQUIRE(sent.ends_with("E\0\0\0\x09\0\0\0\0\0S\0\0\0\4"s));
}
