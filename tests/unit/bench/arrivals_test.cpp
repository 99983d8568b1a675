#include <bench/load/arrivals.hpp>

#include <catch2/catch.hpp>

using namespace loa::bench;
using namespace std::chrono_literals;

TEST_CASE("a message is known by its mark and six digits, and nothing else is") {
  const arrival_book book("m-", std::vector<arrivals::steady::time_point>(12), 3);
  REQUIRE(book.number_of("before m-000007 behind") == 7U);
  REQUIRE(book.number_of("m-000011") == 11U);
  for (const auto* other : {"", "m-", "m-00001", "m-000012", "m-abcdef", "n-000001"}) {
    CAPTURE(other);
    REQUIRE_FALSE(book.number_of(other));
  }
  REQUIRE_FALSE(arrival_book().number_of("m-000001"));
}

TEST_CASE("a message is new once for each subscriber") {
  arrival_book book("m-", std::vector<arrivals::steady::time_point>(2), 2);
  REQUIRE(book.is_new(0, 1));
  REQUIRE_FALSE(book.is_new(0, 1));
  REQUIRE(book.is_new(1, 1));
  REQUIRE(book.is_new(0, 0));
}

TEST_CASE("latencies count from the intended time, and the last to come is the last") {
  const auto meant = arrivals::steady::time_point(1s);
  arrival_book book("m-", {meant}, 2);
  book.note(0, meant + 3ms);
  book.note(0, meant + 9ms);
  const auto& a = book.of(0);
  REQUIRE(a.count == 2);
  REQUIRE(a.first == meant + 3ms);
  REQUIRE(a.last == meant + 9ms);
  REQUIRE(a.latencies.smallest() == 3'000'000);
  REQUIRE(a.latencies.largest() == 9'000'000);
}
