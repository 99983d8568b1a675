#pragma once

#include <loa/net/internal/watch.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace loa::net {

/// Calls the addresses of one endpoint, one after the other, until one answers. For the loop's
/// thread; it leaves and is buried in the loop.
class tcp_call final : public watcher {
public:
  /// Gets the connected socket, in the loop and watched by nobody, or why there is none.
  using answer = std::function<void(result<std::shared_ptr<watch>>)>;

  /// Of the time until `deadline` each address gets its share, since one that swallows everything
  /// must not keep the others from being tried.
  tcp_call(event_loop& loop, std::vector<socket_address> to, instant deadline, answer then);

  void begin();
  /// When to call give_up_attempt().
  [[nodiscard]] instant attempt_ends() const noexcept { return attempt_ends_; }
  void give_up_attempt();
  /// Nothing more happens.
  void leave();

  void on_ready() override;

private:
  void next();
  void drop_socket();

  event_loop& loop_;
  std::vector<socket_address> to_;
  instant deadline_;
  answer then_;
  std::size_t tried_ = 0;
  int failed_ = 0;
  instant attempt_ends_;
  std::shared_ptr<watch> socket_;
};

} // namespace loa::net
