#include <loa/net/internal/conversation.hpp>
#include <loa/net/internal/octets.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

/// In every signature and every derived key, so that none can mean anything elsewhere.
constexpr std::string_view protocol = "Loa node handshake 1";

handshake_role other(handshake_role r) {
  return r == handshake_role::initiator ? handshake_role::responder : handshake_role::initiator;
}

bytes label(handshake_role r, std::string_view what) {
  return fmt::format("{} {} {}", protocol,
                     r == handshake_role::initiator ? "initiator" : "responder", what);
}

/// What is signed: a label, a zero octet that ends it, and the digest of all that was said.
bytes signed_octets(handshake_role r, bytes_view digest) {
  return label(r, "signature") + '\0' + bytes(digest);
}

bool usable(const handshake_settings& s) {
  if (s.versions.lowest == 0 || s.versions.lowest > s.versions.highest) return false;
  if (s.documents.size() > most_document_numbers) return false;
  for (const auto& d : s.documents)
    if (d.sha256.size() != digest_octets) return false;
  return s.expected.empty() || is_node_name(s.expected);
}

} // namespace

conversation::conversation(handshake_role role, const handshake_settings& settings,
                           random_source& random)
    : role_(role),
      settings_(settings),
      random_(random) {}

result<void> conversation::prepare() {
  if (!usable(settings_))
    return error{errc::rule,
                 "A handshake needs a range of versions from 1 on, at most 16 documents with "
                 "SHA-256 digests, and a node's name if one is expected.",
                 {}};
  pair_ = ephemeral_key::make(random_);
  if (!pair_) return refuse(refusal::internal);
  own_ = {settings_.versions, random_octets(random_, nonce_octets), pair_->public_half()};
  said_.add(protocol);
  said_.add(settings_.channel);
  return {};
}

result<void> conversation::agree(bytes_view other_hello) {
  auto theirs = read_hello(other_hello);
  if (!theirs) return theirs.error();
  if (theirs->nonce == own_.nonce || theirs->ephemeral == own_.ephemeral)
    return refuse(refusal::reflected);
  const auto& a = own_.versions;
  const auto& b = theirs->versions;
  if (std::max(a.lowest, b.lowest) > std::min(a.highest, b.highest))
    return refuse(refusal::no_common_version,
                  fmt::format("This node speaks protocol versions {}, the other {}: none in "
                              "common; upgrade the older one.",
                              a.to_string(), b.to_string()));
  version_ = std::min(a.highest, b.highest);

  const bool first = role_ == handshake_role::initiator;
  said_.add(first ? own_hello() : bytes(other_hello));
  said_.add(first ? bytes(other_hello) : own_hello());
  const auto shared = pair_->agree(theirs->ephemeral);
  pair_.reset();
  if (!shared) return refuse(refusal::weak_key);
  return derive_keys(*shared);
}

result<void> conversation::derive_keys(const secret& shared) {
  auto root = hkdf_extract(said_.digest(), shared.view());
  if (!root) return refuse(refusal::internal);
  root_ = *std::move(root);
  for (const auto r : {handshake_role::initiator, handshake_role::responder}) {
    auto seal = hkdf_expand(root_, label(r, "seal"));
    auto mac = hkdf_expand(root_, label(r, "mac"));
    if (!seal || !mac) return refuse(refusal::internal);
    keys_of(r) = {*std::move(seal), *std::move(mac)};
  }
  auto verdict = hkdf_expand(root_, label(handshake_role::responder, "verdict seal"));
  if (!verdict) return refuse(refusal::internal);
  verdict_seal_ = *std::move(verdict);
  return {};
}

result<bytes> conversation::prove() {
  const auto before = said_.digest();
  const auto own = write_claim(
      {settings_.who.id(), settings_.incarnation, settings_.documents, settings_.who.chain()});
  said_.add(own);
  const auto signature = settings_.who.sign(signed_octets(role_, said_.digest()));
  if (!signature) return signature.error();
  said_.add(*signature);
  const auto mac = hmac_sha256(keys_of(role_).mac.view(), {label(role_, "mac"), said_.digest()});
  said_.add(mac);
  auto sealed = seal_once(keys_of(role_).seal, before, write_proof({own, *signature, mac}));
  // A key for one text is not used for another.
  keys_of(role_).seal.wipe();
  if (sealed.empty()) return refuse(refusal::internal);
  return sealed;
}

