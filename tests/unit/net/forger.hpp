#pragma once

#include "handshake_rig.hpp"

#include <loa/net/internal/crypto.hpp>
#include <loa/net/internal/handshake_messages.hpp>
#include <loa/net/internal/octets.hpp>

namespace loa::net::test {

/// One end of a handshake, written a second time from its description, that says what it is told
/// to: a member of the cluster who means no good, or anybody else who holds the keys of the
/// conversation.
class forger {
public:
  forger(bool initiator, random_source& random)
      : initiator_(initiator),
        pair_(*ephemeral_key::make(random)),
        hello_(write_hello({{1, 1}, random_octets(random, nonce_octets), pair_.public_half()})) {
    said_.add("Loa node handshake 1");
    said_.add("");
  }

  [[nodiscard]] const bytes& hello() const { return hello_; }

  void agree(bytes_view other) {
    said_.add(initiator_ ? bytes_view(hello_) : other);
    said_.add(initiator_ ? other : bytes_view(hello_));
    const auto shared = pair_.agree(read_hello(other)->ephemeral);
    root_ = std::move(*hkdf_extract(said_.digest(), shared->view()));
  }

  /// Hears the other's proof without judging it, and gives its parts.
  proof_parts hear(bytes_view sealed) {
    opened_ = *open_once(key(!initiator_, "seal"), said_.digest(), sealed);
    const auto p = *read_proof(opened_);
    for (const auto part : {p.claim, p.signature, p.mac}) said_.add(part);
    return p;
  }

  /// How the proof departs from an honest one.
  struct lies {
    std::optional<bytes> claim;     ///< Said instead.
    std::optional<bytes> signature; ///< Shown instead.
    bool signs_as_the_other = false;
    bool mac_of_the_other = false;
    bool mac_before_signature = false;
    bytes after; ///< Follows the proof.
  };

  [[nodiscard]] bytes prove(const handshake_settings& s, const lies& l) {
    const auto before = said_.digest();
    const auto said =
        l.claim.value_or(write_claim({s.who.id(), s.incarnation, s.documents, s.who.chain()}));
    said_.add(said);
    const auto without = said_.digest();
    const bool signer = initiator_ != l.signs_as_the_other;
    const auto signature =
        l.signature.value_or(*s.who.sign(label(signer, "signature") + '\0' + said_.digest()));
    said_.add(signature);
    const bool maker = initiator_ != l.mac_of_the_other;
    const auto mac =
        hmac_sha256(key(maker, "mac").view(),
                    {label(maker, "mac"), l.mac_before_signature ? without : said_.digest()});
    said_.add(mac);
    return seal_once(key(initiator_, "seal"), before,
                     write_proof({said, signature, mac}) + l.after);
  }

  [[nodiscard]] bytes verdict(bytes_view text) {
    return seal_once(key(false, "verdict seal"), label(false, "verdict"), text);
  }
  [[nodiscard]] bytes acceptance() {
    return '\1' + hmac_sha256(key(false, "mac").view(), {label(false, "accepts"), said_.digest()});
  }

private:
  static bytes label(bool initiator, std::string_view what) {
    return std::string("Loa node handshake 1 ") + (initiator ? "initiator " : "responder ") +
           std::string(what);
  }
  [[nodiscard]] secret key(bool initiator, std::string_view what) const {
    return std::move(*hkdf_expand(root_, label(initiator, what)));
  }

  bool initiator_;
  ephemeral_key pair_;
  bytes hello_;
  transcript said_;
  secret root_;
  bytes opened_;
};

} // namespace loa::net::test
