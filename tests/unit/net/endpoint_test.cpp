#include <loa/net/internal/endpoint.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace loa::net;

TEST_CASE("an endpoint is a host and a port, and can be written again") {
  CHECK(*parse_endpoint("node-a.example:4135") == endpoint{"node-a.example", 4135});
  CHECK(*parse_endpoint("10.0.0.1:0") == endpoint{"10.0.0.1", 0});
  CHECK(*parse_endpoint("[2001:db8::1]:65535") == endpoint{"2001:db8::1", 65535});
  for (const auto* text : {"a:1", "10.0.0.1:80", "[::1]:4135"})
    CHECK(to_string(*parse_endpoint(text)) == text);
}

TEST_CASE("what is no endpoint is refused") {
  for (const auto* text : {"", "a", ":1", "a:", "a:x", "a:1x", "a:-1", "a:+1", "a: 1", "a:65536",
                           "::1:4135", "[::1]", "[]:1", "2001:db8::1:80", "[::1:80", "::1]:80"})
    CHECK_FALSE(parse_endpoint(text));
  CHECK_FALSE(parse_endpoint(std::string(254, 'a') + ":1"));
  CHECK_FALSE(parse_endpoint(std::string_view("a\0b:1", 5)));
}
