#include <loa/link/attendance.hpp>
#include <loa/wire/record.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace loa;
using namespace loa::link;
using namespace std::chrono_literals;

namespace {

const instant day0 = *parse_rfc3339("2026-09-01T05:00:00+07:00");

/// A unit with ten slots, whose owners come and go.
struct roll {
  static constexpr std::uint32_t extent = 10;
  attendance book;
  std::set<std::uint32_t> here;
  std::set<std::uint32_t> listed{0, 1, 2, 3, 4, 5, 6, 7};

  slots_seen call(instant now) {
    auto fact = book.call(
        now, extent, [&](std::uint32_t s) { return listed.contains(s); },
        [&](std::uint32_t s) { return here.contains(s); });
    book.apply(fact, extent);
    return fact;
  }
};

} // namespace

TEST_CASE("the first roll call puts everybody on the list, and nobody is away") {
  roll r;
  CHECK(r.call(day0).ranges == std::vector<slot_range>{{0, 7}});
  CHECK(r.book.away_since(day0).empty());
  CHECK(r.book.called() == day0);
}

TEST_CASE("who answers no roll call is away since the last one that he answered") {
  roll r;
  r.here = {0, 1, 5};
  r.call(day0);
  CHECK(r.call(day0 + 24h).ranges == std::vector<slot_range>{{0, 1}, {5, 5}});
  CHECK(r.book.away_since(day0 + 1h) == std::vector<std::uint32_t>{2, 3, 4, 6, 7});
  CHECK(r.book.away_since(day0).empty());
}

TEST_CASE("a slot that gets a new owner is not away on account of the old one") {
  roll r;
  r.call(day0);
  r.book.reset(3);
  r.call(day0 + 24h); // he is on the list for the first time
  CHECK(r.book.away_since(day0 + 1h) == std::vector<std::uint32_t>{0, 1, 2, 4, 5, 6, 7});
}

TEST_CASE("who cannot be forgotten is never away") {
  roll r;
  r.listed = {1};
  r.call(day0);
  CHECK(r.book.away_since(day0 + 1000h) == std::vector<std::uint32_t>{1});
}

TEST_CASE("attendance that was stored and read again says the same") {
  roll r;
  r.here = {0, 4, 5, 6};
  r.call(day0);
  r.call(day0 + 24h);
  r.here = {6};
  r.call(day0 + 48h);
  const auto read = wire::from_cbor<attendance_snapshot>(wire::to_cbor(r.book.snapshot()));
  REQUIRE(read);
  const auto again = attendance::restore(*read, roll::extent);
  CHECK(again.called() == r.book.called());
  for (const auto when : {day0, day0 + 1h, day0 + 25h, day0 + 49h})
    CHECK(again.away_since(when) == r.book.away_since(when));
}

TEST_CASE("a fact about slots that are not there takes no memory") {
  attendance a;
  a.apply({day0, {{0, ~std::uint32_t{0}}}}, 10);
  CHECK(a.away_since(day0 + 1h).size() == 10);
}
