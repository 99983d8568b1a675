#include "handshake_rig.hpp"

#include <loa/net/internal/handshake_messages.hpp>

namespace loa::net::test {

namespace {

/// Two members of a cluster and an honest handshake between them.
struct two_nodes {
  cluster hcmc{"hcmc"};
  handshake_settings a = settings_of(hcmc.member("a"), 1);
  handshake_settings b = settings_of(hcmc.member("b"), 2);

  outcome honest() { return converse(a, b); }
  outcome with(const meddler& m) { return converse(a, b, 5, m); }
};

/// Whoever got terms got the ones of the honest run; with `both`, both did.
bool harmless(const outcome& o, const outcome& honest) {
  const auto same = [](const std::optional<session_terms>& t, const session_terms& good) {
    return !t || (t->peer == good.peer && t->peer_incarnation == good.peer_incarnation &&
                  t->version == good.version && t->peer_documents == good.peer_documents &&
                  t->send.same_as(good.send) && t->receive.same_as(good.receive));
  };
  return same(o.initiator, *honest.initiator) && same(o.responder, *honest.responder);
}

} // namespace

TEST_CASE("no octet of any message can be altered unnoticed") {
  two_nodes n;
  const auto honest = n.honest();
  REQUIRE(agree(honest, n.a, n.b));
  seeded_random dice(1);
  for (std::size_t m = 0; m < honest.messages.size(); ++m)
    for (std::size_t twice = 0; twice < 2 * honest.messages[m].size(); ++twice) {
      const auto i = twice / 2;
      const auto change = static_cast<char>(twice % 2 == 0 ? 1 + dice.below(255) : 1);
      const auto o = n.with([&](std::size_t at, bytes& message) {
        if (at == m) message[i] = static_cast<char>(message[i] ^ change);
      });
      INFO("message " << m << ", octet " << i << " by " << static_cast<int>(change));
      REQUIRE(harmless(o, honest));
      // Only the last message leaves one end with terms: its receiver has none then.
      REQUIRE_FALSE(o.initiator);
      REQUIRE((m == 3 || !o.responder));
    }
}

TEST_CASE("a message that is cut anywhere, or goes on, is refused") {
  two_nodes n;
  const auto honest = n.honest();
  for (std::size_t m = 0; m < honest.messages.size(); ++m) {
    const auto size = honest.messages[m].size();
    for (std::size_t length = 0; length < size; ++length) {
      const auto o = n.with([&](std::size_t at, bytes& message) {
        if (at == m) message.resize(length);
      });
      REQUIRE((m % 2 == 0 ? o.responder_refused : o.initiator_refused) == refusal::malformed);
      REQUIRE_FALSE(o.initiator);
    }
    for (const auto* more : {"", "x", "LOA-HS"}) {
      const auto o = n.with([&](std::size_t at, bytes& message) {
        if (at == m) message.append(more).push_back('\0');
      });
      REQUIRE((m % 2 == 0 ? o.responder_refused : o.initiator_refused) == refusal::malformed);
    }
    // The same with a length that fits.
    const auto longer = n.with([&](std::size_t at, bytes& message) {
      if (at != m) return;
      const auto read = *read_message(message);
      message = write_message(read.kind, bytes(read.rest) + '\0');
    });
    REQUIRE_FALSE(longer.initiator);
    REQUIRE((m == 3 || !longer.responder));
  }
}

TEST_CASE("messages mangled at random never yield a session with terms that differ") {
  two_nodes n;
  const auto honest = n.honest();
  const auto stranger = converse(n.b, n.a, 9);
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    seeded_random dice(seed);
    const auto o = n.with([&](std::size_t, bytes& message) {
      if (!dice.chance(0.5)) return;
      switch (dice.below(5)) {
      case 0: // Another message instead, of this run or of another.
        message = (dice.chance(0.5) ? honest : stranger).messages[dice.below(4)];
        break;
      case 1: {
        const auto from = dice.below(message.size()), size = dice.below(40);
        message.erase(from, size);
        break;
      }
      case 2:
        message.insert(dice.below(message.size()), dice.below(40), 'x');
        break;
      case 3: {
        const auto& other = stranger.messages[dice.below(4)];
        const auto at = dice.below(std::min(message.size(), other.size()));
        message.replace(at, bytes::npos, other, at);
        break;
      }
      default:
        for (std::size_t i = 0; i < 3; ++i)
          message[dice.below(message.size())] = static_cast<char>(dice.below(256));
      }
    });
    INFO("seed " << seed);
    REQUIRE(harmless(o, honest));
  }
}

TEST_CASE("one's own messages sent back are refused") {
  two_nodes n;
  seeded_random dice(3);
  handshake initiator(handshake_role::initiator, n.a, dice);
  const auto call = *initiator.start();
  const auto back = initiator.take(call, today);
  REQUIRE_FALSE(back);
  CHECK(refusal_of(back.error()) == refusal::out_of_order);

  // Under the other kind, with or without something behind it.
  for (const auto* tail : {"", "something long enough to be sealed"}) {
    handshake again(handshake_role::initiator, n.a, dice);
    const auto own = *again.start();
    const auto rest = bytes(read_message(own)->rest) + tail;
    const auto taken = again.take(write_message(message_kind::answer, rest), today);
    REQUIRE_FALSE(taken);
    CHECK(refusal_of(taken.error()) == refusal::reflected);
  }

  const auto answer_back = n.with([&, first = bytes()](std::size_t at, bytes& m) mutable {
    if (at == 1) first = m;
    if (at == 2)
      m = write_message(message_kind::proof, read_message(first)->rest.substr(hello_octets));
  });
  CHECK(answer_back.responder_refused == refusal::not_opened);
  CHECK_FALSE(answer_back.responder);
}

TEST_CASE("two handshakes of one node cannot be crossed to make it talk to itself") {
  two_nodes n;
  // The node calls and is called at once, and somebody joins the two ends.
  const auto o = converse(n.a, n.a);
  CHECK(o.initiator_refused == refusal::own_name);
  CHECK((!o.initiator && !o.responder));
}

} // namespace loa::net::test
