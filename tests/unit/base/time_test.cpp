#include <loa/base/random.hpp>
#include <loa/base/time.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace loa;
using namespace std::chrono_literals;

namespace {

instant read(std::string_view text) {
  const auto t = parse_rfc3339(text);
  INFO(text);
  REQUIRE(t);
  return *t;
}

} // namespace

TEST_CASE("an instant is a number of milliseconds since 1970, and back") {
  CHECK(to_millis(from_millis(1'756'677'600'123)) == 1'756'677'600'123);
  CHECK(to_millis(from_millis(-1)) == -1);
  CHECK(to_millis(instant{}) == 0);
}

TEST_CASE("the steady clock never goes back") {
  auto last = steady_clock().now();
  for (int i = 0; i < 10'000; ++i) {
    const auto now = steady_clock().now();
    REQUIRE(now >= last);
    last = now;
  }
}

TEST_CASE("one instant is read from however many offsets it is written at") {
  const auto t = from_millis(1'756'677'600'000);
  for (const auto* text :
       {"2025-09-01T05:00:00+07:00", "2025-08-31T22:00:00Z", "2025-08-31T22:00:00+00:00",
        "2025-08-31T22:00:00-00:00", "2025-08-31t22:00:00z", "2025-09-01T03:45:00+05:45",
        "2025-08-31T12:30:00-09:30", "2025-09-01T21:59:00+23:59"})
    CHECK(read(text) == t);
}

TEST_CASE("a fraction of a second is cut to milliseconds, never rounded") {
  const auto whole = read("2025-09-01T05:00:00+07:00");
  CHECK(read("2025-09-01T05:00:00.5+07:00") == whole + 500ms);
  CHECK(read("2025-09-01T05:00:00.05+07:00") == whole + 50ms);
  CHECK(read("2025-09-01T05:00:00.123+07:00") == whole + 123ms);
  CHECK(read("2025-09-01T05:00:00.9999+07:00") == whole + 999ms);
  CHECK(read("2025-09-01T05:00:00.000000000001+07:00") == whole);
  CHECK(read("2025-09-01T05:00:00.0+07:00") == whole);
}

TEST_CASE("a leap second counts as the second before it") {
  CHECK(read("2016-12-31T23:59:60Z") == read("2016-12-31T23:59:59Z"));
  CHECK(read("2017-01-01T06:59:60.25+07:00") == read("2016-12-31T23:59:59.25Z"));
  CHECK_FALSE(parse_rfc3339("2016-12-31T23:59:61Z"));
}

TEST_CASE("only days that the calendar has are read") {
  CHECK(parse_rfc3339("2024-02-29T00:00:00Z"));
  CHECK(parse_rfc3339("2000-02-29T00:00:00Z"));
  for (const auto* day : {"2025-02-29", "2100-02-29", "2025-04-31", "2025-00-10", "2025-13-01",
                          "2025-01-00", "2025-01-32", "0000-01-01", "1969-12-31"}) {
    INFO(day);
    CHECK_FALSE(parse_rfc3339(std::string(day) + "T00:00:00Z"));
  }
}

TEST_CASE("hours, minutes and offsets beyond the clock's are refused") {
  for (const auto* time : {"24:00:00Z", "23:60:00Z", "99:00:00Z", "05:00:00+24:00",
                           "05:00:00+07:60", "05:00:00-99:00", "05:00:61Z"}) {
    INFO(time);
    CHECK_FALSE(parse_rfc3339(std::string("2025-09-01T") + time));
  }
}

TEST_CASE("what RFC 3339 does not allow is refused, and the error shows what it does") {
  for (const auto* text : {"",
                           "now",
                           "2025-09-01",
                           "05:00:00Z",
                           "2025-09-01T05:00:00",
                           "2025-09-01 05:00:00Z",
                           "2025-09-01T05:00Z",
                           "2025-09-01T05:00:00+07",
                           "2025-09-01T05:00:00+0700",
                           "2025-09-01T05:00:00+7:00",
                           "2025-09-01T05:00:00.Z",
                           "2025-09-01T05:00:00,5Z",
                           "2025-09-01T05:00:00.5",
                           "2025-09-01T05:00:00ZZ",
                           "2025-09-01T05:00:00Z ",
                           " 2025-09-01T05:00:00Z",
                           "2025-9-01T05:00:00Z",
                           "25-09-01T05:00:00Z",
                           "12025-09-01T05:00:00Z",
                           "-2025-09-01T05:00:00Z",
                           "+2025-09-01T05:00:00Z",
                           "20250901T050000Z",
                           "2025-09-01T+5:00:00Z",
                           "2025-09-01T05:00:0xZ",
                           "2025-W36-1T05:00:00Z",
                           "2025-244T05:00:00Z",
                           "2025-09-01T05:00:00+07:00[Asia/Ho_Chi_Minh]",
                           "2025-09-01T05:00:00\xe2\x88\x92"
                           "07:00",
                           "\xff\xff\xff\xff-09-01T05:00:00Z"}) {
    INFO(text);
    const auto t = parse_rfc3339(text);
    REQUIRE_FALSE(t);
    CHECK(t.error().code == errc::malformed);
    CHECK(t.error().detail.find("2025-09-01T05:00:00+07:00") != std::string::npos);
  }
  CHECK_FALSE(parse_rfc3339(std::string_view("2025-09-01T05:00:00Z\0", 21)));
  CHECK_FALSE(parse_rfc3339("2025-09-01T05:00:00." + std::string(1 << 20, '9') + "Z"));
}

