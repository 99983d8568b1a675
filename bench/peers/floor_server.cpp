#include <bench/harness/server_process.hpp>
#include <bench/load/citizen.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/socket.hpp>
#include <bench/load/websocket_frames.hpp>
#include <bench/peers/server.hpp>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>

namespace loa::bench {

namespace {

constexpr std::string_view accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                       "Connection: Upgrade\r\n\r\n";

/// What follows "units=" in a request to upgrade.
std::string followed_in(std::string_view head) {
  constexpr std::string_view key = "units=";
  const auto at = head.find(key);
  if (at == std::string_view::npos) return {};
  const auto topic = head.substr(at + key.size());
  return std::string(topic.substr(0, topic.find(' ')));
}

/// The topic that a POST is for: what follows the slash.
std::string_view topic_in(std::string_view head) {
  const auto target = head.substr(std::string_view("POST /").size());
  return target.substr(0, target.find(' '));
}

/// One thread, one loop. Whoever asks for an upgrade gets the body of every POST to "/" as a frame,
/// and of those to the topic that he named; what the kernel does not take at once waits in `late`,
/// as with the servers that are compared.
class bare_loop {
public:
  explicit bare_loop(descriptor listening)
      : listening_(std::move(listening)),
        poll_(::epoll_create1(EPOLL_CLOEXEC)) {
    watch(listening_.get(), EPOLLIN);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events{};
    for (;;) {
      const int n = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < n; ++i) {
        const auto& e = events[static_cast<std::size_t>(i)];
        if (e.data.fd == listening_.get())
          accept_all();
        else
          serve(e.data.fd, e.events);
      }
    }
  }

private:
  struct client {
    descriptor socket;
    std::string in;
    std::string late;
    std::string topic;
    bool subscribed = false;
  };

  void watch(int fd, std::uint32_t what, int how = EPOLL_CTL_ADD) {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    ::epoll_ctl(poll_.get(), how, fd, &event);
  }

  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      clients_[fd].socket = descriptor(fd);
      watch(fd, EPOLLIN);
    }
  }

  void serve(int fd, std::uint32_t what) {
    auto& c = clients_[fd];
    if ((what & EPOLLOUT) != 0) write(c, {});
    std::array<char, 16'384> buffer;
    const auto n = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      clients_.erase(fd);
      return;
    }
    if (c.subscribed) return; // acknowledgements are read and not looked at
    c.in.append(buffer.data(), static_cast<std::size_t>(n));
    while (const auto m = whole_message(c.in)) {
      if (m->head.starts_with("POST")) {
        write(c, accepted);
        const auto frame = server_frame(opcode::text, m->body);
        const auto topic = topic_in(m->head);
        for (auto& [_, other] : clients_)
          if (other.subscribed && (topic.empty() || other.topic == topic)) write(other, frame);
      } else {
        c.topic = followed_in(m->head);
        c.subscribed = true;
        write(c, switching);
      }
      c.in.erase(0, m->octets);
    }
  }

  void write(client& c, std::string_view octets) {
    if (!c.late.empty()) {
      c.late += octets;
      octets = c.late;
    }
    const auto sent = send_some(c.socket, octets);
    const auto n = sent ? *sent : octets.size();
    if (n == octets.size()) {
      if (!c.late.empty()) watch(c.socket.get(), EPOLLIN, EPOLL_CTL_MOD);
      c.late.clear();
      return;
    }
    const bool new_wait = c.late.empty();
    c.late = std::string(octets.substr(n));
    if (new_wait) watch(c.socket.get(), EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  }

  descriptor listening_;
  descriptor poll_;
  std::map<int, client> clients_;
};

/// The names of side topics.
std::vector<std::string> names_of(side_topics beside, const char* before) {
  std::vector<std::string> out;
  for (std::size_t n = 0; n < beside.count; ++n) out.push_back(before + std::to_string(n));
  return out;
}

/// Posts the frame itself.
class frame_poster final : public poster {
public:
  frame_poster(std::vector<std::string> targets, std::size_t octets)
      : poster(std::move(targets), "application/json", {}),
        octets_(octets) {}

private:
  std::string body(const std::string& identifier) override { return filled(identifier, octets_); }
  std::size_t octets_;
};

class floor_running final : public running_server {
public:
  floor_running(std::uint16_t port, const message_shape& shape, server_process process)
      : port_(port),
        shape_(shape),
        process_(std::move(process)) {}
  std::uint16_t port() const override { return port_; }
  std::vector<int> processes() const override { return {process_.id()}; }
  std::unique_ptr<subscriber_protocol> subscribers() const override {
    auto topics = names_of(shape_.beside, "");
    if (topics.empty()) topics.emplace_back("0");
    return std::make_unique<citizens>("floor", std::move(topics), false);
  }
  std::unique_ptr<publisher_protocol> publisher() const override {
    return std::make_unique<frame_poster>(std::vector<std::string>{"/"}, shape_.octets);
  }
  std::unique_ptr<publisher_protocol> publisher_beside() const override {
    return std::make_unique<frame_poster>(names_of(shape_.beside, "/"), shape_.octets_beside);
  }

private:
  std::uint16_t port_;
  message_shape shape_;
  server_process process_;
};

class floor_kind final : public server_kind {
public:
  std::string name() const override { return "floor"; }
  result<std::string> version() override { return std::string("a bare loop of this harness"); }
  std::vector<setting> settings() const override {
    return {{"acknowledgements", "none"}, {"durable", "no"}, {"threads", "1"}};
  }
  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    auto where = c.directory("floor");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    auto process = server_process::start(
        {{c.program().string(), "bench", "serve-floor", std::to_string(*port)},
         *where / "log",
         {},
         {}},
        c.stopping());
    if (!process) return process.error();
    if (auto good =
            process->wait_until([&] { return port_answers(*port); }, std::chrono::seconds(20));
        !good)
      return good.error();
    return std::unique_ptr<running_server>(
        std::make_unique<floor_running>(*port, m, std::move(*process)));
  }
};

} // namespace

std::unique_ptr<server_kind> floor_server() {
  return std::make_unique<floor_kind>();
}

result<void> serve_floor(std::uint16_t port) {
  descriptor s(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  int on = 1;
  ::setsockopt(s.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(s.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
      ::listen(s.get(), 4096) != 0)
    return error{errc::unavailable,
                 fmt::format("Port {} cannot be served: {}.", port, std::strerror(errno)),
                 {}};
  bare_loop(std::move(s)).run();
}

} // namespace loa::bench
