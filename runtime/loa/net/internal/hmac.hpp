#pragma once

#include <loa/net/internal/openssl.hpp>

#include <array>

namespace loa::net {

/// HMAC-SHA256 (RFC 2104) under one key for many texts, one after the other. Throws std::bad_alloc
/// where OpenSSL fails, which it does only for want of memory. The key is wiped with it.
class hmac_context {
public:
  explicit hmac_context(bytes_view key);

  void add(bytes_view piece);
  /// The 32 octets for what was added, and begins anew under the same key.
  [[nodiscard]] std::array<char, 32> finish();

private:
  std::unique_ptr<EVP_MAC_CTX, freeing<EVP_MAC_CTX_free>> context_;
};

} // namespace loa::net
