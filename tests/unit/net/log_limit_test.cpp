#include <loa/net/internal/log_limit.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace loa::net;
using namespace std::chrono_literals;

TEST_CASE("an address is logged once a minute, and what was left out is counted") {
  log_limit limit;
  const instant t(1h);
  CHECK(limit.allows("a", t));
  CHECK_FALSE(limit.allows("a", t + 1ms));
  CHECK(limit.allows("b", t + 2ms));
  CHECK_FALSE(limit.allows("a", t + 59'999ms));
  CHECK(limit.allows("a", t + 60s));
  CHECK(limit.take_left_out() == 2);
  CHECK(limit.take_left_out() == 0);
}

TEST_CASE("however many addresses there are, only so many are remembered and logged a minute") {
  log_limit limit;
  const instant t(1h);
  std::size_t allowed = 0;
  for (int i = 0; i < 10'000; ++i)
    if (limit.allows(std::to_string(i), t)) ++allowed;
  CHECK(allowed == log_limit::most_addresses);
  CHECK(limit.take_left_out() == 10'000 - allowed);
  CHECK(limit.allows("new", t + log_limit::pause));
}