TEST_CASE("no part of a time can be left out or stand alone") {
  const std::string whole = "2025-09-01T05:00:00.5+07:00";
  for (std::size_t n = 0; n < whole.size(); ++n) {
    INFO(whole.substr(0, n));
    CHECK_FALSE(parse_rfc3339(whole.substr(0, n)));
  }
}

TEST_CASE("a time is written at Vietnam's offset, with milliseconds only if it has any") {
  const auto t = read("2025-08-31T22:00:00Z");
  CHECK(format_rfc3339(t) == "2025-09-01T05:00:00+07:00");
  CHECK(format_rfc3339(t + 7ms) == "2025-09-01T05:00:00.007+07:00");
  CHECK(format_rfc3339(t + 120ms) == "2025-09-01T05:00:00.120+07:00");
}

TEST_CASE("an offset is written with its sign, its minutes and the day that it makes") {
  const auto t = read("2025-08-31T22:00:00Z");
  CHECK(format_rfc3339(t, 0min) == "2025-08-31T22:00:00+00:00");
  CHECK(format_rfc3339(t, 345min) == "2025-09-01T03:45:00+05:45");
  CHECK(format_rfc3339(t, -570min) == "2025-08-31T12:30:00-09:30");
  CHECK(format_rfc3339(t, -30min) == "2025-08-31T21:30:00-00:30");
}

TEST_CASE("a time before 1970 is written as the calendar has it") {
  CHECK(format_rfc3339(from_millis(-1), 0min) == "1969-12-31T23:59:59.999+00:00");
  CHECK(format_rfc3339(read("1970-01-01T00:00:00Z") - 24h, 0min) == "1969-12-31T00:00:00+00:00");
}

TEST_CASE("any time that can be read is read as the same from any offset it is written at") {
  seeded_random random(19);
  const auto last = to_millis(read("9999-12-30T23:59:59.999Z"));
  for (int i = 0; i < 20'000; ++i) {
    const auto t =
        from_millis(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(last) + 1)));
    const std::chrono::minutes offset(static_cast<int>(random.below(2 * 1439 + 1)) - 1439);
    const auto text = format_rfc3339(t, offset);
    INFO(text);
    const auto again = parse_rfc3339(text);
    // What an offset west puts before 1970 on its own calendar is beyond what is read.
    if (text < "1970") continue;
    REQUIRE(again);
    REQUIRE(*again == t);
  }
}

TEST_CASE("one changed octet makes another time or none, never a wrong reading of the same") {
  const std::string good = "2025-09-01T05:00:00.250+07:00";
  const auto t = read(good);
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int c = 0; c < 256; ++c) {
      auto text = good;
      text[at] = static_cast<char>(c);
      const auto changed = parse_rfc3339(text);
      if (!changed || text == good || (at == 10 && c == 't')) continue;
      INFO(text);
      CHECK(*changed != t);
    }
}

TEST_CASE("a manual clock stands still until it is moved, in either direction") {
  manual_clock clock(from_millis(1000));
  CHECK(clock.now() == from_millis(1000));
  CHECK(clock.now() == from_millis(1000));
  clock.advance(250ms);
  CHECK(clock.now() == from_millis(1250));
  clock.advance(-1s);
  CHECK(clock.now() == from_millis(250));
  clock.set(from_millis(7));
  CHECK(clock.now() == from_millis(7));
}

TEST_CASE("the system's clock is one, and shows a time of this century") {
  CHECK(&system_clock() == &system_clock());
  const auto now = system_clock().now();
  CHECK(now > read("2025-01-01T00:00:00Z"));
  CHECK(now < read("2100-01-01T00:00:00Z"));
}

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
