#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>
#include <loa/base/time.hpp>
#include <loa/net/node_id.hpp>

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace loa::net {

/// No chain holds more certificates, the node's own included.
inline constexpr std::size_t most_chain_certificates = 4;
/// No chain is longer than this many octets of DER.
inline constexpr std::size_t most_chain_octets = 8192;
/// No cluster has more authorities at a time; two are usual while one follows the other.
inline constexpr std::size_t most_authorities = 16;

struct evp_key;

/// A key that checks signatures: Ed25519 (RFC 8032) or ECDSA with P-256 and SHA-256. Any thread.
class public_key {
public:
  explicit public_key(std::shared_ptr<const evp_key> key) noexcept : key_(std::move(key)) {}
  [[nodiscard]] bool verify(bytes_view octets, bytes_view signature) const;

private:
  std::shared_ptr<const evp_key> key_;
};

/// Who a certificate says that somebody is. It is proved only by a signature with its key.
struct peer_identity {
  node_id id;
  public_key key;
};

/// The certificates of those who say which nodes belong to a cluster. Any thread; copies are cheap.
class authority {
public:
  /// Reads X.509 certificates in PEM: at least one, most_authorities at most, each with
  /// basicConstraints CA and the key usage to sign certificates. One need not be a root.
  [[nodiscard]] static result<authority> load(std::string_view pem);

  /// Checks a chain of certificates in DER, the node's own first, by RFC 5280, section 6, and says
  /// whom it names. `now` is Loa's clock; the system's is not looked at. Revocation is no business
  /// of a certificate here.
  ///
  /// Errors are refusals (see refusal.hpp): bad_certificate, other_authority, expired,
  /// not_yet_valid, no_loa_name, not_for_signing.
  [[nodiscard]] result<peer_identity> verify(std::span<const bytes> chain, instant now) const;
  /// The same without regard to the time.
  [[nodiscard]] result<peer_identity> verify_at_any_time(std::span<const bytes> chain) const;

  /// True if one of these certificates' own keys, of the kinds that public_key knows, has signed
  /// that. The certificates' time is not looked at.
  [[nodiscard]] bool has_signed(bytes_view octets, bytes_view signature) const;

private:
  struct trusted;
  explicit authority(std::shared_ptr<const trusted> t) noexcept : trusted_(std::move(t)) {}
  [[nodiscard]] result<peer_identity> check(std::span<const bytes> chain, const instant* now) const;
  std::shared_ptr<const trusted> trusted_;
};

/// Who a node is and how it proves that: its certificate, its private key and its cluster's
/// authority. Any thread; copies are cheap and share the key, which is wiped with the last one.
class identity {
public:
  /// Reads all three from PEM. The certificate may be followed by those between it and the
  /// authority. The key (PKCS #8 or SEC 1, not encrypted, Ed25519 or P-256) must be the
  /// certificate's, and the certificate one that the authority would accept at some time.
  [[nodiscard]] static result<identity>
  load(std::string_view certificate_pem, std::string_view key_pem, std::string_view authority_pem);

  [[nodiscard]] const node_id& id() const noexcept;
  /// The certificates in DER, the node's own first.
  [[nodiscard]] const std::vector<bytes>& chain() const noexcept;
  [[nodiscard]] const authority& issuer() const noexcept;
  /// The first and the last instant at which the node's own certificate is valid.
  [[nodiscard]] instant valid_from() const noexcept;
  [[nodiscard]] instant valid_until() const noexcept;

  /// Signs. With Ed25519 the same octets give the same signature; ECDSA takes a random number from
  /// OpenSSL for each. At most 72 octets.
  [[nodiscard]] result<bytes> sign(bytes_view octets) const;

private:
  struct parts;
  explicit identity(std::shared_ptr<const parts> p) noexcept : parts_(std::move(p)) {}
  std::shared_ptr<const parts> parts_;
};

} // namespace loa::net
