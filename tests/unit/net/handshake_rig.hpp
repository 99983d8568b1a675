#pragma once

#include "cluster_rig.hpp"

#include <loa/net/handshake.hpp>

#include <catch2/catch.hpp>

#include <functional>

namespace loa::net::test {

inline handshake_settings settings_of(identity who, std::uint64_t incarnation = 7) {
  handshake_settings s{std::move(who)};
  s.incarnation = incarnation;
  s.documents = {{1, incarnation, bytes(32, static_cast<char>(incarnation))}};
  return s;
}

/// What came of a handshake.
struct outcome {
  std::optional<session_terms> initiator;
  std::optional<session_terms> responder;
  std::optional<refusal> initiator_refused; ///< Why the initiator ended it.
  std::optional<refusal> responder_refused;
  std::optional<refusal> initiator_hint; ///< What it was told without proof.
  std::optional<refusal> responder_hint;
  std::vector<bytes> messages; ///< As they were sent, the initiator's and the responder's in turn.
};

/// Lets two ends talk until neither has anything to say. `on_the_way` may change each message; it
/// is given its place, from 0 on.
using meddler = std::function<void(std::size_t, bytes&)>;

inline outcome converse(handshake& initiator, handshake& responder, const meddler& on_the_way = {},
                        instant now = today) {
  outcome out;
  REQUIRE(responder.start());
  auto message = *initiator.start();
  for (std::size_t i = 0; !message.empty(); ++i) {
    REQUIRE(i < 8);
    out.messages.push_back(message);
    if (on_the_way) on_the_way(i, message);
    const bool to_responder = i % 2 == 0;
    auto& end = to_responder ? responder : initiator;
    const bool was_over = end.over();
    auto step = end.take(message, now);
    if (!step) {
      if (was_over) break; // It has said what it had to say.
      (to_responder ? out.responder_refused : out.initiator_refused) = refusal_of(step.error());
      message = end.refusal_to_send();
      continue;
    }
    message = step->send;
    if (step->terms) (to_responder ? out.responder : out.initiator) = std::move(step->terms);
    if (step->hint) (to_responder ? out.responder_hint : out.initiator_hint) = step->hint->reason;
  }
  return out;
}

inline outcome converse(const handshake_settings& a, const handshake_settings& b,
                        std::uint64_t seed = 5, const meddler& on_the_way = {},
                        instant now = today) {
  seeded_random dice(seed);
  handshake initiator(handshake_role::initiator, a, dice);
  handshake responder(handshake_role::responder, b, dice);
  return converse(initiator, responder, on_the_way, now);
}

/// Each end knows the other as its settings say, and they hold the same keys.
inline bool agree(const outcome& o, const handshake_settings& a, const handshake_settings& b) {
  if (!o.initiator || !o.responder) return false;
  const auto knows = [](const session_terms& t, const handshake_settings& peer) {
    return t.peer == peer.who.id() && t.peer_incarnation == peer.incarnation &&
           t.peer_documents == peer.documents;
  };
  return knows(*o.initiator, b) && knows(*o.responder, a) &&
         o.initiator->version == o.responder->version &&
         o.initiator->send.same_as(o.responder->receive) &&
         o.initiator->receive.same_as(o.responder->send);
}

} // namespace loa::net::test
