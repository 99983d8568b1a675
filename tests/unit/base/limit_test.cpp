#include <loa/base/limit.hpp>

#include <catch2/catch.hpp>

#include <cmath>

using namespace loa;

namespace {
limit small{"test.small", 10, 2};
limit large{"test.large", 100'000, 10};
} // namespace

TEST_CASE("a limit has its default outside of simulations, and again after one") {
  REQUIRE(small == 10);
  bool other = false;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const limit_draw drawn(seed);
    other |= small.value() != 10;
  }
  CHECK(other);
  CHECK(small == 10);
}

TEST_CASE(
    "a drawn limit is at its default in half of the seeds, and else between floor and default") {
  int usual = 0, low = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const limit_draw drawn(seed);
    REQUIRE(large.value() >= large.floor());
    REQUIRE(large.value() <= large.usual());
    usual += large == large.usual() ? 1 : 0;
    low += large.value() < 1000 ? 1 : 0; // half of the orders of magnitude
  }
  CHECK(std::abs(usual - 500) < 60);
  CHECK(std::abs(low - 250) < 50);
}

TEST_CASE("a seed draws the same limits again") {
  std::vector<std::uint64_t> first;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const limit_draw drawn(seed);
    first.push_back(large);
  }
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const limit_draw drawn(seed);
    REQUIRE(large == first[seed - 1]);
  }
}

TEST_CASE("a limit counts how often it was reached and exceeded, and nothing below it") {
  const auto before = small.crossings();
  CHECK_FALSE(small.reached_by(9));
  CHECK_FALSE(small.exceeded_by(10));
  CHECK(small.crossings() == before);
  CHECK(small.reached_by(10));
  CHECK(small.exceeded_by(11));
  CHECK(small.crossings() == before + 2);
}
