#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace loa::node {

/// Threads that found nothing to do, and how they hear that there is something again.
///
/// Who finds nothing calls announce(), looks once more, and then sleeps, or withdraws if there was
/// something after all. Who makes work shows it first and then calls wake_one(). Whatever order
/// these come in, either the second look finds the work or the sleeper is woken. Each wakes one
/// thread at most, and one that was woken already is not woken again, so this costs a look at a
/// number while nobody sleeps. Any thread.
class sleepers {
public:
  void announce() noexcept { waiting_.fetch_add(1); }

  void withdraw() {
    if (!take_one()) sleep(); // somebody has just woken us, and nobody else may wake for that
  }

  void sleep() {
    std::unique_lock lock(mutex_);
    woken_.wait(lock, [this] { return calls_ > 0; });
    --calls_;
  }

  void wake_one() {
    if (!take_one()) return;
    {
      const std::lock_guard lock(mutex_);
      ++calls_;
    }
    woken_.notify_one();
  }

  /// How many have announced themselves and were not woken.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.load(); }

private:
  bool take_one() noexcept {
    auto n = waiting_.load();
    while (n > 0)
      if (waiting_.compare_exchange_weak(n, n - 1)) return true;
    return false;
  }

  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;
  std::condition_variable woken_;
  std::size_t calls_ = 0; ///< Under `mutex_`: wakings that nobody has heard yet.
};

} // namespace loa::node
