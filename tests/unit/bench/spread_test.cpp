#include <bench/measure/spread.hpp>
#include <loa/base/random.hpp>

#include <catch2/catch.hpp>

#include <cmath>

using namespace loa::bench;

TEST_CASE("the spread of five values is all of them, with the confidence that they give") {
  const auto s = spread_of({5, 1, 4, 2, 3});
  REQUIRE(s.median == 3);
  REQUIRE(s.low == 1);
  REQUIRE(s.high == 5);
  REQUIRE(s.confidence == Approx(0.9375));
}

TEST_CASE("more values narrow the interval and keep it above 0.95") {
  std::vector<double> values;
  for (int i = 1; i <= 20; ++i) values.push_back(i);
  const auto s = spread_of(values);
  REQUIRE(s.median == 10.5);
  REQUIRE(s.low == 6); // the classical interval for 20 values: the 6th to the 15th
  REQUIRE(s.high == 15);
  REQUIRE(s.confidence > 0.95);
}

TEST_CASE("no value has no spread, and one value is its own") {
  REQUIRE(spread_of({}).count == 0);
  REQUIRE(spread_of({7}).low == 7);
  REQUIRE(spread_of({7}).confidence == 0);
}

TEST_CASE("the interval holds the true median about as often as it says") {
  loa::seeded_random random(1);
  int held = 0;
  constexpr int rounds = 2000;
  for (int i = 0; i < rounds; ++i) {
    std::vector<double> values;
    for (int k = 0; k < 5; ++k) values.push_back(static_cast<double>(random.below(1'000'001)));
    const auto s = spread_of(values);
    if (s.low <= 500'000 && 500'000 <= s.high) ++held;
  }
  REQUIRE(held > rounds * 0.92);
  REQUIRE(held < rounds * 0.955);
}

TEST_CASE("ratios are of pairs, and a pair without a divisor is left out") {
  REQUIRE(ratios({1, 2, 3}, {2, 0, 6, 9}) == std::vector<double>{0.5, 0.5});
}

TEST_CASE("five values all above five others happen once in 252") {
  REQUIRE(chance_that_higher({1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}) == Approx(1.0 / 252));
  REQUIRE(chance_that_higher({6, 7, 8, 9, 10}, {1, 2, 3, 4, 5}) == Approx(1.0));
}

TEST_CASE("equal values are no sign of a difference") {
  REQUIRE(chance_that_higher({1, 1, 1}, {1, 1, 1}) == Approx(1.0));
  REQUIRE(chance_that_higher({}, {1}) == 1);
}

TEST_CASE("values from one distribution are called higher as seldom as the test says") {
  loa::seeded_random random(7);
  int called = 0;
  constexpr int rounds = 4000;
  for (int i = 0; i < rounds; ++i) {
    std::vector<double> a;
    std::vector<double> b;
    for (int k = 0; k < 5; ++k) {
      a.push_back(static_cast<double>(random.next() >> 12));
      b.push_back(static_cast<double>(random.next() >> 12));
    }
    if (chance_that_higher(a, b) <= 0.05) ++called;
  }
  REQUIRE(called < rounds * 0.06);
  REQUIRE(called > rounds * 0.02);
}

TEST_CASE("the factor between two sets holds the true one about as often as it says") {
  loa::seeded_random random(11);
  const auto value = [&] { return 1 + static_cast<double>(random.below(1000)) / 1000; };
  int held = 0;
  constexpr int rounds = 2000;
  for (int i = 0; i < rounds; ++i) {
    std::vector<double> a;
    std::vector<double> b;
    for (int k = 0; k < 6; ++k) {
      a.push_back(value());
      b.push_back(1.5 * value());
    }
    const auto f = factor_between(a, b);
    REQUIRE(f.confidence >= 0.95);
    REQUIRE(f.low <= f.median);
    REQUIRE(f.median <= f.high);
    if (f.low <= 1.5 && 1.5 <= f.high) ++held;
  }
  REQUIRE(held > rounds * 0.95);
}

TEST_CASE("the factor and the rank test agree where the interval ends") {
  // Below 1 as a whole, or above it, is what the two-sided test of 5 % refuses.
  loa::seeded_random random(12);
  for (int i = 0; i < 500; ++i) {
    std::vector<double> a;
    std::vector<double> b;
    for (int k = 0; k < 5; ++k) {
      a.push_back(1 + static_cast<double>(random.below(1'000'000)));
      b.push_back(1 + static_cast<double>(random.below(2'000'000)));
    }
    REQUIRE((factor_between(a, b).low > 1) == (2 * chance_that_higher(a, b) <= 0.05));
  }
}

TEST_CASE("what grew from 0 grew infinitely, and two zeros are equal") {
  REQUIRE(factor_between({0, 0, 0}, {0, 0, 0}).median == 1);
  REQUIRE(std::isinf(factor_between({0, 0, 0}, {1, 2, 3}).median));
  REQUIRE(factor_between({4}, {2}).median == 0.5);
  REQUIRE(factor_between({}, {1}).count == 0);
}

TEST_CASE("too few values can tell nothing, and how many pairs must be won is exact") {
  REQUIRE_FALSE(wins_needed(3, 3, 0.049));
  REQUIRE(wins_needed(3, 3, 0.05) == 9);
  REQUIRE(wins_needed(5, 5, 1.0 / 252) == 25);
  REQUIRE(wins_needed(5, 5, 2.0 / 252) == 24);
  REQUIRE_FALSE(wins_needed(5, 5, 0.003));
}
