#pragma once

#include <loa/base/random.hpp>
#include <loa/base/result.hpp>
#include <loa/net/internal/openssl.hpp>
#include <loa/net/secret.hpp>

#include <array>
#include <initializer_list>
#include <optional>

namespace loa::net {

/// Octets of a SHA-256 digest (FIPS 180-4) and of HMAC-SHA256 (RFC 2104).
inline constexpr std::size_t digest_octets = 32;
/// Octets of an X25519 public key (RFC 7748).
inline constexpr std::size_t ephemeral_octets = 32;
/// What sealing adds (RFC 8439, section 2.8).
inline constexpr std::size_t seal_tag_octets = 16;

/// The digest of a sequence of pieces, each with its length before it, so that no two sequences
/// give the same. OpenSSL fails at it only for want of memory, and std::bad_alloc is thrown then: a
/// digest that is missing must not be taken for one.
class transcript {
public:
  transcript();
  void add(bytes_view piece);
  /// The digest of all so far; more may be added afterwards.
  [[nodiscard]] bytes digest() const;

private:
  digest_context_ptr context_;
};

/// SHA-256 of exactly these octets; throws as transcript does.
[[nodiscard]] bytes sha256(bytes_view octets);

/// HMAC-SHA256 (RFC 2104) over the pieces as if they were one; throws as transcript does.
[[nodiscard]] bytes hmac_sha256(bytes_view key, std::initializer_list<bytes_view> pieces);

/// The two steps of HKDF with SHA-256 (RFC 5869), the second for 32 octets.
[[nodiscard]] std::optional<secret> hkdf_extract(bytes_view salt, bytes_view material);
[[nodiscard]] std::optional<secret> hkdf_expand(const secret& key, bytes_view info);

/// A key pair for X25519 (RFC 7748) that lives for one handshake.
class ephemeral_key {
public:
  [[nodiscard]] static std::optional<ephemeral_key> make(random_source& random);
  /// The pair of this private key.
  [[nodiscard]] static std::optional<ephemeral_key> of(const secret& private_key);

  [[nodiscard]] const bytes& public_half() const noexcept { return public_half_; }
  /// What both ends know; nothing if the other's key is not 32 octets or is a point of small order,
  /// which gives zeros (RFC 7748, section 6.1).
  [[nodiscard]] std::optional<secret> agree(bytes_view with) const;

private:
  pkey_ptr key_;
  bytes public_half_;
};

/// ChaCha20-Poly1305 (RFC 8439) under a key that seals one text only, hence the nonce zero. Chosen
/// since it takes the same time for every key on every processor. Sealing gives nothing if OpenSSL
/// fails.
[[nodiscard]] bytes seal_once(const secret& key, bytes_view associated, bytes_view text);
[[nodiscard]] std::optional<bytes> open_once(const secret& key, bytes_view associated,
                                             bytes_view sealed);

[[nodiscard]] secret random_secret(random_source& random);
/// `octets` random octets that are no secret.
[[nodiscard]] bytes random_octets(random_source& random, std::size_t octets);

} // namespace loa::net
