#pragma once

#include "loopback_listener.hpp"

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
  explicit answering_server(answer a) : answer_(std::move(a)) {
    thread_ = std::thread([this] { run(); });
  }
  ~answering_server() {
    ended_ = true;
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return listening_.port; }

private:
  void run() {
    std::vector<descriptor> clients;
    while (!ended_) {
      std::vector<pollfd> all{{listening_.socket.get(), POLLIN, 0}};
      for (const auto& c : clients) all.push_back({c.get(), POLLIN, 0});
      ::poll(all.data(), all.size(), 1);
      if ((all[0].revents & POLLIN) != 0) clients.push_back(listening_.accept());
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
  loopback_listener listening_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

} // namespace loa::bench
