#include <bench/harness/forwarder.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>

namespace loa::bench {

namespace {

constexpr int turn_ms = 20;
/// What one end may be behind with the other before its reader waits.
constexpr std::size_t most_waiting = std::size_t{1} << 20;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

int make_socket() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

} // namespace

class forwarder::loop {
public:
  ~loop() {
    for (const auto& l : listening_) ::close(l.fd);
    for (const auto& p : pairs_)
      for (const int fd : p.fds) ::close(fd);
  }

  result<void> listen(const way& w) {
    const int fd = make_socket();
    int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto at = loopback(w.from);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        ::listen(fd, 64) != 0) {
      error e{errc::unavailable,
              fmt::format("Port {} cannot be served: {}.", w.from, std::strerror(errno)),
              {}};
      ::close(fd);
      return e;
    }
    listening_.push_back({fd, w.to});
    return {};
  }

  void turn() {
    std::vector<pollfd> all;
    for (const auto& l : listening_) all.push_back({l.fd, POLLIN, 0});
    for (const auto& p : pairs_)
      for (std::size_t side = 0; side < 2; ++side)
        all.push_back({p.fds[side],
                       static_cast<short>((p.waiting[1 - side].size() < most_waiting ? POLLIN : 0) |
                                          (p.waiting[side].empty() ? 0 : POLLOUT)),
                       0});
    if (::poll(all.data(), all.size(), turn_ms) <= 0) return;
    const auto first_pair = listening_.size();
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      for (std::size_t side = 0; side < 2; ++side)
        if (all[first_pair + 2 * i + side].revents != 0) pass(pairs_[i], side);
    std::erase_if(pairs_, [](const pair& p) {
      if (p.ended)
        for (const int fd : p.fds) ::close(fd);
      return p.ended;
    });
    for (std::size_t i = 0; i < listening_.size(); ++i)
      if (all[i].revents != 0) accept(listening_[i]);
  }

private:
  struct listener {
    int fd;
    std::uint16_t to;
  };
  struct pair {
    std::array<int, 2> fds{-1, -1};
    std::array<std::string, 2> waiting; ///< To be written to that side.
    bool ended = false;
  };

  void accept(const listener& l) {
    const int fd = ::accept4(l.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int to = make_socket();
    const auto at = loopback(l.to);
    if (::connect(to, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 &&
        errno != EINPROGRESS) {
      ::close(fd);
      ::close(to);
      return;
    }
    pairs_.push_back({{fd, to}, {}, false});
  }

  static void write(pair& p, std::size_t side) {
    auto& w = p.waiting[side];
    if (w.empty()) return;
    const auto n = ::send(p.fds[side], w.data(), w.size(), MSG_NOSIGNAL);
    if (n > 0) w.erase(0, static_cast<std::size_t>(n));
    if (n < 0 && errno != EAGAIN && errno != ENOTCONN && errno != EINTR) p.ended = true;
  }

  static void pass(pair& p, std::size_t side) {
    std::array<char, 65'536> buffer;
    const auto n = ::recv(p.fds[side], buffer.data(), buffer.size(), 0);
    if (n > 0)
      p.waiting[1 - side].append(buffer.data(), static_cast<std::size_t>(n));
    else if (n == 0 || (errno != EAGAIN && errno != EINTR && errno != ENOTCONN))
      p.ended = true;
    write(p, 1 - side);
    write(p, side);
  }

  std::vector<listener> listening_;
  std::vector<pair> pairs_;
};

forwarder::forwarder(std::unique_ptr<loop> l) : loop_(std::move(l)) {
  thread_ = std::thread([this] {
    while (!ended_) {
      if (whole_)
        loop_->turn();
      else
        std::this_thread::sleep_for(std::chrono::milliseconds(turn_ms));
    }
  });
}

forwarder::~forwarder() {
  ended_ = true;
  thread_.join();
}

result<std::unique_ptr<forwarder>> forwarder::open(const std::vector<way>& ways) {
  auto l = std::make_unique<loop>();
  for (const auto& w : ways)
    if (auto good = l->listen(w); !good) return good.error();
  return std::unique_ptr<forwarder>(new forwarder(std::move(l)));
}

} // namespace loa::bench
