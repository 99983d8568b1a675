#include "session_rig.hpp"

#include <algorithm>

namespace loa::net::test {

namespace {

constexpr auto ordinary = envelope_lane::ordinary;
constexpr auto emergency = envelope_lane::emergency;

/// A world of two members of a cluster.
struct city : session_world {
  explicit city(const session_options& options = {}, std::uint64_t seed = 1)
      : session_world(settings_of(cluster("hcmc").member("a")),
                      settings_of(cluster("hcmc").member("b")), options, seed) {}
};

/// How the two ends of a conversation that must fail see it.
void check_refused(const handshake_settings& a, const handshake_settings& b, refusal reason,
                   session_end at_a, session_end at_b, instant wall = today) {
  session_world w(a, b);
  w.cuts = true;
  w.wall = wall;
  w.start();
  w.run_for(1s);
  INFO(to_string(reason));
  REQUIRE((w.a.ended && w.b.ended));
  CHECK((!w.a.up && !w.b.up));
  for (const auto* h : {&w.a, &w.b}) {
    CHECK(h->ended->reason == reason);
    CHECK(h->ended->label == to_string(reason));
    CHECK_FALSE(h->ended->detail.empty());
  }
  CHECK(w.a.ended->end == at_a);
  CHECK(w.b.ended->end == at_b);
}

} // namespace

TEST_CASE("each refusal is known on both sides with its reason, and whether it is proved") {
  cluster hcmc("hcmc");
  cluster others("hcmc", 99);
  const auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  // The one who calls judges first, and cannot prove to be the one who refuses.
  const auto caller = [&](const auto& x, const auto& y, refusal r, instant wall = today) {
    check_refused(x, y, r, session_end::refused, session_end::seems_refused, wall);
  };
  // The one who is called proves it.
  const auto called = [&](const auto& x, const auto& y, refusal r, instant wall = today) {
    check_refused(x, y, r, session_end::was_refused, session_end::refused, wall);
  };
  caller(a, settings_of(others.member("b")), refusal::other_authority);
  caller(a, settings_of(hcmc.foreigner("hue", "b")), refusal::other_cluster);
  caller(a, settings_of(hcmc.member("a")), refusal::own_name);
  auto calls_c = a;
  calls_c.expected = "elsewhere";
  caller(calls_c, b, refusal::another_node);

  const auto expires = hcmc.as_identity(*issue(hcmc.ca(), {"hcmc", "x"}, {today, 1h}, hcmc.dice()));
  called(settings_of(expires), b, refusal::expired, today + 2h);
  caller(a, settings_of(expires), refusal::expired, today + 2h);
  const auto begins =
      hcmc.as_identity(*issue(hcmc.ca(), {"hcmc", "x"}, {today + 1h, year}, hcmc.dice()));
  called(settings_of(begins), b, refusal::not_yet_valid);

  auto newer = a;
  newer.versions = {2, 3};
  check_refused(newer, b, refusal::no_common_version, session_end::seems_refused,
                session_end::refused);
  auto nonsense = a;
  nonsense.versions = {3, 2};
  session_world w(nonsense, b);
  w.start();
  CHECK(w.a.ended->end == session_end::refused);
}

TEST_CASE("a refusal for want of a common version says what the other side speaks") {
  cluster hcmc("hcmc");
  auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  b.versions = {4, 5};
  session_world w(a, b);
  w.start();
  w.run_for(1s);
  CHECK(w.a.ended->detail.find("4 to 5") != std::string::npos);
}

TEST_CASE("what is no handshake is refused at its first octets, and told so") {
  for (const auto& octets : {bytes("G"), bytes("GET / HTTP/1.1\r\n\r\n"),
                             bytes("LOA-HS\1\xff\xff\xff"), bytes("LOA-HS\7\0\0\0", 10)}) {
    city w;
    w.start();
    const auto out = w.b.session.take(octets, w.now, w.wall);
    REQUIRE(out.ended);
    CHECK(out.ended->end == session_end::refused);
    CHECK((out.ended->label == "malformed" || out.ended->label == "too_long"));
    REQUIRE(out.to_send.size() == 1);
    CHECK(out.to_send[0].starts_with("LOA-HS\5"));
  }
}

TEST_CASE("a caller that cannot read that it was accepted says so, and the called one knows") {
  city w;
  w.on_the_way = [&](const session_world::host& to, bytes& chunk) {
    if (&to == &w.a && w.b.chunks == 2) chunk.back() = static_cast<char>(chunk.back() ^ 1);
  };
  w.start();
  w.run_for(1s);
  CHECK(w.a.ended->end == session_end::refused);
  CHECK(w.a.ended->reason == refusal::not_opened);
  CHECK(w.b.ended->end == session_end::seems_refused);
  CHECK(w.b.ended->reason == refusal::not_opened);
}

TEST_CASE("a handshake that takes too long is given up, whoever is silent") {
  for (const bool to_a : {true, false}) {
    city w;
    (to_a ? w.a : w.b).loses = true;
    w.start();
    w.run_for(4'900ms);
    CHECK((!w.a.ended && !w.b.ended));
    w.run_for(200ms);
    REQUIRE((w.a.ended || w.b.ended));
    for (const auto* h : {&w.a, &w.b})
      if (h->ended)
        CHECK((h->ended->end == session_end::too_slow || h->ended->end == session_end::line_lost));
  }
  // Octets that come one by one buy no time.
  city w;
  w.start();
  const auto call = *w.b.coming.front().second;
  w.b.coming.clear();
  w.a.stands_still = true;
  for (std::size_t i = 0; i < call.size() && !w.b.ended; ++i) {
    w.b.coming.emplace_back(w.now, bytes(1, call[i]));
    w.run_for(200ms);
  }
  REQUIRE(w.b.ended);
  CHECK(w.b.ended->label == "too_slow");
}

TEST_CASE("a refusal heard without proof is the reason only if nothing comes after it") {
  const bytes forged("LOA-HS\5\0\0\5\x0a\0\1\0\1", 15);
  city heard;
  heard.start();
  CHECK_FALSE(heard.a.session.take(forged, heard.now, heard.wall).ended);
  heard.run_for(1s);
  CHECK((heard.a.up && heard.b.up));

  city silent;
  silent.a.loses = true;
  silent.start();
  (void)silent.a.session.take(forged, silent.now, silent.wall);
  silent.run_for(10s);
  CHECK(silent.a.ended->end == session_end::seems_refused);
  CHECK(silent.a.ended->reason == refusal::expired);

  city closed;
  closed.start();
  (void)closed.a.session.take(forged, closed.now, closed.wall);
  const auto out = closed.a.session.lost("The line was closed.");
  CHECK(out.ended->end == session_end::seems_refused);
}

TEST_CASE("a peer that falls silent is given up in bounded time, and is told if it hears") {
  for (const bool both_ways : {true, false}) {
    city w;
    w.open();
    w.run_for(60s);
    w.a.loses = true;
    w.b.loses = both_ways;
    const auto begin = w.now;
    w.run_for(2'500ms);
    CHECK((!w.a.ended && !w.b.ended));
    CHECK(w.a.session.phi(w.now) < 8);
    while (!w.a.ended && w.step_before(begin + 1h)) {
    }
    CHECK(w.now - begin < 5s);
    CHECK(w.a.ended->end == session_end::silent);
    w.run_for(5s);
    REQUIRE(w.b.ended);
    CHECK(w.b.ended->end == (both_ways ? session_end::silent : session_end::heard_farewell));
    CHECK(w.b.ended->label == "silent");
  }
}

TEST_CASE("a peer that is merely irregular is not given up") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    city w({}, seed);
    w.open();
    w.most_delay = 1'500ms;
    w.run_for(1h);
    CHECK((!w.a.ended && !w.b.ended));
  }
}

TEST_CASE("a peer is given up after the longest silence, however much it was forgiven") {
  session_options options;
  options.detector.forgiven_pause = 1h;
  city w(options);
  w.open();
  w.run_for(60s);
  w.a.loses = true;
  w.run_for(18s);
  CHECK_FALSE(w.a.ended);
  w.run_for(3s);
  REQUIRE(w.a.ended);
  CHECK(w.a.ended->label == "silent");
}

TEST_CASE("a host that stood still reads first what came, and gives nobody up for it") {
  city w;
  w.open();
  w.run_for(60s);
  w.b.stands_still = true;
  w.run_for(2'500ms);
  w.b.stands_still = false;
  w.run_for(60s);
  CHECK((!w.a.ended && !w.b.ended));
  w.b.stands_still = true;
  w.run_for(1min);
  // Its timer may come before what lies there to be read: the other's farewell.
  CHECK_FALSE(w.b.session.tick(w.now).ended);
  w.b.stands_still = false;
  w.run_for(1s);
  CHECK(w.b.ended->end == session_end::heard_farewell);

  city alone;
  alone.open();
  alone.run_for(60s);
  alone.b.loses = true;
  alone.b.coming.clear();
  alone.now += 1min;
  CHECK_FALSE(alone.b.session.flush(alone.now).ended);
  CHECK_FALSE(alone.b.session.tick(alone.now).ended);
  alone.b.timer = alone.now;
  alone.run_for(6s);
  REQUIRE(alone.b.ended);
  CHECK(alone.b.ended->label == "silent");
}

TEST_CASE("a host that stands still again and again gives up a peer that is gone") {
  city w;
  w.open();
  auto now = w.now;
  int steps = 0;
  for (; steps < 10; ++steps)
    if (w.a.session.tick(now += 1min).ended) break;
  CHECK(steps == 1);
}

TEST_CASE("a farewell takes along what may still go, and says the reason on both sides") {
  city w;
  w.open();
  REQUIRE(w.a.session.send(ordinary, 1, "last message"));
  REQUIRE(w.a.session.send(emergency, 1, "last emergency"));
  w.close(w.a, {farewell_reason::stopping, "The node is being upgraded."});
  w.run_for(1s);
  REQUIRE((w.a.ended && w.b.ended));
  CHECK(w.a.ended->end == session_end::said_farewell);
  CHECK(w.b.ended->end == session_end::heard_farewell);
  CHECK(w.a.ended->label == "stopping");
  CHECK(w.b.ended->label == "stopping");
  CHECK(w.b.ended->detail.find("upgraded") != std::string::npos);
  REQUIRE(w.b.got.size() == 2);
  CHECK(w.a.ended->unsent == 0);
}

TEST_CASE("after its end a session says and takes nothing more, and knows what was not sent") {
  city w;
  w.open();
  w.b.consumes = false;
  for (int i = 0; i < 10; ++i) REQUIRE(w.send(w.a, ordinary, 1, bytes(100'000, 'x')));
  w.run_for(1s);
  const auto waiting = w.a.session.figures().of(ordinary).messages_queued;
  REQUIRE(waiting > 0);
  w.close(w.a, {farewell_reason::idle, ""});
  CHECK(w.a.ended->unsent == waiting);
  auto& s = w.a.session;
  CHECK(s.has_ended());
  CHECK_FALSE(s.is_up());
  for (const auto& out : {s.tick(w.now), s.flush(w.now), s.take("x", w.now, w.wall), s.lost("gone"),
                          s.close({farewell_reason::stopping, ""}, w.now), s.start(w.now)}) {
    CHECK((out.to_send.empty() && !out.ended && !out.up && out.received.empty()));
    CHECK_FALSE(out.next_timer);
  }
  s.consumed(ordinary, 1);
  CHECK(s.send(ordinary, 1, "x").error().code == errc::unavailable);
  CHECK(s.phi(w.now + 1h) == 0);
}

TEST_CASE("who closes before the session is up says nothing, since nobody would understand") {
  city w;
  w.start();
  const auto out = w.a.session.close({farewell_reason::stopping, "Stopping."}, w.now);
  CHECK(out.to_send.empty());
  CHECK(out.ended->label == "stopping");
}

TEST_CASE("a line that is lost ends the session with the transport's reason") {
  city w;
  w.open();
  const auto out = w.a.session.lost("Connection reset.");
  CHECK(out.ended->end == session_end::line_lost);
  CHECK(out.ended->detail == "Connection reset.");
}

TEST_CASE("a farewell is fit for a log, and one of a later release is understood") {
  const auto again = [](const farewell& f) { return *read_farewell(write_farewell(f)); };
  for (std::uint8_t i = 1; i <= last_farewell_reason; ++i) {
    const farewell f{static_cast<farewell_reason>(i), "Nút dừng."};
    CHECK(again(f) == f);
    CHECK_FALSE(to_string(f.reason).empty());
  }
  CHECK(read_farewell("\x63later")->reason == farewell_reason::other);
  CHECK(read_farewell(bytes("\1a\nb\0\x7f", 6))->detail == "a?b??");
  CHECK_FALSE(read_farewell(""));
  CHECK_FALSE(read_farewell(bytes(258, '\1')));
  // It is cut before a character, not in it.
  const auto cut = again({farewell_reason::idle, bytes(255, 'x') + "ừ"}).detail;
  CHECK(cut == bytes(255, 'x'));
  CHECK(again({farewell_reason::idle, bytes(256, 'x')}).detail.size() == 256);
}

} // namespace loa::net::test
