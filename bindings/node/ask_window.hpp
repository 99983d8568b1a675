#pragma once

#include <loa/node/runtime.hpp>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

namespace loa::host {

/// Sends many commands to a node with a bounded number under way, and waits for all of them. One
/// thread sends; never a thread of the runtime.
class ask_window {
public:
  ask_window(node::runtime& to, std::size_t most) : node_(to), most_(most) {}
  /// Waits for what is under way.
  ~ask_window();
  ask_window(const ask_window&) = delete;
  ask_window& operator=(const ask_window&) = delete;

  /// Sends a command as soon as there is room; waits until then. Its failure is kept for `finish`,
  /// unless `then` wants the answer; `then` is called on a thread of the node.
  void ask(const name& to, wire::value command, node::reply_handler then = {});

  /// Waits for all answers. The first failure that nobody wanted, if there was one.
  [[nodiscard]] result<void> finish();

  [[nodiscard]] std::uint64_t answered() const;

private:
  void settle(const name& to, result<wire::value> answer, const node::reply_handler& then);

  node::runtime& node_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t under_way_ = 0;
  std::uint64_t answered_ = 0;
  std::optional<error> failure_;
};

} // namespace loa::host
