#pragma once

#include <bindings/cli/shared_memory.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace loa::cli {

/// When each of many clients got one thing: the clock of the demo. Clients have numbers from 0 and
/// belong to groups. `note` and `count` are for any thread, the rest for the one that made it.
///
/// Several processes of one machine may share what is noted: then one of them starts the clock, and
/// each notes its own clients.
class arrivals {
public:
  explicit arrivals(std::size_t clients);
  /// In memory of `octets_for(clients)`.
  arrivals(std::size_t clients, shared_memory where);
  arrivals(const arrivals&) = delete;
  arrivals& operator=(const arrivals&) = delete;

  [[nodiscard]] static std::size_t octets_for(std::size_t clients) noexcept;

  /// Before the start: which group a client belongs to.
  void assign(std::size_t client, std::size_t group) {
    groups_[client] = static_cast<std::uint32_t>(group);
  }

  /// The clock starts; what was noted before is forgotten.
  void start();
  /// A client got it. Only the first time after the start counts.
  void note(std::size_t client) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept {
    return head_->arrived.load(std::memory_order_acquire);
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

  struct header {
    std::atomic<std::uint64_t> arrived;
    std::atomic<std::int64_t>
        began; ///< By the steady clock, which all processes share; 0: not yet.
  };
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

  std::vector<std::uint32_t> groups_;
  std::vector<std::uint64_t> own_; // the memory, where it is not shared
  std::optional<shared_memory> shared_;
  header* head_;
  std::span<std::atomic<std::uint32_t>> micros_; // since the start, at least 1; 0: not yet
};

} // namespace loa::cli
