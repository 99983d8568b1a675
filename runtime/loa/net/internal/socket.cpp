#include <loa/net/internal/socket.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace loa::net {

namespace {

constexpr std::size_t most_addresses = 8;
constexpr int backlog = 256;

struct free_addresses {
  void operator()(addrinfo* a) const noexcept { ::freeaddrinfo(a); }
};

} // namespace

descriptor& descriptor::operator=(descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

descriptor::~descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

endpoint socket_address::to_endpoint() const {
  std::array<char, NI_MAXHOST> host_text{};
  std::array<char, NI_MAXSERV> port_text{};
  if (::getnameinfo(get(), size, host_text.data(), host_text.size(), port_text.data(),
                    port_text.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {"unknown", 0};
  return {host_text.data(),
          static_cast<std::uint16_t>(std::strtoul(port_text.data(), nullptr, 10))};
}

std::string socket_address::host() const {
  return to_endpoint().host;
}

result<std::vector<socket_address>> addresses_of(const endpoint& where, lookup how) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV | (how == lookup::numbers_only ? AI_NUMERICHOST : 0);
  addrinfo* found = nullptr;
  const auto failed =
      ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &wanted, &found);
  const std::unique_ptr<addrinfo, free_addresses> all(found);
  if (failed != 0)
    return error{errc::not_found,
                 "\"" + where.host + "\" cannot be looked up: " + ::gai_strerror(failed) + ".",
                 {}};
  std::vector<socket_address> out;
  for (const auto* a = found; a != nullptr && out.size() < most_addresses; a = a->ai_next) {
    if (a->ai_addrlen > sizeof(sockaddr_storage)) continue;
    socket_address one;
    std::memcpy(&one.storage, a->ai_addr, a->ai_addrlen);
    one.size = a->ai_addrlen;
    out.push_back(one);
  }
  if (out.empty()) return error{errc::not_found, "\"" + where.host + "\" has no address.", {}};
  return out;
}

result<descriptor> listen_on(const endpoint& where) {
  const auto all = addresses_of(where, lookup::names_too);
  if (!all) return all.error();
  int failed = 0;
  for (const auto& a : *all) {
    descriptor s(
        ::socket(a.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    const int on = 1;
    // A node that starts again must not wait for what is left of its former lines.
    if (s && ::setsockopt(s.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(s.get(), a.get(), a.size) == 0 && ::listen(s.get(), backlog) == 0)
      return s;
    failed = errno;
  }
  return error{errc::unavailable,
               "Cannot listen on " + to_string(where) + ": " + describe_errno(failed) + ".",
               {}};
}

std::uint16_t port_of(const descriptor& socket) {
  socket_address own;
  if (::getsockname(socket.get(), own.get(), &own.size) != 0) return 0;
  return own.to_endpoint().port;
}

std::pair<descriptor, int> begin_connection(const socket_address& to) {
  descriptor s(
      ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!s) return {descriptor(), errno};
  if (::connect(s.get(), to.get(), to.size) != 0 && errno != EINPROGRESS)
    return {descriptor(), errno};
  return {std::move(s), 0};
}

int error_of(int socket) {
  int waiting = 0;
  socklen_t size = sizeof waiting;
  if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &waiting, &size) != 0) return errno;
  return waiting;
}

std::string describe_errno(int number) {
  return std::generic_category().message(number);
}

} // namespace loa::net
