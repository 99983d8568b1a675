#include "load.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <random>

using namespace loa::system_test;
using namespace std::chrono_literals;

TEST_CASE("kill -9 under load loses nothing that was answered and doubles nothing repeated") {
  city c;
  std::vector<exchange> all;
  std::minstd_rand random(20'251);
  for (unsigned round = 0; round < 4; ++round) {
    c.start();
    const auto moment = 20 + static_cast<unsigned>(random() % 80);
    INFO("round " << round << ", killed at answer " << moment);
    std::ranges::move(load_until(c, SIGKILL, moment, round), std::back_inserter(all));
    REQUIRE(c.node().ended_within(10s) == -SIGKILL);
    c.start();
    all_is_there_once(c, all);
  }
}

TEST_CASE("SIGTERM under load drains: exit code 0 in time, and all that was answered is kept") {
  city c;
  c.start();
  auto all = load_until(c, SIGTERM, 60, 77);
  REQUIRE(c.node().ended_within(20s) == 0);
  c.start();
  all_is_there_once(c, all);
}
