#pragma once

#include <bench/client/http_text.hpp>
#include <bench/client/sockets.hpp>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace loa::bench {

/// The status of a GET on a connection of its own; 0 while nobody listens.
[[nodiscard]] inline int status_of_get(std::uint16_t port, std::string_view target) {
  descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return 0;
  send_all(socket, fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target));
  std::string in;
  char buffer[4096];
  for (;;) {
    const auto n = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (n <= 0) return 0;
    in.append(buffer, static_cast<std::size_t>(n));
    if (const auto answer = whole_response(in)) return answer->status;
  }
}

/// One life of a node, as a process that ends with this program, however that comes.
class node_run {
public:
  using steady = std::chrono::steady_clock;

  /// Starts `PROGRAM node CONFIG`, which answers clients on that port of 127.0.0.1.
  node_run(const std::string& program, const std::string& config, std::uint16_t port)
      : port_(port),
        begin_(steady::now()) {
    const char* const words[] = {program.c_str(), "node", config.c_str(), nullptr};
    const auto parent = ::getpid();
    child_ = ::fork();
    if (child_ < 0) give_up_with_errno("cannot start " + program);
    if (child_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent) ::execv(program.c_str(), const_cast<char* const*>(words));
    ::_exit(127);
  }
  node_run(const node_run&) = delete;
  node_run& operator=(const node_run&) = delete;
  ~node_run() { kill(); }

  [[nodiscard]] steady::time_point begin() const { return begin_; }

  /// Milliseconds from the start until that GET is answered well; gives up after a minute, or when
  /// the node has ended.
  [[nodiscard]] double ms_until(const std::string& target) {
    const auto since = [&] {
      return std::chrono::duration<double, std::milli>(steady::now() - begin_).count();
    };
    while (status_of_get(port_, target) != 200) {
      if (::waitpid(child_, nullptr, WNOHANG) == child_) {
        child_ = -1;
        give_up("the node has ended; its last words are above");
      }
      if (since() > 60'000)
        give_up("the node did not come to serve in 60 s; its last words are above");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return since();
  }

  /// kill -9, and gone.
  void kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
  }

private:
  std::uint16_t port_;
  steady::time_point begin_;
  pid_t child_ = -1;
};

} // namespace loa::bench
