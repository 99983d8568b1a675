#include <loa/wire/document.hpp>

#include <catch2/catch.hpp>

using namespace loa;

TEST_CASE("a chunked string within a chunked string is refused, however deep") {
  for (const char head : {'\x7f', '\x5f'})
    for (const std::size_t depth : {2U, 1U << 20}) {
      const auto read = wire::document::from_cbor(bytes(depth, head));
      REQUIRE_FALSE(read);
      CHECK(read.error().code == errc::malformed);
      CHECK(read.error().detail.find("chunks") != std::string::npos);
    }
  CHECK_FALSE(wire::document::from_cbor("\x5f\x5f\x41\x61\xff\xff"));
}

TEST_CASE("a string in chunks is read, and its octets are never taken for heads") {
  const auto chunked =
      wire::document::from_cbor("\x82\x7f\x61\x61\x62\x62\x63\xff\x7f\x61\x64\xff");
  REQUIRE(chunked);
  CHECK(chunked->to_json() == R"(["abc","d"])");
  CHECK(wire::document::from_cbor("\x43\x5f\x5f\x7f"));
  CHECK(wire::document::from_cbor("\x58\x03\x5f\x5f\x7f"));
  CHECK(wire::document::from_cbor(bytes("\xfb\x7f\x5f\x7f\x5f\x00\x00\x00\x00", 9)));
}
