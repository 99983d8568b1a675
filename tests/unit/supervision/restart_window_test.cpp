#include <loa/supervision/restart_window.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace loa::supervision;
using namespace std::chrono_literals;

namespace {

/// Notes restarts at these instants one after the other; true for each that was within the limit.
std::vector<bool> note_all(const std::vector<duration>& instants, const restart_limit& limit) {
  std::vector<bool> out;
  restart_window window;
  for (auto t : instants) {
    window = note_restart(window.restarts, t, limit);
    out.push_back(window.within_limit);
  }
  return out;
}

} // namespace

TEST_CASE("as many restarts as intensity says are allowed within a period, and one more is not") {
  REQUIRE(note_all({1s, 1s, 1s, 1s}, {3, 5s}) == std::vector{true, true, true, false});
}

TEST_CASE("an intensity of zero allows no restart at all") {
  REQUIRE(note_all({1h}, {0, 5s}) == std::vector{false});
}

TEST_CASE("a restart exactly one period ago still counts, and a millisecond later it does not") {
  REQUIRE(note_all({0s, 5s}, {1, 5s}) == std::vector{true, false});
  REQUIRE(note_all({0ms, 5001ms}, {1, 5s}) == std::vector{true, true});
}

TEST_CASE("the window slides: a steady pace just below the limit goes on for ever") {
  std::vector<duration> instants;
  for (int i = 0; i < 1000; ++i) instants.push_back(i * 2501ms);
  auto verdicts = note_all(instants, {2, 5s});
  REQUIRE(std::count(verdicts.begin(), verdicts.end(), false) == 0);
}

TEST_CASE("the window remembers no more than it needs") {
  restart_window window;
  for (int i = 0; i < 1000; ++i) {
    window = note_restart(window.restarts, i * 2501ms, {2, 5s});
    REQUIRE(window.restarts.size() <= 3);
  }
}

TEST_CASE("a period without end never forgets and never overflows") {
  REQUIRE(note_all({0ms, duration::max()}, {1, duration::max()}) == std::vector{true, false});
}
