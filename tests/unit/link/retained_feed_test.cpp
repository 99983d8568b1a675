#include "hostile_network.hpp"

#include <loa/link/retained_feed.hpp>

namespace loa::link::test {

namespace {
entry of(std::uint64_t position, lane on = lane::ordinary, int expires = 100,
         std::string body = "text") {
  return {.position = position,
          .on = on,
          .expires = from_millis(expires),
          .body = body_of(std::move(body))};
}
} // namespace

TEST_CASE("a retained feed gives the next entry of a lane after a position") {
  retained_feed feed(3);
  feed.publish(of(1));
  feed.publish(of(2, lane::emergency));
  feed.publish(of(3));
  CHECK(feed.epoch() == 3);
  CHECK(feed.head() == lane_positions{3, 2});
  CHECK(feed.next_position() == 4);
  CHECK(feed.next(lane::ordinary, 0)->position == 1);
  CHECK(feed.next(lane::ordinary, 1)->position == 3);
  CHECK_FALSE(feed.next(lane::ordinary, 3));
  CHECK(feed.next(lane::emergency, 0)->position == 2);
}

TEST_CASE("a position is not used again after its entry was pruned") {
  retained_feed feed(1);
  feed.publish(of(1, lane::ordinary, 10));
  feed.publish(of(2, lane::ordinary, 30));
  feed.publish(of(3, lane::emergency, 20));
  CHECK(feed.prune(from_millis(20)) == std::vector<std::uint64_t>{1, 3});
  CHECK(feed.next(lane::ordinary, 0)->position == 2);
  CHECK(feed.prune(from_millis(30)) == std::vector<std::uint64_t>{2});
  CHECK(feed.size() == 0);
  CHECK(feed.cached_octets() == 0);
  CHECK(feed.next_position() == 4);
  CHECK_FALSE(feed.next(lane::ordinary, 0));
}

TEST_CASE("the bodies that a feed holds are bounded, and the others are loaded") {
  int loads = 0;
  retained_feed feed(
      1, {},
      [&](std::uint64_t position) {
        ++loads;
        return body_of(std::string(100, static_cast<char>('a' + position)));
      },
      250);
  for (std::uint64_t n = 1; n <= 10; ++n)
    feed.publish(of(n, lane::ordinary, 100, std::string(100, static_cast<char>('a' + n))));
  CHECK(feed.cached_octets() == 200);
  for (std::uint64_t n = 1; n <= 10; ++n)
    CHECK(feed.next(lane::ordinary, n - 1)->body->front() == static_cast<char>('a' + n));
  CHECK(feed.cached_octets() <= 250);
  CHECK(loads == 10);
  // What was read last is there without loading.
  (void)feed.next(lane::ordinary, 9);
  CHECK(loads == 10);
}

TEST_CASE("a body longer than the bound is held while it is the newest") {
  retained_feed feed(
      1, {}, [](std::uint64_t) -> shared_body { return nullptr; }, 10);
  feed.publish(of(1, lane::ordinary, 100, std::string(50, 'x')));
  CHECK(feed.next(lane::ordinary, 0)->body);
  feed.publish(of(2, lane::ordinary, 100, std::string(50, 'y')));
  CHECK_FALSE(feed.next(lane::ordinary, 0)->body);
  CHECK(feed.next(lane::ordinary, 1)->body);
  CHECK(feed.cached_octets() == 50);
}

} // namespace loa::link::test
