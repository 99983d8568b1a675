#pragma once

#include <loa/net/identity.hpp>
#include <loa/net/internal/openssl.hpp>

namespace loa::net {

/// What a public_key holds.
struct evp_key {
  pkey_ptr key;
};

/// True for the two kinds of keys that a node may have: Ed25519 and ECDSA with P-256.
[[nodiscard]] bool is_known_kind(const EVP_PKEY* key);

/// Signs with SHA-256 or, with Ed25519, as RFC 8032 says; empty if OpenSSL cannot.
[[nodiscard]] bytes sign_with(EVP_PKEY* key, bytes_view octets);

} // namespace loa::net
