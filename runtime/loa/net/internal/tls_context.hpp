#pragma once

#include <loa/net/identity.hpp>
#include <loa/net/internal/openssl.hpp>

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>

namespace loa::net {

using ssl_context_ptr = std::unique_ptr<SSL_CTX, freeing<SSL_CTX_free>>;
using ssl_ptr = std::unique_ptr<SSL, freeing<SSL_free>>;

/// What all lines that begin have in common: TLS 1.3 only, our certificate, and the rule by which
/// another's is judged, which is authority::verify(), as in the handshake above.
///
/// caf::openssl::session is not used: it knows no TLS version, no reason for a refusal and no end
/// of a conversation, and reads the files again for every connection.
class tls_context {
public:
  /// Errors are those of identity::load(), and files that cannot be read. `time` outlives it.
  [[nodiscard]] static result<std::shared_ptr<const tls_context>>
  load(const std::filesystem::path& certificate, const std::filesystem::path& key,
       const std::filesystem::path& authority, const clock& time);

  /// A new conversation. `verdict` outlives it: there stands why the other's certificate is
  /// refused, if it is.
  [[nodiscard]] ssl_ptr begin(std::string& verdict) const;
  [[nodiscard]] const identity& who() const noexcept { return who_; }

private:
  tls_context(identity who, const clock& time) : who_(std::move(who)), time_(time) {}
  static int judge(X509_STORE_CTX* shown, void* context);

  identity who_;
  const clock& time_;
  ssl_context_ptr context_;
};

} // namespace loa::net
