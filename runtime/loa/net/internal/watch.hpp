#pragma once

#include <loa/net/internal/event_loop.hpp>
#include <loa/net/internal/socket.hpp>

#include <caf/io/network/default_multiplexer.hpp>

namespace loa::net {

/// Who wants to know that a descriptor can be read or written, or has failed.
class watcher {
public:
  virtual void on_ready() = 0;

protected:
  ~watcher() = default;
};

/// A descriptor in the loop's multiplexer, which makes it non-blocking and, if it is of TCP, sends
/// small chunks at once. Before it is destroyed it leaves, and is buried in the loop; until that is
/// done the multiplexer may refer to it.
class watch final : public caf::io::network::event_handler {
public:
  watch(caf::io::network::default_multiplexer& by, descriptor what, watcher& who);

  void want(bool reading, bool writing);
  /// Nobody is called any more.
  void leave();
  void hand_to(watcher& who) noexcept { who_ = &who; }

  void handle_event(caf::io::network::operation op) override;
  void removed_from_loop(caf::io::network::operation op) override;
  void graceful_shutdown() override;

private:
  watcher* who_;
  bool reading_ = false;
  bool writing_ = false;
};

} // namespace loa::net
