#include <loa/base/random.hpp>
#include <loa/net/credit.hpp>

#include <catch2/catch.hpp>

#include <deque>

using namespace loa;
using net::credit_to_grant;
using net::credit_to_spend;

TEST_CASE("no more than a window is under way, and all that is granted can be sent") {
  credit_to_spend out(1'000);
  CHECK(out.spend(600));
  CHECK_FALSE(out.spend(401));
  CHECK(out.left() == 400);
  CHECK(out.spend(400));
  CHECK_FALSE(out.spend(1));
  CHECK(out.granted(1'500, 1'000));
  CHECK(out.left() == 500);
}

TEST_CASE("a grant that comes twice or late takes nothing back") {
  credit_to_spend out(1'000);
  REQUIRE(out.spend(1'000));
  REQUIRE(out.granted(2'000, 1'000));
  REQUIRE(out.granted(1'500, 1'000));
  CHECK(out.left() == 1'000);
}

TEST_CASE("a grant beyond a window is refused") {
  credit_to_spend out(1'000);
  REQUIRE(out.spend(1'000));
  CHECK_FALSE(out.granted(2'001, 1'000));
  CHECK_FALSE(out.granted(UINT64_MAX, 1'000));
  CHECK(out.left() == 0);
}

TEST_CASE("who sends more than was granted is noticed") {
  credit_to_grant in(1'000);
  CHECK(in.received(1'000));
  CHECK_FALSE(in.received(1));
  in.consumed(1'000);
  REQUIRE(in.grant());
  CHECK(in.received(1'000));
}

TEST_CASE("a grant is worth a message only when half a window is free") {
  credit_to_grant in(1'000);
  REQUIRE(in.received(499));
  in.consumed(499);
  CHECK_FALSE(in.grant());
  REQUIRE(in.received(1));
  in.consumed(1);
  CHECK(in.grant() == 1'500);
  CHECK_FALSE(in.grant());
}

TEST_CASE("a slow reader never holds more than a window, and a stream always goes on") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    seeded_random dice(seed);
    credit_to_spend out(1'000);
    credit_to_grant in(1'000);
    std::deque<std::uint64_t> held;
    std::uint64_t held_octets = 0;
    std::uint64_t sent = 0;
    std::uint64_t idle = 0;
    while (sent < 100'000 && idle < 10'000) {
      const auto size = 1 + dice.below(400);
      ++idle;
      if (out.spend(size)) {
        REQUIRE(in.received(size));
        held.push_back(size);
        held_octets += size;
        sent += size;
        idle = 0;
        REQUIRE(held_octets <= 1'000);
      }
      if (!held.empty() && dice.chance(0.5)) {
        in.consumed(held.front());
        held_octets -= held.front();
        held.pop_front();
      }
      if (const auto total = in.grant()) REQUIRE(out.granted(*total, 1'000));
    }
    CHECK(sent >= 100'000);
  }
}
