#pragma once

#include <loa/net/internal/crypto.hpp>
#include <loa/net/internal/handshake_messages.hpp>

#include <array>

namespace loa::net {

/// What one end knows of a handshake under way: what was said so far and the keys that follow from
/// it. Which message comes when is handshake.cpp's business, which calls these in the order in
/// which they stand here; the responder proves first.
class conversation {
public:
  conversation(handshake_role role, const handshake_settings& settings, random_source& random);

  /// Fails for settings that cannot be meant, or if OpenSSL does.
  [[nodiscard]] result<void> prepare();
  [[nodiscard]] bytes own_hello() const { return write_hello(own_); }

  /// Takes the other's hello: agrees on a version and on keys.
  [[nodiscard]] result<void> agree(bytes_view other_hello);

  /// The own proof, sealed.
  [[nodiscard]] result<bytes> prove();
  /// Opens the other's proof and checks it, all of it.
  [[nodiscard]] result<void> check_proof(bytes_view sealed, instant now);

  /// The responder's verdict, sealed: its refusal, or none and the confirmation that it has heard
  /// all that was said. At most one is made.
  [[nodiscard]] result<bytes> write_verdict(std::optional<refusal> refused);
  /// Nothing if accepted; the refusal if the responder, which is proved, does refuse.
  [[nodiscard]] result<std::optional<heard_refusal>> read_verdict(bytes_view sealed);

  [[nodiscard]] result<session_terms> terms();
  [[nodiscard]] const node_id& peer() const noexcept { return peer_.id; }

private:
  struct keys_of_role {
    secret seal;
    secret mac;
  };
  [[nodiscard]] keys_of_role& keys_of(handshake_role r) {
    return keys_[static_cast<std::size_t>(r)];
  }
  [[nodiscard]] result<void> derive_keys(const secret& shared);
  [[nodiscard]] result<void> check_names(const claim& c, const peer_identity& proved) const;

  handshake_role role_;
  const handshake_settings& settings_;
  random_source& random_;
  hello own_;
  std::optional<ephemeral_key> pair_;
  transcript said_;
  secret root_;
  std::array<keys_of_role, 2> keys_;
  secret verdict_seal_;
  std::uint16_t version_ = 0;
  claim peer_;
};

} // namespace loa::net
