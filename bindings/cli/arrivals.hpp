#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace loa::cli {

/// When each of many clients got one thing: the clock of the demo. Clients have numbers from 0 and
/// belong to groups. `note` and `count` are for any thread, the rest for the one that made it.
class arrivals {
public:
  explicit arrivals(std::size_t clients);

  /// Before the start: which group a client belongs to.
  void assign(std::size_t client, std::size_t group) {
    groups_[client] = static_cast<std::uint32_t>(group);
  }

  /// The clock starts; what was noted before is forgotten.
  void start();
  /// A client got it. Only the first time after the start counts.
  void note(std::size_t client) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept {
    return arrived_.load(std::memory_order_acquire);
  }

  struct summary {
    std::uint64_t clients = 0;
    std::uint64_t arrived = 0;
    std::chrono::microseconds median{0}; ///< Of those that arrived, like the others.
    std::chrono::microseconds p99{0};
    std::chrono::microseconds last{0};
  };
  [[nodiscard]] summary all() const;
  [[nodiscard]] summary of_group(std::size_t group) const;

private:
  template <class Keep>
  [[nodiscard]] summary summarise(Keep keep) const;

  std::vector<std::uint32_t> groups_;
  std::vector<std::atomic<std::uint32_t>> micros_; // since the start, at least 1; 0: not yet
  std::atomic<std::uint64_t> arrived_{0};
  std::atomic<bool> running_{false};
  std::chrono::steady_clock::time_point began_;
};

} // namespace loa::cli
