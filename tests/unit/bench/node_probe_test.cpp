#include "answering_server.hpp"

#include <bench/peers/node_probe.hpp>

#include <fmt/format.h>

using namespace loa;
using namespace loa::bench;

namespace {

std::string response(int status, const std::string& body) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
}
std::string problem(int status, const std::string& detail) {
  return response(status, fmt::format(R"({{"type":"about:blank","title":"T","status":{},)"
                                      R"("detail":"{}"}})",
                                      status, detail));
}
const auto unit = response(200, R"({"unit":"79","name":"X"})");

/// What is wrong with a node that answers these; empty if nothing.
std::string wrong_with(const std::string& get, const std::string& post) {
  const answering_server server(
      [&](std::size_t, const std::string& got) { return got.starts_with("GET") ? get : post; });
  const auto good = probe_node(0x7f000001, server.port(), "127.0.0.1:1", "79", "79.1", "token");
  return good ? std::string() : good.error().detail;
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a node that knows the unit and refuses an empty alert only is good") {
  REQUIRE(wrong_with(unit, problem(400, "no document")).empty());
}

TEST_CASE("a port where nobody listens is said to be one") {
  std::uint16_t port = 0;
  {
    const answering_server gone([](std::size_t, const std::string&) { return std::string(); });
    port = gone.port();
  }
  const auto good = probe_node(0x7f000001, port, "127.0.0.1:1", "79", "79.1", "token");
  REQUIRE_FALSE(good);
  REQUIRE(says(good.error().detail, "No node serves HTTP at 127.0.0.1:1"));
  REQUIRE(says(good.error().detail, "loa node"));
}

TEST_CASE("a server that is no node is said to be none, whatever it answers") {
  for (const auto& other : {response(404, "<html>"), response(200, "<html>unit</html>"),
                            response(200, R"({"status":"ok"})"), response(404, "{}")})
    REQUIRE(says(wrong_with(other, other), "is no Loa node"));
}

TEST_CASE("a server that ends the connection serves no HTTP") {
  REQUIRE(says(wrong_with({}, {}), "No node serves HTTP"));
}

TEST_CASE("a token that is not accepted, or must not publish, is named with the node's reason") {
  const auto bad = problem(401, "The token's signature is \\\"wrong\\\".");
  REQUIRE(says(wrong_with(bad, bad), "The token's signature is \"wrong\"."));
  const auto weak = wrong_with(unit, problem(403, "A citizen may not."));
  REQUIRE(says(weak, "publish at 79: A citizen may not."));
  REQUIRE(says(weak, "--token-file"));
}

TEST_CASE("a node with another hierarchy is told apart") {
  REQUIRE(says(wrong_with(problem(404, "not here"), problem(404, "not here")), "--hierarchy"));
  const answering_server server([&](std::size_t, const std::string& got) {
    return got.starts_with("GET /v1/units/79 ") ? unit : problem(404, "not here");
  });
  const auto good = probe_node(0x7f000001, server.port(), "127.0.0.1:1", "79", "79.1", "token");
  REQUIRE_FALSE(good);
  REQUIRE(says(good.error().detail, "has no unit 79.1"));
}

TEST_CASE("devices need an administrator and a device's token") {
  const auto judged = [](const std::string& put, const std::string& stream) {
    const answering_server server(
        [&](std::size_t, const std::string& got) { return got.starts_with("PUT") ? put : stream; });
    const auto good =
        probe_for_devices(0x7f000001, server.port(), "127.0.0.1:1", "79", "token", "device");
    return good ? std::string() : good.error().detail;
  };
  const auto name = problem(400, "no such name");
  const auto no = problem(403, "No.");
  REQUIRE(judged(name, name).empty());
  REQUIRE(says(judged(no, name), "--token-file"));
  REQUIRE(says(judged(name, no), "--device-token-file"));
}
