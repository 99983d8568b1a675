#pragma once

#include <bindings/http/options.hpp>
#include <loa/base/result.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace loa::http {

/// How far a non-blocking operation on a connection came.
struct io_step {
  enum class outcome { done, wait_read, wait_write, closed, failed };
  outcome how = outcome::done;
  std::size_t octets = 0;
};

/// A certificate with its key, ready for new connections. Immutable; any thread.
class tls_context {
public:
  /// TLS 1.2 and later (RFC 8446, RFC 9325), no renegotiation, no compression. The error names the
  /// file.
  [[nodiscard]] static result<std::shared_ptr<const tls_context>>
  load(const std::filesystem::path& certificate, const std::filesystem::path& key);

private:
  friend class tls_session;
  explicit tls_context(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;
};

/// TLS on one non-blocking socket, which its owner keeps open and waits for.
class tls_session {
public:
  tls_session(const tls_context& context, int socket);

  [[nodiscard]] io_step handshake();
  [[nodiscard]] io_step read(char* to, std::size_t most);
  /// After `wait_…` call again with the same content.
  [[nodiscard]] io_step write(std::string_view data);
  /// Tells the peer that nothing follows.
  void shut();

private:
  struct release {
    void operator()(ssl_st* s) const noexcept;
  };
  [[nodiscard]] io_step outcome_of(int returned) const;
  std::unique_ptr<ssl_st, release> ssl_;
};

} // namespace loa::http
