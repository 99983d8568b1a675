#include <loa/net/backoff.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace loa;
using namespace std::chrono_literals;
using net::backoff;

TEST_CASE("each wait lies in the upper half of a step that doubles up to its limit") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    seeded_random dice(seed);
    backoff b(100ms, 3s);
    for (auto step : {100ms, 200ms, 400ms, 800ms, 1'600ms, 3'000ms, 3'000ms, 3'000ms}) {
      const auto wait = b.next(dice);
      CHECK(wait >= step / 2);
      CHECK(wait <= step);
    }
    b.reset();
    CHECK(b.next(dice) <= 100ms);
  }
}

TEST_CASE("twenty peers that begin together do not go on together") {
  std::set<duration> waits;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    seeded_random dice(seed);
    backoff b(1s, 30s);
    for (int i = 0; i < 5; ++i) (void)b.next(dice);
    waits.insert(b.next(dice));
  }
  CHECK(waits.size() >= 19);
}

TEST_CASE("a limit below the first step is the first step") {
  seeded_random dice(1);
  backoff b(500ms, 100ms);
  for (int i = 0; i < 5; ++i) CHECK(b.next(dice) <= 500ms);
}
