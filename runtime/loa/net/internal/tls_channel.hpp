#pragma once

#include <loa/net/internal/tls_context.hpp>

#include <span>

namespace loa::net {

/// What became of a step; those that want something are made again when the descriptor is ready.
enum class tls_step {
  done,
  wants_read,
  wants_write,
  closed, ///< The other side has said that it sends no more.
  failed, ///< See why().
};

enum class tls_role { calls, is_called };

/// One conversation in TLS over a connected, non-blocking socket, which it does not own.
class tls_channel {
public:
  tls_channel(std::shared_ptr<const tls_context> context, int socket, tls_role role);
  tls_channel(const tls_channel&) = delete;
  tls_channel& operator=(const tls_channel&) = delete;

  [[nodiscard]] tls_step shake();
  /// `octets` says how many were read into or written from the front; the next try to write gives
  /// at least the same again.
  [[nodiscard]] tls_step read(std::span<char> into, std::size_t& octets);
  [[nodiscard]] tls_step write(bytes_view from, std::size_t& octets);
  /// Says that we send no more.
  [[nodiscard]] tls_step say_goodbye();
  /// There is something to read that the descriptor does not tell of.
  [[nodiscard]] bool holds_more() const;

  /// After a step that failed, a sentence.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

private:
  tls_step judge(int outcome);

  std::shared_ptr<const tls_context> context_;
  std::string verdict_; ///< Before what writes there.
  std::string why_;
  ssl_ptr ssl_;
};

} // namespace loa::net
