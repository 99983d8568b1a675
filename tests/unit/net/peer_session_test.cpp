#include "session_rig.hpp"

#include <algorithm>

namespace loa::net::test {

namespace {

constexpr auto ordinary = envelope_lane::ordinary;
constexpr auto emergency = envelope_lane::emergency;

struct pair_of_settings {
  cluster hcmc{"hcmc"};
  handshake_settings a = settings_of(hcmc.member("a"), 11);
  handshake_settings b = settings_of(hcmc.member("b"), 12);
};

const pair_of_settings& two() {
  static const pair_of_settings p;
  return p;
}

} // namespace

TEST_CASE("two nodes prove themselves, and each host is told whom it talks to, once") {
  session_world w(two().a, two().b);
  w.open();
  CHECK(w.a.up->role == handshake_role::initiator);
  CHECK(w.b.up->role == handshake_role::responder);
  CHECK(w.a.up->peer == two().b.who.id());
  CHECK(w.b.up->peer == two().a.who.id());
  CHECK(w.a.up->peer_incarnation == 12);
  CHECK(w.b.up->peer_incarnation == 11);
  CHECK(w.a.up->version == 1);
  CHECK(w.a.up->peer_documents == two().b.documents);
  CHECK((w.a.session.is_up() && w.b.session.is_up()));
  CHECK(w.a.session.figures().up_since == w.b.session.figures().up_since);
  w.run_for(60s);
  CHECK((!w.a.ended && !w.b.ended));
}

TEST_CASE("who was called is up only when the caller shows that it was accepted") {
  session_world w(two().a, two().b);
  w.on_the_way = [&](const session_world::host& to, bytes& chunk) {
    // The verdict is the responder's second message.
    if (&to != &w.a || w.b.chunks != 2) return;
    chunk.clear();
    w.a.stands_still = true;
  };
  w.start();
  w.run_for(1s);
  CHECK((!w.a.up && !w.b.up));
  CHECK_FALSE(w.b.session.is_up());
  CHECK(w.b.session.send(ordinary, 1, "too early").error().code == errc::unavailable);
  w.run_for(10s);
  CHECK((!w.a.up && !w.b.up));
  CHECK(w.b.ended->end == session_end::too_slow);
}

TEST_CASE("what is sent on both lanes comes once and in the order of its lane, however it is cut") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    session_options options;
    options.window = 20'000;
    options.piece_octets = 3'000;
    options.chunk_octets = 5'000;
    session_world w(two().a, two().b, options, seed);
    w.cuts = true;
    w.most_delay = 20ms;
    w.open();
    seeded_random dice(seed + 100);
    // By sender and lane.
    std::vector<peer_message> sent[2][2];
    for (int i = 0; i < 400; ++i) {
      const auto from = dice.below(2);
      const auto lane = static_cast<envelope_lane>(dice.below(2));
      const auto size = dice.chance(0.05) ? dice.below(60'000) : dice.below(300);
      const auto kind = static_cast<std::uint16_t>(dice.below(65'536));
      peer_message m{lane, kind, bytes(size, static_cast<char>(dice.below(256)))};
      auto& h = from == 0 ? w.a : w.b;
      REQUIRE(h.session.send(lane, kind, m.content));
      sent[from][static_cast<std::size_t>(lane)].push_back(std::move(m));
      if (dice.chance(0.3)) w.flush(h);
      if (dice.chance(0.2)) w.run_for(duration(dice.below(10)));
    }
    w.flush(w.a);
    w.flush(w.b);
    w.run_for(10s);
    REQUIRE((!w.a.ended && !w.b.ended));
    for (std::size_t from : {0U, 1U})
      for (const auto lane : {ordinary, emergency}) {
        const auto& was_sent = sent[from][static_cast<std::size_t>(lane)];
        std::vector<peer_message> came;
        for (const auto& m : (from == 0 ? w.b : w.a).got)
          if (m.lane == lane) came.push_back(m);
        REQUIRE(came.size() == was_sent.size());
        REQUIRE(std::ranges::equal(came, was_sent, [](const auto& x, const auto& y) {
          return x.kind == y.kind && x.content == y.content;
        }));
        const auto figures = (from == 0 ? w.a : w.b).session.figures().of(lane);
        REQUIRE(figures.messages_sent == was_sent.size());
        REQUIRE(figures.messages_queued == 0);
        const auto there = (from == 0 ? w.b : w.a).session.figures().of(lane);
        REQUIRE(there.messages_received == was_sent.size());
        REQUIRE(there.octets_received == figures.octets_sent);
        REQUIRE(there.octets_unread == 0);
      }
  }
}

TEST_CASE("an emergency overtakes a long ordinary message that is under way") {
  session_world w(two().a, two().b);
  w.open();
  const auto window = session_options{}.window;
  REQUIRE(w.send(w.a, ordinary, 1, bytes(4 << 20, 'b')));
  REQUIRE(w.send(w.a, ordinary, 2, "behind it"));
  REQUIRE(w.send(w.a, emergency, 3, "storm"));
  REQUIRE(w.b.got.empty());
  w.run_for(1s);
  REQUIRE(w.b.got.size() == 3);
  CHECK(w.b.got[0].content == "storm");
  CHECK(w.b.got[1].content.size() == 4 << 20);
  CHECK(w.b.got[2].content == "behind it");

  // What it waits for is what was given to the line before it.
  w.b.got.clear();
  REQUIRE(w.send(w.a, ordinary, 1, bytes(4 << 20, 'b')));
  std::size_t before = 0;
  for (const auto& c : w.b.coming) before += c.second->size();
  CHECK(before <= window);
  REQUIRE(w.send(w.a, emergency, 3, "storm"));
  CHECK(w.b.coming.back().second->find("storm") != bytes::npos);
}

TEST_CASE("also within one step emergencies leave first") {
  session_world w(two().a, two().b);
  w.open();
  REQUIRE(w.a.session.send(ordinary, 1, "first"));
  REQUIRE(w.a.session.send(emergency, 1, "storm"));
  w.flush(w.a);
  w.run_for(1s);
  REQUIRE(w.b.got.size() == 2);
  CHECK(w.b.got[0].content == "storm");
}

TEST_CASE("small messages of one step share envelopes, and those share a chunk") {
  session_world w(two().a, two().b);
  w.open();
  const auto chunks = w.a.chunks;
  const auto before = w.a.session.figures().octets_sent;
  for (int i = 0; i < 100; ++i) REQUIRE(w.a.session.send(ordinary, 1, bytes(100, 'x')));
  w.flush(w.a);
  CHECK(w.a.chunks == chunks + 1);
  CHECK(w.a.session.figures().octets_sent - before < 100 * 110);
  w.run_for(100ms);
  CHECK(w.b.got.size() == 100);
}

TEST_CASE("no chunk is longer than a line carries, whatever the options say") {
  session_options options;
  options.chunk_octets = options.piece_octets = SIZE_MAX;
  options.window = 64U << 20;
  session_world w(two().a, two().b, options);
  w.open();
  REQUIRE(w.send(w.a, ordinary, 1, bytes(16 << 20, 'b')));
  REQUIRE(w.send(w.b, emergency, 1, bytes(16 << 20, 'b')));
  w.run_for(1s);
  REQUIRE((w.a.got.size() == 1 && w.b.got.size() == 1));
  CHECK(std::max(w.a.longest_chunk, w.b.longest_chunk) <= std::size_t{1} << 20);
}

TEST_CASE("a message without content and the longest one come, and a longer one is refused") {
  session_options options;
  options.most_message_octets = 100'000;
  session_world w(two().a, two().b, options);
  w.open();
  REQUIRE(w.send(w.a, ordinary, 7, ""));
  REQUIRE(w.send(w.a, ordinary, 8, bytes(100'000, 'x')));
  const auto too_long = w.send(w.a, ordinary, 9, bytes(100'001, 'x'));
  REQUIRE_FALSE(too_long);
  CHECK(too_long.error().code == errc::too_large);
  w.run_for(1s);
  REQUIRE(w.b.got.size() == 2);
  CHECK((w.b.got[0].kind == 7 && w.b.got[0].content.empty()));
  CHECK((w.b.got[1].kind == 8 && w.b.got[1].content.size() == 100'000));
}

TEST_CASE("messages of every length around the cuts come whole") {
  session_options options;
  options.window = 4'000;
  options.piece_octets = 100;
  session_world w(two().a, two().b, options);
  w.open();
  for (std::size_t size = 0; size < 420; ++size)
    REQUIRE(w.send(w.a, ordinary, 1, bytes(size, static_cast<char>(size))));
  w.run_for(1s);
  REQUIRE(w.b.got.size() == 420);
  for (std::size_t size = 0; size < 420; ++size)
    REQUIRE(w.b.got[size].content == bytes(size, static_cast<char>(size)));
}

TEST_CASE("heartbeats go out while nothing else does and while much does") {
  session_world w(two().a, two().b);
  w.open();
  const auto beats = [&] { return w.b.session.figures().heartbeats_received; };
  const auto before = beats();
  w.run_for(10s);
  CHECK(beats() - before == 10);
  const auto idle = beats();
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE(w.send(w.a, ordinary, 1, "busy"));
    w.run_for(10ms);
  }
  CHECK(beats() - idle == 10);
  CHECK(w.a.session.figures().heartbeats_sent == beats());
}

TEST_CASE("a session does nothing before it is started, and starts once") {
  session_world w(two().a, two().b);
  auto& s = w.a.session;
  CHECK(s.take("LOA-HS", w.now, w.wall).to_send.empty());
  CHECK(s.tick(w.now).to_send.empty());
  CHECK(s.flush(w.now).to_send.empty());
  CHECK_FALSE(s.send(ordinary, 1, "x"));
  CHECK(s.start(w.now).to_send.size() == 1);
  CHECK(s.start(w.now).to_send.empty());
}

TEST_CASE("a session that is idle or moved goes on") {
  session_world w(two().a, two().b);
  w.open();
  auto moved = std::move(w.a.session);
  w.a.session = std::move(moved);
  w.run_for(1h);
  REQUIRE(w.send(w.a, emergency, 1, "still there"));
  w.run_for(1s);
  CHECK(w.b.got.size() == 1);
}

} // namespace loa::net::test
