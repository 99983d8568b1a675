#include "fuzz.hpp"
#include "net_world.hpp"

#include <loa/net/internal/handshake_messages.hpp>

#include <algorithm>

/// \file
/// What a stranger sends to a node's port, and what stands between two nodes. The first octet says
/// who gets the rest: 0 to 3, in place of the message of that number, the end of a handshake that
/// waits for it; 4, the readers of what a proof holds; 5, the authority, as a certificate; 6, the
/// opener of a stream of envelopes, in pieces; 7, an honest stream is altered by it; 8, the reader
/// of documents that nodes give each other; 9, that of documents in files.

namespace {

using namespace loa;
using fuzz::require;

const fuzz::net_world& world() {
  static const fuzz::net_world w;
  return w;
}

const fuzz::net_world::talk& honest() {
  static const auto t = world().honest();
  return t;
}

/// Nobody gets other terms than those of the honest handshake.
void check(const net::session_terms& t) {
  const auto& good =
      t.role == net::handshake_role::initiator ? *honest().terms_of_a : *honest().terms_of_b;
  require(t.peer == good.peer && t.peer_incarnation == good.peer_incarnation &&
              t.version == good.version && t.peer_documents == good.peer_documents,
          "whoever gets terms gets those that were agreed on");
  require(t.send.same_as(good.send) && t.receive.same_as(good.receive),
          "whoever gets keys gets those that were agreed on");
}

/// The end that waits for message `number` is led there honestly, and gets another in its place.
void in_place_of(std::size_t number, bytes_view message) {
  seeded_random dice_a(21), dice_b(22);
  const bool to_responder = number % 2 == 0;
  net::handshake end(to_responder ? net::handshake_role::responder : net::handshake_role::initiator,
                     to_responder ? world().b : world().a, to_responder ? dice_b : dice_a);
  require(end.start().has_value(), "an end begins");
  for (std::size_t i = to_responder ? 0 : 1; i < number; i += 2)
    require(end.take(honest().messages[i], fuzz::net_world::now).has_value(),
            "an end goes on with honest messages");
  const auto step = end.take(message, fuzz::net_world::now);
  if (!step) {
    require(end.over() && !step.error().detail.empty(), "an error ends it and says something");
    require(!end.take(honest().messages[number], fuzz::net_world::now),
            "nothing is accepted after an error");
    return;
  }
  if (step->terms) check(*step->terms);
  if (number > 0 && (step->terms || !step->send.empty()))
    require(message == honest().messages[number], "only the honest message leads on");
}

void read_parts(bytes_view octets) {
  if (const auto size = net::next_handshake_message(octets))
    require(*size <= net::most_handshake_octets, "no message is longer than the limit");
  if (const auto h = net::read_hello(octets))
    require(net::write_hello(*h) == octets, "a hello has one form");
  if (const auto c = net::read_claim(octets)) {
    require(net::write_claim(*c) == octets, "a claim has one form");
    require(c->id.valid() && c->documents.size() <= net::most_document_numbers,
            "a claim keeps its limits");
  }
  if (const auto p = net::read_proof(octets))
    require(net::write_proof(*p) == octets, "a proof has one form");
  if (const auto r = net::read_refusal(octets))
    require(r->versions.lowest > 0, "a refusal names versions");
}

void read_certificate(bytes_view der) {
  const std::vector<bytes> chain{bytes(der)};
  const auto known = world().a.who.issuer().verify(chain, fuzz::net_world::now);
  if (!known) return require(!known.error().detail.empty(), "an error says something");
  require(known->id.valid(), "who is let in has a name");
}

constexpr std::size_t most_held =
    net::envelope_head_octets + net::most_payload_octets + net::envelope_tag_octets;

void open_stream(bytes_view octets) {
  net::opener o(fuzz::net_world::stream_key());
  std::vector<net::envelope> got;
  for (std::size_t at = 0; at < octets.size();) {
    const auto piece = 1 + static_cast<unsigned char>(octets[at]) % 64U;
    const bool good = o.take(octets.substr(at, piece), got).has_value();
    require(o.held() <= most_held && o.held() <= at + piece, "no more is held than has come");
    require(good || o.held() == 0, "after an error nothing is held");
    at += piece;
  }
  bytes again;
  net::sealer s(fuzz::net_world::stream_key());
  for (const auto& e : got) require(s.seal(e, again).has_value(), "what was opened can be sealed");
  require(octets.starts_with(again), "what was opened was sealed with the key");
}

/// Envelopes as the first octets say; then octet by octet they are altered as the rest says.
void alter_stream(bytes_view script) {
  net::sealer s(fuzz::net_world::stream_key());
  std::vector<net::envelope> sent;
  bytes octets;
  for (std::size_t i = 0; i < 4 && i < script.size(); ++i) {
    const auto n = static_cast<unsigned char>(script[i]);
    sent.push_back({static_cast<net::envelope_kind>(1 + n % net::last_envelope_kind),
                    static_cast<net::envelope_lane>(n / 128), n, bytes(n, script[i])});
    require(s.seal(sent.back(), octets).has_value(), "an envelope within the limits is sealed");
  }
  const auto original = octets;
  for (std::size_t i = 4; i + 2 < script.size() && i < 40; i += 3) {
    const auto at = from_big_endian(bytes(6, '\0') + bytes(script.substr(i, 2))) % octets.size();
    octets[at] = static_cast<char>(octets[at] ^ script[i + 2]);
  }
  net::opener o(fuzz::net_world::stream_key());
  std::vector<net::envelope> got;
  const bool good = o.take(octets, got).has_value();
  require(got.size() <= sent.size() && std::equal(got.begin(), got.end(), sent.begin()),
          "what is opened is a beginning of what was sent");
  require(octets != original || (good && got.size() == sent.size()),
          "what was not altered is opened");
}

/// Only the one document that the authority has signed is opened.
void read_document(const result<net::signed_document>& opened) {
  if (!opened) return require(!opened.error().detail.empty(), "an error says something");
  const auto signed_one = world().document();
  require(opened->told() == signed_one.told() && opened->content() == signed_one.content(),
          "what is opened was signed");
  require(net::open_document(opened->to_record(), world().a.who.issuer(), "hcmc").has_value() &&
              net::read_document(opened->to_text(), world().a.who.issuer(), "hcmc").has_value(),
          "what was opened can be written in both forms");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto rest = fuzz::input(data + 1, size - 1);
  switch (data[0]) {
  case 0:
  case 1:
  case 2:
  case 3:
    in_place_of(data[0], rest);
    break;
  case 4:
    read_parts(rest);
    break;
  case 5:
    read_certificate(rest);
    break;
  case 6:
    open_stream(rest);
    break;
  case 7:
    alter_stream(rest);
    break;
  case 8:
    read_document(net::open_document(rest, world().a.who.issuer(), "hcmc"));
    break;
  case 9:
    read_document(net::read_document(rest, world().a.who.issuer(), "hcmc"));
    break;
  default:
    break;
  }
  return 0;
}
