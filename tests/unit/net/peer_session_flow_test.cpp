#include "session_rig.hpp"

namespace loa::net::test {

namespace {

constexpr auto ordinary = envelope_lane::ordinary;
constexpr auto emergency = envelope_lane::emergency;

session_options small_window() {
  session_options o;
  o.window = 10'000;
  o.piece_octets = 1'000;
  o.most_message_octets = 50'000;
  o.queue_messages = 100;
  o.queue_octets = 60'000;
  return o;
}

struct flow : session_world {
  explicit flow(const session_options& options = small_window())
      : session_world(settings_of(cluster("hcmc").member("a")),
                      settings_of(cluster("hcmc").member("b")), options) {
    open();
  }
  [[nodiscard]] lane_figures at(const host& h, envelope_lane l) const {
    return h.session.figures().of(l);
  }
};

} // namespace

TEST_CASE("a host that does not consume stops its lane at the window, and nothing else") {
  flow w;
  w.b.consumes = false;
  for (int i = 0; i < 90; ++i) REQUIRE(w.send(w.a, ordinary, 1, bytes(500, 'o')));
  w.run_for(1s);
  const auto held = w.at(w.b, ordinary).octets_unread;
  CHECK(held <= 10'000);
  CHECK(held > 9'000);
  const auto stopped = w.b.got.size();
  CHECK(stopped < 20);
  CHECK(w.at(w.a, ordinary).messages_queued == 90 - stopped);
  CHECK(w.at(w.a, ordinary).stalls == 1);

  w.run_for(60s);
  CHECK(w.b.got.size() == stopped);
  CHECK((!w.a.ended && !w.b.ended));
  REQUIRE(w.send(w.a, emergency, 2, "storm"));
  REQUIRE(w.send(w.b, ordinary, 3, "the other way"));
  w.run_for(1s);
  CHECK(w.b.got.back().content == "storm");
  CHECK(w.a.got.back().content == "the other way");

  w.consume_all(w.b);
  w.b.consumes = true;
  w.run_for(1s);
  CHECK(w.b.got.size() == 91);
  CHECK(w.at(w.b, ordinary).octets_unread == 0);
}

TEST_CASE("a host that does not consume holds one long message and a window beside it") {
  flow w;
  w.b.consumes = false;
  REQUIRE(w.send(w.a, ordinary, 1, bytes(50'000, 'x')));
  w.run_for(1s);
  REQUIRE(w.b.got.size() == 1);
  REQUIRE(w.send(w.a, ordinary, 1, bytes(50'000, 'y')));
  w.run_for(10s);
  CHECK(w.b.got.size() == 1);
  CHECK(w.at(w.b, ordinary).octets_unread <= 10'000);
  CHECK(w.at(w.a, ordinary).messages_queued == 1);
  w.consume_all(w.b);
  w.run_for(1s);
  REQUIRE(w.b.got.size() == 2);
  CHECK(w.b.got[1].content == bytes(50'000, 'y'));
  w.consume_all(w.b);
  CHECK(w.at(w.b, ordinary).octets_unread == 0);
}

TEST_CASE("a slow host gets everything in the end, and never holds more than it should") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    flow w;
    w.b.consumes = false;
    seeded_random dice(seed);
    std::size_t sent = 0;
    std::size_t consumed = 0;
    for (int i = 0; i < 5'000; ++i) {
      const auto size = dice.chance(0.1) ? dice.below(40'000) : dice.below(200);
      if (sent < 300 && w.send(w.a, ordinary, 1, bytes(size, 'x'))) ++sent;
      w.run_for(1ms);
      std::size_t unread = 0;
      for (auto at = consumed; at < w.b.got.size(); ++at) unread += w.b.got[at].content.size();
      REQUIRE(unread <= 60'000);
      if (consumed < w.b.got.size() && dice.chance(0.3)) {
        auto& m = w.b.got[consumed++];
        w.b.session.consumed(m.lane, m.cost);
        w.flush(w.b);
      }
    }
    CHECK(sent == 300);
    CHECK(consumed == 300);
  }
}

TEST_CASE("a queue that is full refuses, counts it, and takes more when there is room") {
  flow w;
  w.b.consumes = false;
  std::size_t queued = 0;
  while (w.send(w.a, ordinary, 1, bytes(200, 'x'))) ++queued;
  const auto refused = w.send(w.a, ordinary, 1, "x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::too_many);
  CHECK(w.at(w.a, ordinary).messages_queued == 100);
  CHECK(w.at(w.a, ordinary).overflows == 2);
  CHECK(w.at(w.a, emergency).overflows == 0);
  REQUIRE(w.send(w.a, emergency, 1, "the other lane has room"));

  w.run_for(1s);
  w.consume_all(w.b);
  w.run_for(1s);
  REQUIRE(w.send(w.a, ordinary, 1, "again"));

  flow by_octets;
  by_octets.b.consumes = false;
  REQUIRE(by_octets.a.session.send(ordinary, 1, bytes(50'000, 'x')));
  REQUIRE(by_octets.a.session.send(ordinary, 1, bytes(10'000, 'x')));
  CHECK_FALSE(by_octets.a.session.send(ordinary, 1, bytes(1, 'x')));
  CHECK(by_octets.at(by_octets.a, ordinary).octets_queued == 60'000);
}

TEST_CASE("a queue that is empty takes one message however long it is") {
  auto o = small_window();
  o.queue_octets = 1'000;
  flow w(o);
  w.b.consumes = false;
  REQUIRE(w.a.session.send(ordinary, 1, bytes(50'000, 'x')));
  CHECK_FALSE(w.a.session.send(ordinary, 1, "x"));
  CHECK(w.at(w.a, ordinary).overflows == 1);
}

TEST_CASE("a slow line keeps both lanes within a window each") {
  flow w;
  w.most_delay = 300ms;
  for (int i = 0; i < 50; ++i) {
    (void)w.send(w.a, ordinary, 1, bytes(5'000, 'o'));
    (void)w.send(w.a, emergency, 1, bytes(5'000, 'e'));
    std::size_t under_way = 0;
    for (const auto& c : w.b.coming) under_way += c.second->size();
    // Heartbeats are beside it.
    REQUIRE(under_way <= 20'000 + 1'000);
    w.run_for(20ms);
  }
  w.run_for(60s);
  CHECK(w.at(w.a, ordinary).messages_queued == 0);
  CHECK(w.at(w.a, emergency).messages_queued == 0);
  CHECK_FALSE(w.a.ended);
}

TEST_CASE("a host that consumes more than it got grants no more than a window") {
  flow w;
  w.b.session.consumed(ordinary, 1'000'000);
  w.flush(w.b);
  for (int i = 0; i < 50; ++i) (void)w.send(w.a, ordinary, 1, bytes(1'000, 'x'));
  w.run_for(1s);
  CHECK((!w.a.ended && !w.b.ended));
}

} // namespace loa::net::test
