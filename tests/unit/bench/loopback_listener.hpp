#pragma once

#include <bench/load/socket.hpp>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <sys/socket.h>

namespace loa::bench {

/// A socket that listens on a free port of loopback.
struct loopback_listener {
  loopback_listener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof at;
    REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(socket.get(), 64) == 0);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&at), &length);
    port = ntohs(at.sin_port);
  }
  [[nodiscard]] descriptor accept() const {
    return descriptor(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }

  descriptor socket;
  std::uint16_t port = 0;
};

} // namespace loa::bench
