#include "handshake_rig.hpp"

#include <loa/net/internal/handshake_messages.hpp>

#include <algorithm>

namespace loa::net::test {

TEST_CASE("messages out of their turn end a handshake, and nothing is taken afterwards") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  const auto honest = converse(a, b);
  REQUIRE(agree(honest, a, b));
  // Each end is led honestly for a while by the same randomness, then gets each other message.
  for (std::size_t reached = 0; reached < 4; ++reached)
    for (std::size_t wrong = 0; wrong < 4; ++wrong) {
      if (wrong == reached) continue;
      const auto o = converse(a, b, 5, [&](std::size_t at, bytes& m) {
        if (at == reached) m = honest.messages[wrong];
      });
      INFO(wrong << " instead of " << reached);
      CHECK((reached % 2 == 0 ? o.responder_refused : o.initiator_refused) ==
            refusal::out_of_order);
      CHECK_FALSE(o.initiator);
    }

  seeded_random dice(5);
  handshake responder(handshake_role::responder, b, dice);
  CHECK_FALSE(responder.take(honest.messages[0], today));
  REQUIRE(responder.start());
  CHECK_FALSE(responder.start());
  CHECK_FALSE(responder.take(honest.messages[2], today));
  CHECK(responder.over());
  const auto first_reason = responder.refusal_to_send();
  const auto late = responder.take(honest.messages[0], today);
  REQUIRE_FALSE(late);
  CHECK(refusal_of(late.error()) == refusal::out_of_order);
  CHECK(responder.refusal_to_send() == first_reason);
}

TEST_CASE("a handshake that has succeeded takes nothing more") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  seeded_random dice(5);
  handshake initiator(handshake_role::initiator, a, dice);
  handshake responder(handshake_role::responder, b, dice);
  const auto o = converse(initiator, responder);
  REQUIRE(agree(o, a, b));
  CHECK((initiator.over() && responder.over()));
  for (const auto& m : o.messages) {
    CHECK_FALSE(initiator.take(m, today));
    CHECK_FALSE(responder.take(m, today));
  }
  CHECK(initiator.refusal_to_send().empty());
}

TEST_CASE("a refusal that is not proved changes nothing, and only the first is heard") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  seeded_random dice(5);
  handshake initiator(handshake_role::initiator, a, dice);
  handshake responder(handshake_role::responder, b, dice);
  REQUIRE(responder.start());
  const auto forged =
      write_message(message_kind::refusal, write_refusal({refusal::expired, {1, 1}}));
  const auto call = *initiator.start();
  for (auto* end : {&initiator, &responder}) {
    const auto hint = end->take(forged, today);
    REQUIRE(hint);
    REQUIRE(hint->hint);
    CHECK(hint->hint->reason == refusal::expired);
    CHECK((hint->send.empty() && !hint->terms && !end->over()));
  }
  const auto answer = responder.take(call, today);
  REQUIRE(answer);
  const auto proof = initiator.take(answer->send, today);
  REQUIRE(proof);
  const auto verdict = responder.take(proof->send, today);
  REQUIRE((verdict && verdict->terms));
  const auto again = initiator.take(forged, today);
  REQUIRE_FALSE(again);
  CHECK(refusal_of(again.error()) == refusal::out_of_order);
}

TEST_CASE("a refusal says its number and the versions spoken, and nothing of names") {
  cluster hcmc("hcmc");
  seeded_random dice(5);
  handshake responder(handshake_role::responder, settings_of(hcmc.member("b")), dice);
  REQUIRE(responder.start());
  CHECK_FALSE(responder.take("GET / HTTP/1.1\r\n\r\n", today));
  const auto told = responder.refusal_to_send();
  CHECK(told == bytes("LOA-HS\5\0\0\5\1\0\1\0\1", 15));
  for (std::uint8_t i = 1; i <= last_refusal; ++i) {
    const auto r = refusal_from(i);
    REQUIRE(r);
    CHECK(refusal_of(refuse(*r)) == *r);
    CHECK(refuse(*r).detail == describe(*r));
    CHECK(read_refusal(write_refusal({*r, {1, 1}}))->reason == *r);
  }
  CHECK_FALSE(refusal_from(0));
  CHECK_FALSE(refusal_from(last_refusal + 1));
  // A reason of a later version is one that this version does not know, and no error.
  CHECK(read_refusal(bytes("\xee\0\1\0\1", 5))->reason == refusal::internal);
}

TEST_CASE("a stream tells how long its next message is before it has come") {
  const auto message = write_message(message_kind::call, "rest");
  for (std::size_t i = 0; i < handshake_head_octets; ++i) {
    const auto size = next_handshake_message(message.substr(0, i));
    REQUIRE(size);
    CHECK(*size == 0);
  }
  CHECK(*next_handshake_message(message + "more") == message.size());
  CHECK(*next_handshake_message(message.substr(0, handshake_head_octets)) == message.size());
  for (const auto* no_message : {"G", "LOA-HT", "loa-hs", "LOA-H\n"})
    CHECK_FALSE(next_handshake_message(no_message));
  const auto most = most_handshake_octets - handshake_head_octets;
  CHECK(next_handshake_message(write_message(message_kind::call, bytes(most, 'x'))));
  const auto over = write_message(message_kind::call, bytes(most + 1, 'x'));
  const auto refused = next_handshake_message(over.substr(0, handshake_head_octets));
  REQUIRE_FALSE(refused);
  CHECK(refusal_of(refused.error()) == refusal::too_long);

  cluster hcmc("hcmc");
  seeded_random dice(5);
  handshake responder(handshake_role::responder, settings_of(hcmc.member("b")), dice);
  REQUIRE(responder.start());
  const auto taken = responder.take(over, today);
  REQUIRE_FALSE(taken);
  CHECK(refusal_of(taken.error()) == refusal::too_long);
}

} // namespace loa::net::test
