#include <loa/base/random.hpp>
#include <loa/net/failure_detector.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace std::chrono_literals;
using net::failure_detector;

namespace {

const instant start{1'000'000ms};

/// Hears heartbeats a second apart, `spread` to either side; the time of the last.
instant hear(failure_detector& d, instant now, int count, seeded_random& dice, int spread) {
  for (int i = 0; i < count; ++i) {
    now += 1'000ms +
           duration(static_cast<int>(dice.below(static_cast<unsigned>(2 * spread + 1))) - spread);
    d.heard(now);
  }
  return now;
}

} // namespace

TEST_CASE("nobody is suspected before the first sign of life") {
  failure_detector d;
  CHECK_FALSE(d.deadline());
  CHECK_FALSE(d.suspects(start + 24h));
  CHECK(d.phi(start + 24h) == 0);
}

TEST_CASE("suspicion grows with silence, and a sign of life ends it") {
  failure_detector d;
  seeded_random dice(1);
  auto now = hear(d, start, 50, dice, 50);
  double before = 0;
  for (int s = 1; s < 60; ++s) {
    const auto phi = d.phi(now + std::chrono::seconds(s));
    CHECK(phi >= before);
    before = phi;
  }
  CHECK(d.suspects(now + 60s));
  d.heard(now + 60s);
  CHECK_FALSE(d.suspects(now + 60s));
}

TEST_CASE("the deadline is when phi reaches the threshold") {
  for (double threshold : {1.0, 3.0, 8.0, 12.0, 400.0}) {
    INFO(threshold);
    net::failure_detector_options o;
    o.threshold = threshold;
    failure_detector d(o);
    seeded_random dice(2);
    hear(d, start, 200, dice, 300);
    const auto then = *d.deadline();
    CHECK(d.phi(then) >= threshold);
    CHECK(d.phi(then - 3ms) < threshold);
    CHECK(d.suspects(then));
    CHECK_FALSE(d.suspects(then - 1ms));
  }
}

TEST_CASE("a peer that was irregular is given more time than a regular one") {
  seeded_random dice(3);
  failure_detector regular;
  failure_detector irregular;
  const auto a = hear(regular, start, 200, dice, 10);
  const auto b = hear(irregular, start, 200, dice, 900);
  CHECK(*irregular.deadline() - b > *regular.deadline() - a + 1s);
}

TEST_CASE("however regular the heartbeats, a busy machine is not given up for a short pause") {
  failure_detector d;
  seeded_random dice(4);
  const auto now = hear(d, start, 1'000, dice, 0);
  CHECK_FALSE(d.suspects(now + 3s));
  CHECK(d.suspects(now + 5s));
}

TEST_CASE("other traffic shows that a peer lives, and not how regular its heartbeats are") {
  seeded_random dice(8);
  failure_detector quiet;
  failure_detector busy;
  const auto now = hear(quiet, start, 200, dice, 100);
  seeded_random same(8);
  auto then = start;
  for (int i = 0; i < 200; ++i) {
    for (int piece = 1; piece < 10; ++piece) busy.seen(then + piece * 10ms);
    then = hear(busy, then, 1, same, 100);
  }
  REQUIRE(then == now);
  CHECK(quiet.deadline() == busy.deadline());
  busy.seen(now + 2s);
  CHECK(*busy.deadline() == *quiet.deadline() + 2s);
  CHECK(busy.phi(now + 4s) < quiet.phi(now + 4s));
}

TEST_CASE("in a million heartbeats of a live peer none makes it suspected") {
  failure_detector d;
  seeded_random dice(5);
  auto now = start;
  d.heard(now);
  int suspected = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    now += 500ms + duration(static_cast<int>(dice.below(1'001)));
    suspected += d.suspects(now) ? 1 : 0;
    d.heard(now);
  }
  CHECK(suspected == 0);
}

TEST_CASE("only the last intervals count") {
  net::failure_detector_options o;
  o.samples = 16;
  failure_detector d(o);
  seeded_random dice(6);
  auto now = hear(d, start, 100, dice, 950);
  const auto wide = *d.deadline() - now;
  now = hear(d, now, 16, dice, 5);
  CHECK(*d.deadline() - now < wide - 500ms);
}

TEST_CASE("a new connection begins with what is expected, not with what was") {
  failure_detector d;
  failure_detector fresh;
  seeded_random dice(7);
  hear(d, start, 100, dice, 900);
  d.reset();
  CHECK_FALSE(d.deadline());
  d.heard(start);
  fresh.heard(start);
  CHECK(d.deadline() == fresh.deadline());
}

TEST_CASE("a clock that stands still or repeats does not break the detector") {
  failure_detector d;
  for (int i = 0; i < 500; ++i) d.heard(start);
  CHECK_FALSE(d.suspects(start));
  CHECK(d.suspects(start + 1h));
}
