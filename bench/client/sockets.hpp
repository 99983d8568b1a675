#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace loa::bench {

/// Ends a measurement that cannot go on.
[[noreturn]] inline void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}
[[noreturn]] inline void give_up_with_errno(const std::string& what) {
  give_up(what + ": " + std::strerror(errno));
}

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
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_ = -1;
};

/// Admits as many open files as the system lets this user have, also to programs that are started
/// from here; gives up if that is fewer than `n`.
inline void need_files(rlim_t n) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto allowed = limit.rlim_max;
  if (limit.rlim_max < n && ::geteuid() == 0) limit.rlim_max = n;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < n)
    give_up("Needed are " + std::to_string(n) + " open files at once, and this user may have " +
            std::to_string(allowed) +
            ". Let root raise the limit (ulimit -H -n, or nofile in /etc/security/limits.conf), or "
            "measure with fewer connections.");
}

/// Begins to connect to a loopback port without waiting, from the address 127.0.0.`last`.
inline descriptor begin_connect(std::uint16_t port, unsigned last) {
  descriptor out(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (out.get() < 0) give_up_with_errno("socket");
  int on = 1;
  ::setsockopt(out.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // The port is chosen per destination when connecting, so that each address has its 28 000.
  ::setsockopt(out.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + last);
  if (::bind(out.get(), reinterpret_cast<sockaddr*>(&from), sizeof from) != 0)
    give_up_with_errno("bind to 127.0.0." + std::to_string(last));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(out.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 &&
      errno != EINPROGRESS)
    give_up_with_errno("connect to port " + std::to_string(port));
  return out;
}

/// A connected socket that waits when it reads and writes.
inline descriptor connect_and_wait(std::uint16_t port) {
  descriptor out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int on = 1;
  ::setsockopt(out.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(out.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    give_up_with_errno("connect to port " + std::to_string(port));
  return out;
}

/// Sends all of it on a socket that waits.
inline void send_all(const descriptor& to, std::string_view data) {
  while (!data.empty()) {
    auto n = ::send(to.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (n < 0) give_up_with_errno("send");
    data.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// The resident memory of a process in octets; 0 if there is no such process.
inline std::uint64_t resident_memory(long pid) {
  auto* file = std::fopen(("/proc/" + std::to_string(pid) + "/status").c_str(), "r");
  if (!file) return 0;
  char line[256];
  unsigned long long kilobytes = 0;
  while (std::fgets(line, sizeof line, file))
    if (std::sscanf(line, "VmRSS: %llu kB", &kilobytes) == 1) break;
  std::fclose(file);
  return kilobytes * 1024;
}

} // namespace loa::bench
