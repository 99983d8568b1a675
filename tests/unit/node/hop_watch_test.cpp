#include <loa/node/internal/hop_watch.hpp>
#include <loa/node/internal/node_messages.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace loa::node;
using namespace std::chrono_literals;

namespace {

/// A relay's frame as it was before it named a time.
struct frame_before {
  static constexpr wire::type_tag tag{"loa.node.relay_frame", 1};
  name feed;
  wire::octets message;
  std::vector<carried_body> bodies;
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f("message", self.message);
    f.optional("bodies", self.bodies);
  }
};

const auto feed = *name::parse("unit/79");

struct arrivals {
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  metric_registry metrics;
  hop_watch watch{metrics};

  histogram::reading read(const char* lane) {
    return metrics.get_histogram("loa_hop_seconds", "", {{"lane", lane}}).read();
  }
  std::uint64_t count(const char* lane) {
    std::uint64_t all = 0;
    for (const auto n : read(lane).counts) all += n;
    return all;
  }
  std::uint64_t ahead() { return metrics.get_counter("loa_hop_clock_ahead_total", "").value(); }
};

constexpr auto emergency = net::envelope_lane::emergency;
constexpr auto ordinary = net::envelope_lane::ordinary;

} // namespace

TEST_CASE("a frame without a time of sending, as before there was one, is read and says none") {
  const auto before = wire::encode_record(frame_before{feed, {bytes("m")}, {{1, {{"b"}}}}});
  auto read = decode_node_message(before);
  REQUIRE(read);
  CHECK(std::get<carried_relay_frame>(*read).sent == 0);
  CHECK(encode(*read) == before); // and where nothing is said it costs nothing
}

TEST_CASE("a reader that knows no time of sending reads a frame that has one") {
  const carried_relay_frame f{feed, false, {bytes("m")}, {{1, {{"b"}}}}, {}, 1'790'000'000'000'000};
  const auto read = wire::decode_record<std::variant<frame_before>>(encode(f));
  REQUIRE(read);
  CHECK(std::get<0>(*read).bodies == f.bodies);
  const auto again = decode_node_message(encode(f));
  REQUIRE(again);
  CHECK(std::get<carried_relay_frame>(*again).sent == f.sent);
}

TEST_CASE("entries count for as long as they were under way, in their lane") {
  arrivals a;
  const auto sent = sending_time_of(a.clock);
  a.clock.advance(250ms);
  a.watch.came(emergency, 1, sent, a.clock);
  a.watch.came(ordinary, 3, sent, a.clock);
  CHECK(a.count("emergency") == 1);
  CHECK(a.count("ordinary") == 3);
  CHECK(a.read("emergency").sum == Approx(0.25));
  CHECK(a.read("ordinary").sum == Approx(0.75));
  CHECK(a.ahead() == 0);
}

TEST_CASE("who says no time of sending counts nowhere") {
  arrivals a;
  a.watch.came(ordinary, 5, 0, a.clock);
  CHECK(a.count("ordinary") == 0);
}

TEST_CASE("a sender whose clock is ahead counts as no time under way, and beside") {
  arrivals a;
  const auto now = sending_time_of(a.clock);
  a.watch.came(ordinary, 2, now + 1, a.clock);
  a.watch.came(ordinary, 1, ~sending_time{0}, a.clock);
  CHECK(a.read("ordinary").counts.front() == 3);
  CHECK(a.read("ordinary").sum == 0);
  CHECK(a.ahead() == 3);
}

TEST_CASE(
    "a time of sending long ago counts as longer than any bound and adds nothing to the sum") {
  arrivals a;
  a.watch.came(ordinary, 1, 1, a.clock);
  CHECK(a.read("ordinary").counts.back() == 1);
  CHECK(a.read("ordinary").sum == 0);
}

TEST_CASE("there are ten bounds for each power of ten from 50 microseconds to ten seconds") {
  arrivals a;
  const auto bounds = a.read("ordinary").bounds;
  CHECK(bounds.front() == Approx(50e-6));
  CHECK(bounds.back() == 10);
  for (std::size_t i = 1; i < bounds.size(); ++i) {
    INFO(i);
    CHECK(bounds[i] > bounds[i - 1]);
    CHECK(bounds[i] <= bounds[i - 1] * 1.27);
  }
}
