#pragma once

#include <loa/base/result.hpp>
#include <loa/net/internal/endpoint.hpp>

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace loa::net {

/// A file descriptor that somebody owns; closed at the end.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(other.release()) {}
  descriptor& operator=(descriptor&& other) noexcept;
  ~descriptor();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }

private:
  int fd_ = -1;
};

/// An IPv4 or IPv6 address with a port.
struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  [[nodiscard]] const sockaddr* get() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
  [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  /// The address without the port, for logs.
  [[nodiscard]] std::string host() const;
  [[nodiscard]] endpoint to_endpoint() const;
};

/// Whether a name may be looked up, which blocks for as long as the resolver likes.
enum class lookup { numbers_only, names_too };

/// The addresses of an endpoint, the preferred first, few of them.
[[nodiscard]] result<std::vector<socket_address>> addresses_of(const endpoint& where, lookup how);

/// A socket that listens; nothing blocks on it.
[[nodiscard]] result<descriptor> listen_on(const endpoint& where);
[[nodiscard]] std::uint16_t port_of(const descriptor& socket);

/// Begins a connection. It is there when the socket can be written and error_of() gives 0; an
/// errno if it failed at once.
[[nodiscard]] std::pair<descriptor, int> begin_connection(const socket_address& to);
/// The errno that waits at a socket, 0 for none.
[[nodiscard]] int error_of(int socket);

/// What an errno says.
[[nodiscard]] std::string describe_errno(int number);

} // namespace loa::net
