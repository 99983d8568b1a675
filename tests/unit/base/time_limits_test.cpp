#include <loa/base/time.hpp>

#include <catch2/catch.hpp>

using namespace loa;

TEST_CASE("every instant can be written, the farthest as the nearest that RFC 3339 knows") {
  CHECK(format_rfc3339(instant::max()) == "9999-12-31T23:59:59.999+07:00");
  CHECK(format_rfc3339(instant::min()) == "0000-01-01T00:00:00+07:00");
  CHECK(format_rfc3339(instant::max(), std::chrono::hours(-12)) == "9999-12-31T23:59:59.999-12:00");
}

TEST_CASE("a time that another offset puts beyond the year 9999 or before 1970 is refused") {
  CHECK_FALSE(parse_rfc3339("9999-12-31T23:59:59-12:00"));
  CHECK_FALSE(parse_rfc3339("1970-01-01T00:00:00+00:01"));
  for (const auto* text : {"1970-01-01T00:00:00Z", "9999-12-30T23:59:59.999Z"}) {
    const auto read = parse_rfc3339(text);
    REQUIRE(read);
    CHECK(parse_rfc3339(format_rfc3339(*read)).value() == *read);
  }
}
