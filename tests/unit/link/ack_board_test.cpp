#include <loa/base/random.hpp>
#include <loa/link/ack_board.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <thread>

namespace loa::link::test {

namespace {
using drained = std::vector<std::tuple<std::uint32_t, lane, std::uint64_t>>;

drained drain(ack_board& board) {
  drained out;
  board.drain([&](std::uint32_t slot, lane l, std::uint64_t position) {
    out.emplace_back(slot, l, position);
  });
  return out;
}
} // namespace

TEST_CASE("a board gives each raised slot once, emergencies first, with its highest position") {
  ack_board board;
  board.reserve(1000);
  CHECK(board.acknowledge(3, lane::ordinary, 5));
  CHECK_FALSE(board.acknowledge(3, lane::ordinary, 7));
  CHECK_FALSE(board.acknowledge(3, lane::ordinary, 6));
  CHECK_FALSE(board.acknowledge(999, lane::emergency, 2));
  CHECK(board.at(3, lane::ordinary) == 7);
  CHECK(drain(board) == drained{{999, lane::emergency, 2}, {3, lane::ordinary, 7}});
  CHECK(drain(board).empty());
  // A position that is no news is no reason to wake the owner.
  CHECK_FALSE(board.acknowledge(3, lane::ordinary, 7));
  CHECK(drain(board).empty());
  CHECK(board.acknowledge(3, lane::ordinary, 8));
}

TEST_CASE("a slot without room on the board is ignored") {
  ack_board board;
  CHECK_FALSE(board.acknowledge(0, lane::ordinary, 1));
  board.reserve(1);
  CHECK(board.acknowledge(0, lane::ordinary, 1));
  CHECK_FALSE(board.acknowledge(0xffffffff, lane::ordinary, 1));
  CHECK(board.at(0xffffffff, lane::ordinary) == 0);
  board.reserve(100'000);
  CHECK(board.at(0, lane::ordinary) == 1);
  CHECK_FALSE(board.acknowledge(99'999, lane::ordinary, 1));
  CHECK(drain(board).size() == 2);
}

TEST_CASE("a board can give everything again") {
  ack_board board;
  board.reserve(300);
  board.acknowledge(1, lane::ordinary, 4);
  board.acknowledge(299, lane::emergency, 5);
  CHECK(drain(board).size() == 2);
  board.mark_all();
  CHECK(drain(board) == drained{{299, lane::emergency, 5}, {1, lane::ordinary, 4}});
}

TEST_CASE("no acknowledgement is lost while many threads raise and the owner drains and grows") {
  constexpr std::uint32_t slots = 2000;
  constexpr int writers = 4;
  ack_board board;
  board.reserve(slots / 2);
  std::atomic<int> running{writers};
  std::atomic<std::uint64_t> calls_to_owner{0};
  std::array<std::map<std::pair<std::uint32_t, lane>, std::uint64_t>, writers> highest;
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      seeded_random dice(static_cast<std::uint64_t>(w));
      for (std::uint64_t i = 1; i <= 60'000; ++i) {
        const auto slot = static_cast<std::uint32_t>(dice.below(slots / 2));
        const auto l = dice.chance(0.5) ? lane::emergency : lane::ordinary;
        const auto position = i / 8 + dice.below(5);
        auto& mine = highest[static_cast<std::size_t>(w)][{slot, l}];
        mine = std::max(mine, position);
        if (board.acknowledge(slot, l, position)) ++calls_to_owner;
      }
      --running;
    });
  std::map<std::pair<std::uint32_t, lane>, std::uint64_t> seen;
  bool only_upwards = true;
  std::uint64_t answered = 0;
  // The owner drains only when somebody has called him: a lost call would leave something behind.
  for (bool last = false; !last;) {
    last = running == 0;
    if (calls_to_owner == answered) continue;
    answered = calls_to_owner;
    board.reserve(slots);
    board.drain([&](std::uint32_t slot, lane l, std::uint64_t position) {
      auto& s = seen[{slot, l}];
      only_upwards &= position >= s;
      s = position;
    });
  }
  for (auto& t : threads) t.join();
  CHECK(only_upwards);
  std::map<std::pair<std::uint32_t, lane>, std::uint64_t> all;
  for (const auto& h : highest)
    for (const auto& [at, position] : h) all[at] = std::max(all[at], position);
  std::erase_if(all, [](const auto& x) { return x.second == 0; });
  CHECK(seen == all);
}

} // namespace loa::link::test
