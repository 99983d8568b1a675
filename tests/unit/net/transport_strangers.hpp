#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/log.hpp>
#include <loa/net/internal/socket.hpp>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

// Who else may be at the other end of a transport's sockets.
namespace loa::net::test {

/// A host whose port is open and behind which nobody says anything; a deaf one does not even take
/// connections.
class silent_host {
public:
  explicit silent_host(bool deaf);
  [[nodiscard]] std::string address() const;

private:
  descriptor socket_;
  std::vector<descriptor> fillers_;
};

/// Somebody with a TCP connection to this port of this host.
class stranger {
public:
  explicit stranger(std::uint16_t port);
  void say(bytes_view octets) const;
  /// True when the other side has ended the connection, which is waited for.
  [[nodiscard]] bool is_dropped() const;
  [[nodiscard]] int get() const { return socket_.get(); }

private:
  descriptor socket_;
};

/// Somebody who speaks TLS, whatever his certificate is and whatever he says then. Blocks; every
/// step gives up after some seconds.
class tls_stranger {
public:
  struct manners {
    std::filesystem::path certificate; ///< Empty: shows none.
    std::filesystem::path key;
    bool old_tls = false; ///< Speaks TLS 1.2 at most.
  };
  /// Calls this port of this host.
  tls_stranger(std::uint16_t port, const manners& m);
  /// Takes over a connection that came.
  tls_stranger(descriptor accepted, const manners& m);
  ~tls_stranger();

  /// The handshake as far as this side sees it.
  [[nodiscard]] bool shakes();
  [[nodiscard]] bool says(bytes_view octets);
  /// That many octets, fewer if the line ends before.
  [[nodiscard]] bytes hears(std::size_t octets);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// Keeps what is logged.
class noted_log final : public log_sink {
public:
  void write(log_level level, std::string_view component, std::string_view message,
             std::initializer_list<log_field> fields) override;
  /// Waits for that many lines; each is the message and all values.
  [[nodiscard]] std::vector<std::string> lines(std::size_t least) const;

private:
  mutable std::mutex mutex_;
  mutable std::condition_variable news_;
  std::vector<std::string> lines_;
};

} // namespace loa::net::test
