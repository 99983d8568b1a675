#pragma once

#include <bench/load/socket.hpp>

#include <chrono>
#include <string>

namespace loa::bench {

/// One connection on which requests of HTTP/1.1 are answered one after the other. It waits. One
/// thread.
class http_line {
public:
  [[nodiscard]] static result<http_line> open(std::uint32_t host, std::uint16_t port);

  struct answer {
    int status = 0;
    std::string body;
  };
  /// Errors: the connection has ended, or no answer came in time.
  [[nodiscard]] result<answer> exchange(const std::string& request,
                                        std::chrono::seconds patience = std::chrono::seconds(10));

private:
  explicit http_line(descriptor s) : socket_(std::move(s)) {}
  descriptor socket_;
  std::string in_;
};

} // namespace loa::bench
