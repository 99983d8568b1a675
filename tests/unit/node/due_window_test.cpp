#include <loa/node/internal/due_window.hpp>

#include <catch2/catch.hpp>

#include <deque>
#include <set>

using namespace loa;
using namespace loa::node;
using namespace std::chrono_literals;

namespace {

bytes key_of(int n) {
  return "reminder " + std::to_string(n);
}

/// Reminders that are due, and a node that needs some time for each turn.
struct table {
  due_window window;
  std::set<int> due;
  std::vector<int> under_way;
  instant now{std::chrono::hours(1)};
  std::size_t most_under_way = 0;

  /// What the actor does when it looks; how many it told.
  std::size_t look() {
    window.look(now);
    const auto room = window.room(now);
    std::size_t told = 0;
    for (const auto n : due) {
      if (window.knows(key_of(n))) continue;
      if (told == room) {
        window.looked(true);
        return told;
      }
      window.told(key_of(n), now);
      under_way.push_back(n);
      most_under_way = std::max(most_under_way, window.under_way());
      ++told;
    }
    window.looked(false);
    return told;
  }
  /// All that are under way are done; true if a turn has ended.
  bool all_done() {
    bool ended = false;
    for (const auto n : std::exchange(under_way, {})) {
      due.erase(n);
      ended = window.answered(key_of(n), true, now);
    }
    return ended;
  }
};

} // namespace

TEST_CASE("a few reminders that are due are told at once, without a pause") {
  table t;
  const auto few = static_cast<int>(max_due_reminders.value());
  for (int n = 0; n < few; ++n) {
    t.due.insert(n);
    CHECK(t.look() == 1);
    t.now += 1ms;
  }
  CHECK(t.window.under_way() == max_due_reminders.value());
  CHECK_FALSE(t.window.backlog());
  CHECK_FALSE(t.all_done());
  CHECK(t.window.remembered() == 0);
  CHECK_FALSE(t.window.next_turn());
}

TEST_CASE("of a backlog no more are under way than the limit says, and each is told once") {
  table t;
  for (int n = 0; n < 10'000; ++n) t.due.insert(n);
  std::size_t told = 0;
  while (!t.due.empty()) {
    told += t.look();
    t.now += 4ms;
    CHECK(t.look() == 0); // a look between changes nothing
    if (t.all_done()) t.now = std::max(t.now, *t.window.next_turn());
  }
  CHECK(told == 10'000);
  CHECK(t.most_under_way == max_due_reminders.usual());
}

TEST_CASE("a backlog has a third of the time, and what comes when it is over none to wait for") {
  table t;
  for (int n = 0; n < 5'000; ++n) t.due.insert(n);
  const auto began = t.now;
  duration worked{0};
  while (!t.due.empty()) {
    t.look();
    t.now += 7ms;
    worked += 7ms;
    if (!t.all_done()) break;
    REQUIRE(t.window.room(t.now) == 0);
    t.now = *t.window.next_turn();
  }
  CHECK(t.due.empty());
  CHECK(duration(t.now - began) >= 3 * worked - 14ms);
  CHECK(duration(t.now - began) <= 3 * worked);
  t.due.insert(1);
  CHECK(t.look() == 1);
}

TEST_CASE("a turn that took long is followed by a pause of a second at most") {
  table t;
  for (int n = 0; n < 5'000; ++n) t.due.insert(n);
  t.look();
  t.now += 1500ms;
  REQUIRE(t.all_done());
  CHECK(*t.window.next_turn() == t.now + 1s);
}

TEST_CASE("entities that never answer do not hold up the others, and are told again later") {
  table t;
  for (int n = 0; n < 1'000; ++n) t.due.insert(n);
  const auto first = t.look();
  REQUIRE(first == max_due_reminders.usual());
  t.now += 1999ms;
  CHECK(t.look() == 0);
  t.now += 1ms;
  CHECK(t.look() == 0); // the pause
  t.now += 1s;
  CHECK(t.look() == first);
  CHECK(t.window.knows(key_of(0)));
  t.now += 27s;
  t.window.look(t.now);
  CHECK_FALSE(t.window.knows(key_of(0)));
  CHECK(t.window.knows(key_of(static_cast<int>(first))));
}

TEST_CASE("what could not be done is told again after half a minute and not before") {
  table t;
  t.due.insert(7);
  REQUIRE(t.look() == 1);
  CHECK_FALSE(t.window.answered(key_of(7), false, t.now));
  CHECK(t.window.under_way() == 0);
  t.now += 29s;
  CHECK(t.look() == 0);
  CHECK_FALSE(t.window.backlog());
  t.now += 1s;
  CHECK(t.look() == 1);
}

TEST_CASE("where nothing can be done, what is remembered is bounded") {
  table t;
  for (int n = 0; n < 20'000; ++n) t.due.insert(n);
  for (int turn = 0; turn < 400; ++turn) {
    t.look();
    for (const auto n : std::exchange(t.under_way, {}))
      static_cast<void>(t.window.answered(key_of(n), false, t.now));
  }
  CHECK(t.window.remembered() == max_told_reminders.usual());
  CHECK(t.window.room(t.now + 1s) == 0);
  t.now += 30s;
  t.window.look(t.now);
  CHECK(t.window.room(t.now) > 0);
}
