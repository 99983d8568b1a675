#include <loa/base/bytes.hpp>
#include <loa/base/random.hpp>

#include <catch2/catch.hpp>

#include <limits>

using namespace loa;

TEST_CASE("a number is written as eight octets, most significant first") {
  CHECK(big_endian(0) == bytes(8, '\0'));
  CHECK(big_endian(0x0102030405060708) == "\x01\x02\x03\x04\x05\x06\x07\x08");
  CHECK(big_endian(std::numeric_limits<unsigned long long>::max()) == bytes(8, '\xff'));
}

TEST_CASE("the order of written numbers is the order of numbers, also where the sign bit is set") {
  seeded_random random(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto a = random.next() >> random.below(64);
    const auto b = random.next() >> random.below(64);
    REQUIRE((big_endian(a) < big_endian(b)) == (a < b));
    REQUIRE(from_big_endian(big_endian(a)) == a);
  }
}

TEST_CASE("a number is read from the first eight octets, however many there are") {
  CHECK(from_big_endian("") == 0);
  CHECK(from_big_endian("\xff") == 0xff);
  CHECK(from_big_endian("\x01\x02") == 0x0102);
  CHECK(from_big_endian(big_endian(7) + "more") == 7);
}
