#include <bench/load/socket.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace loa::bench {

namespace {

error failure(const std::string& what) {
  return {errc::unavailable, fmt::format("{}: {}.", what, std::strerror(errno)), {}};
}

sockaddr_in address(std::uint32_t host, std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(host);
  return a;
}

} // namespace

descriptor::~descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

result<descriptor> begin_connect(std::uint32_t host, std::uint16_t port, unsigned last,
                                 int receive_buffer) {
  descriptor out(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (out.get() < 0) return failure("No socket can be had");
  int on = 1;
  ::setsockopt(out.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer > 0)
    ::setsockopt(out.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (host >> 24 == 127) {
    // The port is chosen per destination when connecting, so that each address has its 28 000.
    ::setsockopt(out.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const auto from = address(INADDR_LOOPBACK - 1 + last, 0);
    if (::bind(out.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0)
      return failure(fmt::format("127.0.0.{} cannot be used", last));
  }
  const auto to = address(host, port);
  if (::connect(out.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
      errno != EINPROGRESS)
    return failure(fmt::format("No connection to port {}", port));
  return out;
}

result<std::uint32_t> ipv4(const std::string& host) {
  if (host == "localhost") return std::uint32_t{INADDR_LOOPBACK};
  in_addr a{};
  if (::inet_pton(AF_INET, host.c_str(), &a) != 1)
    return error{errc::malformed, fmt::format("\"{}\" is no IPv4 address.", host), {}};
  return std::uint32_t{ntohl(a.s_addr)};
}

result<std::size_t> send_some(const descriptor& to, std::string_view octets) {
  const auto n = ::send(to.get(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n >= 0) return static_cast<std::size_t>(n);
  if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
  return failure("Could not send");
}

} // namespace loa::bench
