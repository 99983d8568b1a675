#include "session_rig.hpp"

#include <loa/net/internal/message_form.hpp>

namespace loa::net::test {

namespace {

constexpr auto ordinary = envelope_lane::ordinary;
constexpr auto emergency = envelope_lane::emergency;

struct city : session_world {
  explicit city(std::uint64_t seed = 1)
      : session_world(settings_of(cluster("hcmc").member("a")),
                      settings_of(cluster("hcmc").member("b")), {}, seed) {
    open();
  }
};

bytes head(std::uint16_t kind, std::uint64_t length) {
  return big_endian(kind).substr(6) + big_endian(length).substr(4);
}
envelope messages(bytes payload) {
  return {envelope_kind::message, ordinary, 0, std::move(payload)};
}
envelope first(std::uint64_t length, bytes content) {
  return {envelope_kind::chunk, ordinary, first_piece, head(1, length) + content};
}
envelope piece(bytes content) {
  return {envelope_kind::chunk, ordinary, 0, std::move(content)};
}
envelope credit(std::uint64_t total) {
  return {envelope_kind::credit, ordinary, 0, big_endian(total)};
}

/// What the victim makes of envelopes: why it ends the session, which it also tells the peer.
struct verdict {
  std::optional<std::string> label;
  std::size_t received = 0;
};
verdict judge(const std::vector<envelope>& said) {
  insider i;
  verdict out;
  for (const auto& e : said) {
    auto step = i.say(e);
    out.received += step.received.size();
    if (!step.ended) continue;
    CHECK(step.ended->end == session_end::distrusted);
    CHECK_FALSE(step.next_timer);
    out.label = step.ended->label;
    const auto last = i.last_words();
    REQUIRE(last);
    CHECK(last->reason == farewell_reason::distrusted);
    CHECK(last->detail.starts_with(*out.label));
    break;
  }
  return out;
}

} // namespace

TEST_CASE("a session ends on both sides when an octet on the line is not what was sent") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    city w(seed);
    bool done = false;
    w.on_the_way = [&](const session_world::host& to, bytes& chunk) {
      if (&to != &w.b || done) return;
      done = true;
      const auto at = w.dice.below(chunk.size());
      chunk[at] = static_cast<char>(chunk[at] ^ (1U << w.dice.below(8)));
    };
    REQUIRE(w.send(w.a, ordinary, 1, "to be altered"));
    // A length that grew shows when more has come.
    for (int i = 0; i < 20 && !w.a.ended; ++i) {
      (void)w.send(w.a, ordinary, 1, bytes(100'000, 'x'));
      w.run_for(100ms);
    }
    w.run_for(10s);
    REQUIRE((w.a.ended && w.b.ended));
    CHECK(w.b.got.empty());
    CHECK((w.b.ended->end == session_end::distrusted || w.b.ended->end == session_end::silent));
    CHECK(w.a.ended->end == session_end::heard_farewell);
    if (w.b.ended->end == session_end::distrusted) CHECK(w.a.ended->label == "distrusted");
  }
}

TEST_CASE("a chunk that comes twice, is left out or comes late ends the session") {
  const auto after = [](auto&& meddle) {
    city w;
    std::vector<bytes> seen;
    w.on_the_way = [&](const session_world::host& to, bytes& chunk) {
      if (&to != &w.b) return;
      seen.push_back(chunk);
      meddle(seen, chunk);
    };
    for (const auto* text : {"one", "two", "three"}) (void)w.send(w.a, ordinary, 1, text);
    w.run_for(1s);
    REQUIRE((w.a.ended && w.b.ended));
    CHECK(w.a.ended->end == session_end::heard_farewell);
    CHECK(w.b.ended->end == session_end::distrusted);
    CHECK(w.a.ended->detail.find(w.b.ended->label) != std::string::npos);
    return std::string(w.b.ended->label);
  };
  CHECK(after([](const auto& seen, bytes& c) {
          if (seen.size() == 2) c += seen[0];
        }) == "conflict");
  CHECK(after([](const auto& seen, bytes& c) {
          if (seen.size() == 2) c.clear();
        }) == "unavailable");
  CHECK(after([](const auto& seen, bytes& c) {
          if (seen.size() == 2) c.clear();
          if (seen.size() == 3) c += seen[1];
        }) == "unavailable");
}

TEST_CASE("envelopes of another session of the same two nodes end it") {
  city w;
  city other(2);
  bytes foreign;
  other.on_the_way = [&](const session_world::host& to, bytes& chunk) {
    if (&to == &other.b) foreign = chunk;
  };
  REQUIRE(other.send(other.a, ordinary, 1, "from another session"));
  w.on_the_way = [&](const session_world::host& to, bytes& chunk) {
    if (&to == &w.b) chunk = foreign;
  };
  REQUIRE(w.send(w.a, ordinary, 1, "x"));
  w.run_for(1s);
  CHECK(w.b.ended->label == "unauthenticated");
  CHECK(w.b.got.empty());
}

TEST_CASE("what was sent is not taken back by who sent it") {
  city w;
  w.on_the_way = [&](const session_world::host& to, bytes& chunk) {
    if (&to == &w.b) w.a.coming.emplace_back(w.now, chunk);
  };
  REQUIRE(w.send(w.a, ordinary, 1, "an echo"));
  w.run_for(1s);
  CHECK(w.a.ended->end == session_end::distrusted);
  CHECK(w.a.got.empty());
}

TEST_CASE("honest envelopes of an insider are taken, also where another sender would cut") {
  const auto v = judge({messages(head(1, 3) + "one" + head(2, 0) + head(3, 2) + "xy"),
                        first(4, "ab"),
                        piece("c"),
                        piece("d"),
                        first(1, "x"),
                        {envelope_kind::heartbeat, ordinary, 0, ""}});
  CHECK_FALSE(v.label);
  CHECK(v.received == 5);
}

TEST_CASE("messages that cannot be read end the session, and their envelope gives none") {
  for (const auto& payload :
       {bytes(), bytes("\0", 1), head(1, 4) + "one", head(1, 1) + "ab", head(1, 3) + "one" + "\1",
        head(1, 3) + "one" + head(1, 0xffffffff), head(1, 0xffffffff)}) {
    const auto v = judge({messages(head(9, 1) + "x"), messages(payload)});
    CHECK(v.label == "malformed");
    CHECK(v.received == 1);
  }
  auto flagged = messages(head(1, 1) + "x");
  flagged.flags = 1;
  CHECK(judge({flagged}).label == "malformed");
}

TEST_CASE("pieces that make no message end the session") {
  CHECK(judge({piece("without a beginning")}).label == "rule");
  CHECK(judge({first(10, "abc"), first(10, "abc")}).label == "rule");
  CHECK(judge({first(10, "abc"), messages(head(1, 1) + "x")}).label == "rule");
  CHECK(judge({first(3, "abc"), piece("d")}).label == "rule");
  CHECK(judge({first(2, "abc")}).label == "malformed");
  CHECK(judge({first(4, "abc"), piece("de")}).label == "malformed");
  CHECK(judge({first(4, "abc"), piece("")}).label == "malformed");
  CHECK(judge({first(4, "")}).label == "malformed");
  CHECK(judge({first(0, "")}).label == "malformed");
  auto flagged = first(4, "abc");
  flagged.flags = 2;
  CHECK(judge({flagged}).label == "malformed");
  CHECK(judge({{envelope_kind::chunk, ordinary, first_piece, "abc"}}).label == "malformed");
  CHECK(judge({first(0xffffffff, "abc")}).label == "too_large");
  CHECK(judge({first((16 << 20) + 1, "abc")}).label == "too_large");
  // The other lane is not concerned.
  auto storm = messages(head(1, 5) + "storm");
  storm.lane = emergency;
  const auto v = judge({first(4, "abc"), storm, piece("d")});
  CHECK_FALSE(v.label);
  CHECK(v.received == 2);
}

TEST_CASE("a peer that grants what it cannot mean is not trusted") {
  const auto window = session_options{}.window;
  CHECK(judge({credit(~0ULL)}).label == "rule");
  CHECK(judge({credit(window + 1)}).label == "rule");
  CHECK(judge({credit(window)}).label == "rule");
  CHECK(judge({credit(0)}).label == "rule");
  CHECK(judge({{envelope_kind::credit, ordinary, 0, "abc"}}).label == "malformed");
  CHECK(judge({{envelope_kind::credit, ordinary, 0, big_endian(1) + "x"}}).label == "malformed");
  CHECK(judge({{envelope_kind::credit, ordinary, 1, big_endian(1)}}).label == "malformed");
}

TEST_CASE("other envelopes that no node sends end the session") {
  CHECK(judge({{envelope_kind::document, ordinary, 0, "x"}}).label == "unsupported");
  CHECK(judge({{static_cast<envelope_kind>(7), ordinary, 0, "x"}}).label == "unsupported");
  CHECK(judge({{static_cast<envelope_kind>(0), ordinary, 0, "x"}}).label == "unsupported");
  CHECK(judge({{envelope_kind::message, static_cast<envelope_lane>(2), 0, "x"}}).label ==
        "malformed");
  CHECK(judge({{envelope_kind::heartbeat, ordinary, 0, "x"}}).label == "malformed");
  CHECK(judge({{envelope_kind::heartbeat, ordinary, 1, ""}}).label == "malformed");
  CHECK(judge({{envelope_kind::farewell, ordinary, 0, ""}}).label == "malformed");
  insider i;
  const auto out = i.say_octets(bytes(4, '\xff') + bytes("\1\0\0\0", 4) + big_endian(1));
  REQUIRE(out.ended);
  CHECK(out.ended->label == "too_large");
}

TEST_CASE("a peer that sends beyond its credit is stopped before it costs more than a window") {
  insider i;
  std::size_t unread = 0;
  std::optional<session_ending> ended;
  for (int n = 0; n < 1'000 && !ended; ++n) {
    auto out = i.say(messages(head(1, 1'000) + bytes(1'000, 'x')));
    for (const auto& m : out.received) unread += m.content.size();
    ended = std::move(out.ended);
  }
  REQUIRE(ended);
  CHECK(ended->label == "rule");
  CHECK(unread <= session_options{}.window);

  // One whose host does consume may go on for ever.
  insider good;
  for (int n = 0; n < 2'000; ++n) {
    auto out = good.say(messages(head(1, 1'000) + bytes(1'000, 'x')));
    REQUIRE_FALSE(out.ended);
    for (const auto& m : out.received) good.victim.consumed(m.lane, m.cost);
  }
}

TEST_CASE("a peer that begins much and ends nothing is held to one message per lane") {
  session_options options;
  options.most_message_octets = 1 << 20;
  insider i(options);
  REQUIRE_FALSE(i.say(first(1 << 20, "x")).ended);
  auto e = piece(bytes(16'000, 'x'));
  std::size_t most = 0;
  for (int n = 0; n < 200; ++n) {
    if (i.say(e).ended) break;
    most = std::max<std::size_t>(most, i.victim.figures().of(ordinary).octets_unread);
  }
  CHECK(i.victim.has_ended());
  CHECK(most <= 1 << 20);
  CHECK(i.victim.figures().of(ordinary).octets_unread == 0);
}

TEST_CASE("what came before a mistake is handed over, and nothing after it") {
  insider i;
  bytes octets;
  for (const auto& e : {messages(head(1, 3) + "one"), piece("wrong"), messages(head(1, 3) + "two")})
    octets += i.sealed(e);
  const auto out = i.say_octets(octets);
  REQUIRE(out.received.size() == 1);
  CHECK(out.received[0].content == "one");
  CHECK(out.ended->end == session_end::distrusted);
}

TEST_CASE("a farewell as the first envelope opens and ends the session in one step") {
  insider i;
  const auto out = i.say({envelope_kind::farewell, ordinary, 0, "\1Bye."});
  CHECK(out.up);
  REQUIRE(out.ended);
  CHECK(out.ended->end == session_end::heard_farewell);
  CHECK(out.ended->label == "stopping");
}

} // namespace loa::net::test
