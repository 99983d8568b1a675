#include <bench/report/scale.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using namespace loa::bench;

namespace {
std::vector<std::string> labels(const scale& s, std::size_t about) {
  std::vector<std::string> out;
  for (const auto& t : s.ticks(about)) out.push_back(t.label);
  return out;
}
} // namespace

TEST_CASE("on the percentile axis each further nine is as far as the one before it") {
  const auto s = scale::percentiles(0.9999, 0, 400);
  REQUIRE(s(0) == Approx(0));
  REQUIRE(s(0.9) == Approx(100));
  REQUIRE(s(0.99) == Approx(200));
  REQUIRE(s(0.9999) == Approx(400));
  REQUIRE(s(1) == Approx(400));
  REQUIRE(s.value_at(200) == Approx(0.99));
  REQUIRE(labels(s, 0) == std::vector<std::string>{"50", "90", "99", "99.9", "99.99"});
}

TEST_CASE("nothing is placed outside the ends, whatever the value is") {
  constexpr auto infinite = std::numeric_limits<double>::infinity();
  for (const auto& s : {scale::linear(0, 10, 50, 20), scale::logarithmic(1, 100, 50, 20),
                        scale::percentiles(0.99, 50, 20)})
    for (const double v : {-1e308, -1.0, 0.0, 0.5, 7.0, 1e308, infinite, -infinite, std::nan("")}) {
      CAPTURE(v);
      REQUIRE(s(v) >= 20);
      REQUIRE(s(v) <= 50);
    }
}

TEST_CASE("ends that are equal, in the wrong order or below 0 still make an axis") {
  REQUIRE(scale::linear(5, 5, 0, 1)(5) == Approx(0));
  REQUIRE(scale::linear(9, 5, 0, 1)(9) == Approx(0));
  REQUIRE(std::isfinite(scale::logarithmic(-3, 0, 0, 1)(1)));
  REQUIRE(std::isfinite(scale::linear(-1e308, 1e308, 0, 1)(0)));
}

TEST_CASE("ticks are round numbers within the ends") {
  REQUIRE(labels(scale::linear(0, 42, 0, 1), 4) == std::vector<std::string>{"0", "20", "40"});
  REQUIRE(labels(scale::linear(0, 0.07, 0, 1), 4) ==
          std::vector<std::string>{"0", "0.02", "0.04", "0.06"});
  REQUIRE(labels(scale::logarithmic(0.5, 100, 0, 1), 8) ==
          std::vector<std::string>{"0.5", "1", "2", "5", "10", "20", "50", "100"});
  REQUIRE(labels(scale::logarithmic(1e5, 1e7, 0, 1), 2).back() == "10\u202fM");
  const auto many = scale::logarithmic(1e-6, 1e12, 0, 1).ticks(5);
  REQUIRE(many.size() >= 3);
  REQUIRE(many.size() <= 6);
}

TEST_CASE("there are never many ticks, also where the values are absurd") {
  for (const auto& s :
       {scale::linear(0, 1e308, 0, 1), scale::linear(1e15, 1e15 + 1, 0, 1),
        scale::linear(1e17, 1e17 + 16, 0, 1), scale::logarithmic(1e-300, 1e300, 0, 1),
        scale::linear(-1e-300, 1e-300, 0, 1)})
    REQUIRE(s.ticks(6).size() <= 20);
}

TEST_CASE("rounding goes to the next of 1, 2 and 5") {
  REQUIRE(round_up(25.5) == Approx(50));
  REQUIRE(round_up(50) == Approx(50));
  REQUIRE(round_up(51) == Approx(100));
  REQUIRE(round_down(0.7) == Approx(0.5));
  REQUIRE(round_down(2) == Approx(2));
  REQUIRE(round_up(0) == 1);
}
