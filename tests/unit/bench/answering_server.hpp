#pragma once

#include <bench/load/socket.hpp>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace loa::bench {

/// Answers what comes on each connection; an empty answer ends it.
class answering_server {
public:
  using answer = std::function<std::string(std::size_t connection, const std::string& got)>;
  explicit answering_server(answer a)
      : answer_(std::move(a)),
        listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof at;
    REQUIRE(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(listening_.get(), 64) == 0);
    ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&at), &length);
    port = ntohs(at.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~answering_server() {
    ended_ = true;
    thread_.join();
  }
  std::uint16_t port = 0;

private:
  void run() {
    std::vector<descriptor> clients;
    while (!ended_) {
      std::vector<pollfd> all{{listening_.get(), POLLIN, 0}};
      for (const auto& c : clients) all.push_back({c.get(), POLLIN, 0});
      ::poll(all.data(), all.size(), 1);
      if ((all[0].revents & POLLIN) != 0)
        clients.emplace_back(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      for (std::size_t i = 1; i < all.size(); ++i) {
        if ((all[i].revents & POLLIN) == 0) continue;
        char buffer[4096];
        const auto n = ::recv(all[i].fd, buffer, sizeof buffer, MSG_DONTWAIT);
        const auto said =
            n > 0 ? answer_(i - 1, std::string(buffer, static_cast<std::size_t>(n))) : "";
        if (said.empty())
          clients[i - 1] = descriptor();
        else
          (void)!::send(all[i].fd, said.data(), said.size(), MSG_NOSIGNAL);
      }
    }
  }

  answer answer_;
  descriptor listening_;
  std::thread thread_;
  std::atomic<bool> ended_{false};
};

} // namespace loa::bench
