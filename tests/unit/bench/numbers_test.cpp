#include <bench/report/numbers.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using namespace loa::bench;

TEST_CASE("a measured number has three significant digits, also where rounding carries") {
  REQUIRE(number(33.64) == "33.6");
  REQUIRE(number(9.999) == "10.0");
  REQUIRE(number(99.96) == "100");
  REQUIRE(number(0.04832) == "0.0483");
  REQUIRE(number(0.099996) == "0.100");
  REQUIRE(number(2452.3, " ") == "2 450");
  REQUIRE(number(61'334.4, " ") == "61 300");
  REQUIRE(number(-33.64) == "−33.6");
}

TEST_CASE("what was counted is exact as long as it is short") {
  REQUIRE(number(0) == "0");
  REQUIRE(number(2000, " ") == "2 000");
  REQUIRE(number(1234, " ") == "1 234");
  REQUIRE(number_of(1'234'567, " ") == "1 234 567");
  REQUIRE(number_of(999, " ") == "999");
}

TEST_CASE("numbers beyond all measure are still short") {
  REQUIRE(number(1e300) == "1.00e+300");
  REQUIRE(number(1e-9) == "1.00e-09");
  REQUIRE(number(std::numeric_limits<double>::infinity()) == "∞");
  REQUIRE(number(std::nan("")) == "–");
}

TEST_CASE("a number that somebody chose has no zeros at the end") {
  REQUIRE(round_number(1.3) == "1.3");
  REQUIRE(round_number(0.5) == "0.5");
  REQUIRE(round_number(100) == "100");
  REQUIRE(round_number(1e-9) == "1.00e-09");
}

TEST_CASE("an interval is shown where there is one") {
  REQUIRE(with_interval({3, 1, 2}) == "2 (1 to 3)");
  REQUIRE(with_interval({7}) == "7");
  REQUIRE(with_interval({7, 7, 7}) == "7");
  REQUIRE(with_interval({}) == "–");
}

TEST_CASE("octets become larger units where they are many, and nothing else does") {
  REQUIRE(unit_for("B", 2000).name == "B");
  REQUIRE(unit_for("B", 61'000).name == "kB");
  REQUIRE(unit_for("B", 25e9).name == "GB");
  REQUIRE(unit_for("B", 25e6).divisor == 1e6);
  REQUIRE(unit_for("ms", 1e9).name == "ms");
}

TEST_CASE("a share is read in percent") {
  REQUIRE(percent(0.9375) == "94\u202f%");
  REQUIRE(percent(0.052) == "5.2\u202f%");
  REQUIRE(percent(0) == "0\u202f%");
  REQUIRE(percent(-0.2) == "−20\u202f%");
}
