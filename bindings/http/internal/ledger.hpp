#pragma once

#include <bindings/http/options.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace loa::http {

/// Counts connections, all together and by where they come from. Any thread.
class connection_ledger {
public:
  explicit connection_ledger(const server_limits& limits) : limits_(limits) {}

  enum class verdict { admitted, too_many, too_many_from_there };

  /// Counts a connection if the limits admit it. `from` is an IPv4 address or an IPv6 prefix.
  [[nodiscard]] verdict admit(std::uint64_t from) {
    const std::lock_guard lock(mutex_);
    if (total_ >= limits_.connections) return verdict::too_many;
    auto& there = by_address_[from];
    if (there >= limits_.connections_per_address) return verdict::too_many_from_there;
    ++there;
    ++total_;
    return verdict::admitted;
  }

  void release(std::uint64_t from) {
    const std::lock_guard lock(mutex_);
    if (const auto at = by_address_.find(from); at != by_address_.end() && --at->second == 0)
      by_address_.erase(at);
    if (--total_ == 0) none_left_.notify_all();
  }

  [[nodiscard]] std::size_t total() const {
    const std::lock_guard lock(mutex_);
    return total_;
  }

  /// True once there is no connection left; false when the time is over first.
  bool wait_until_none(duration patience) {
    std::unique_lock lock(mutex_);
    return none_left_.wait_for(lock, patience, [this] { return total_ == 0; });
  }

private:
  const server_limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t total_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> by_address_;
};

} // namespace loa::http
