#pragma once

#include <loa/net/internal/socket.hpp>

#include <functional>
#include <memory>

namespace loa::net {

/// Looks names up without keeping anybody waiting: each in a thread of its own, which ends when the
/// system's resolver has answered. That can take longer than anybody is interested, so whoever asks
/// has a deadline, and a resolver that is gone leaves its threads behind; they touch nothing then.
class resolver {
public:
  using answer = std::function<void(result<std::vector<socket_address>>)>;
  /// Names looked up at a time, and names that wait for that; further ones are refused.
  static constexpr std::size_t most_at_a_time = 8;
  static constexpr std::size_t most_waiting = 256;

  /// `run` brings a task to the thread on which answers are given. It is called from any thread,
  /// not after the destructor.
  explicit resolver(std::function<void(std::function<void()>)> run);
  ~resolver();
  resolver(const resolver&) = delete;
  resolver& operator=(const resolver&) = delete;

  void ask(endpoint where, answer then);

private:
  struct office;
  std::shared_ptr<office> office_;
};

} // namespace loa::net