result<void> conversation::check_proof(bytes_view sealed, instant now) {
  const auto by = other(role_);
  const auto opened = open_once(keys_of(by).seal, said_.digest(), sealed);
  if (!opened) return refuse(refusal::not_opened);
  const auto proof = read_proof(*opened);
  if (!proof) return proof.error();
  auto said = read_claim(proof->claim);
  if (!said) return said.error();

  const auto proved = settings_.who.issuer().verify(said->chain, now);
  if (!proved) return proved.error();
  said_.add(proof->claim);
  if (!proved->key.verify(signed_octets(by, said_.digest()), proof->signature))
    return refuse(refusal::signature_not_good);
  said_.add(proof->signature);
  const auto mac = hmac_sha256(keys_of(by).mac.view(), {label(by, "mac"), said_.digest()});
  if (!same_octets(mac, proof->mac)) return refuse(refusal::mac_not_good);
  said_.add(proof->mac);
  if (auto good = check_names(*said, *proved); !good) return good;
  peer_ = *std::move(said);
  return {};
}

result<void> conversation::check_names(const claim& c, const peer_identity& proved) const {
  const auto& own = settings_.who.id();
  if (c.id != proved.id)
    return refuse(refusal::name_not_proved,
                  fmt::format("The node claims to be {} and its certificate says {}.",
                              c.id.to_uri(), proved.id.to_uri()));
  if (c.id.cluster != own.cluster)
    return refuse(refusal::other_cluster,
                  fmt::format("The node belongs to cluster {}, and this one to {}.", c.id.cluster,
                              own.cluster));
  if (c.id.node == own.node)
    return refuse(refusal::own_name,
                  fmt::format("The other node is called {} as this one is; each node needs a name "
                              "of its own.",
                              own.node));
  if (role_ == handshake_role::initiator && !settings_.expected.empty() &&
      c.id.node != settings_.expected)
    return refuse(refusal::another_node,
                  fmt::format("{} was called and {} answered; check the address.",
                              settings_.expected, c.id.node));
  return {};
}

result<bytes> conversation::write_verdict(std::optional<refusal> refused) {
  octet_writer out;
  if (refused) {
    out.number(0, 1).raw(write_refusal({*refused, settings_.versions}));
  } else {
    const auto mac =
        hmac_sha256(keys_of(role_).mac.view(), {label(role_, "accepts"), said_.digest()});
    out.number(1, 1).raw(mac);
  }
  auto sealed = seal_once(verdict_seal_, label(role_, "verdict"), out.take());
  verdict_seal_.wipe();
  if (sealed.empty()) return refuse(refusal::internal);
  return sealed;
}

result<std::optional<heard_refusal>> conversation::read_verdict(bytes_view sealed) {
  const auto by = other(role_);
  const auto opened = open_once(verdict_seal_, label(by, "verdict"), sealed);
  if (!opened) return refuse(refusal::not_opened);
  octet_reader in(*opened);
  const auto accepted = in.number(1);
  if (accepted == 0) {
    auto heard = read_refusal(in.rest());
    if (!heard) return heard.error();
    return std::optional(*heard);
  }
  const auto mac = hmac_sha256(keys_of(by).mac.view(), {label(by, "accepts"), said_.digest()});
  if (accepted != 1 || !same_octets(mac, in.rest())) return refuse(refusal::mac_not_good);
  return std::optional<heard_refusal>();
}

result<session_terms> conversation::terms() {
  const auto all = said_.digest();
  auto own = hkdf_expand(root_, label(role_, "sends") + '\0' + all);
  auto theirs = hkdf_expand(root_, label(other(role_), "sends") + '\0' + all);
  if (!own || !theirs) return refuse(refusal::internal);
  session_terms out{role_, peer_.id, peer_.incarnation, version_, std::move(peer_.documents)};
  out.send = *std::move(own);
  out.receive = *std::move(theirs);
  return out;
}

} // namespace loa::net
