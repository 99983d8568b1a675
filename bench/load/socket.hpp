#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace loa::bench {

/// A file descriptor with an owner.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor();
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_ = -1;
};

/// Begins to connect to an IPv4 port without waiting. On loopback it comes from the address
/// 127.0.0.`last`: each source address has ports of its own, and a server may limit what comes from
/// one. `receive_buffer` other than 0 sets the kernel's, for readers that shall be slow.
[[nodiscard]] result<descriptor> begin_connect(std::uint32_t host, std::uint16_t port,
                                               unsigned last, int receive_buffer = 0);

/// An IPv4 address as a number; "localhost" is 127.0.0.1.
[[nodiscard]] result<std::uint32_t> ipv4(const std::string& host);

/// Sends what fits now; how much that was.
[[nodiscard]] result<std::size_t> send_some(const descriptor& to, std::string_view octets);

} // namespace loa::bench
