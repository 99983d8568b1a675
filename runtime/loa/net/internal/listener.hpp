#pragma once

#include <loa/net/internal/watch.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace loa::net {

/// Takes callers. For the loop's thread; it leaves and is buried in the loop.
class listener final : public watcher {
public:
  /// Gets the socket, in the loop and watched by nobody yet, and who is at its other end.
  using caller = std::function<void(std::shared_ptr<watch>, const socket_address&)>;
  /// Is told why no caller can be taken for a while.
  using trouble = std::function<void(const std::string& why)>;

  listener(event_loop& loop, descriptor socket, caller then, trouble cannot);

  void begin();
  /// If it pauses, when to call begin() again.
  [[nodiscard]] std::optional<instant> pauses_until() const noexcept { return pauses_until_; }
  void leave();

  void on_ready() override;

private:
  event_loop& loop_;
  std::shared_ptr<watch> socket_;
  caller then_;
  trouble cannot_;
  std::optional<instant> pauses_until_;
};

} // namespace loa::net
