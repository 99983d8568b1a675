#pragma once

#include <loa/base/name.hpp>
#include <loa/base/time.hpp>
#include <loa/wire/describe.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

struct evp_pkey_st; // OpenSSL's key

/// \file
/// Access tokens: JSON Web Tokens (RFC 7519) in compact form (RFC 7515), signed with Ed25519 (alg
/// EdDSA, RFC 8037). Any node that knows the key checks them without asking anybody.
namespace loa::http {

/// What a caller is. Roles do not include each other: see access.hpp.
enum class role : std::uint8_t { citizen, device, editor, approver, dispatcher, administrator };

/// True for the roles of people in office.
[[nodiscard]] constexpr bool is_official(role r) noexcept {
  return r != role::citizen && r != role::device;
}

/// What a token says. It is good for `unit` and everything below.
struct claims {
  std::string id;      ///< "jti": names the token in a revocation; 1 to 64 visible characters.
  std::string subject; ///< "sub": who carries it; for a citizen or device the id, or empty for any.
  http::role role = http::role::citizen;
  path unit;
  instant issued;                 ///< "iat", to the second.
  std::optional<instant> expires; ///< "exp", to the second; never if absent.

  bool operator==(const claims&) const = default;
};

/// A difference between clocks up to this is tolerated.
inline constexpr duration token_skew = std::chrono::minutes(1);

/// The longest token that is looked at.
inline constexpr std::size_t most_token_octets = 2048;

/// An Ed25519 key pair. Copies share the key; any thread may use it.
class token_key {
public:
  /// A new key from the system's randomness.
  [[nodiscard]] static result<token_key> generate();
  /// Reads a private key in PEM (PKCS #8). Refused with `forbidden` if others than the owner may
  /// read the file.
  [[nodiscard]] static result<token_key> load(const std::filesystem::path& file);
  /// Reads the key, or makes one and writes it with mode 0600. If two start at the same time one of
  /// them writes and both read the same key.
  [[nodiscard]] static result<token_key> load_or_create(const std::filesystem::path& file);

  /// The signed token. The claims must be good ones: a unit, and an id.
  [[nodiscard]] result<std::string> sign(const claims& c) const;
  /// The claims of a token that this key signed and that is in force at `now`, give or
  /// take `token_skew`. Everything else is `unauthenticated`: another alg,
  /// "crit", another type of claim, a broken signature, an expired token.
  [[nodiscard]] result<claims> verify(std::string_view token, instant now) const;

  /// 32 octets derived from the key for another use, a different one per `purpose` (HKDF, RFC
  /// 5869).
  [[nodiscard]] result<bytes> derive(std::string_view purpose) const;

  /// 16 hexadecimal digits that tell this key from others and say nothing about its secret.
  [[nodiscard]] std::string fingerprint() const;

private:
  explicit token_key(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

} // namespace loa::http

template <>
inline constexpr auto loa::wire::enum_names<loa::http::role> =
    std::to_array<std::pair<loa::http::role, std::string_view>>(
        {{loa::http::role::citizen, "citizen"},
         {loa::http::role::device, "device"},
         {loa::http::role::editor, "editor"},
         {loa::http::role::approver, "approver"},
         {loa::http::role::dispatcher, "dispatcher"},
         {loa::http::role::administrator, "administrator"}});
