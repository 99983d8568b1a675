#pragma once

#include <semaphore.h>

#include <atomic>
#include <cstddef>

namespace loa::node {

/// Threads that found nothing to do, and how they hear that there is something again.
///
/// Who finds nothing calls announce(), looks once more, and then sleeps, or withdraws if there was
/// something after all. Who makes work shows it first and then calls wake_one(). Whatever order
/// these come in, either the second look finds the work or the sleeper is woken. Each wakes one
/// thread at most, and one that was woken already is not woken again, so this costs a look at a
/// number while nobody sleeps. Any thread.
///
/// No condition variable: those of glibc before 2.41 may lose a notification where several threads
/// wait (sourceware.org bug 25847), and a scheduler's thread would sleep on beside its work.
class sleepers {
public:
  sleepers() { (void)sem_init(&calls_, 0, 0); } // fails only for values that are too large
  ~sleepers() { sem_destroy(&calls_); }
  sleepers(const sleepers&) = delete;
  sleepers& operator=(const sleepers&) = delete;

  void announce() noexcept { waiting_.fetch_add(1); }

  void withdraw() noexcept {
    if (!take_one()) sleep(); // somebody has just woken us, and nobody else may wake for that
  }

  void sleep() noexcept {
    while (sem_wait(&calls_) != 0) {
    } // only a signal's handler ends it early
  }

  void wake_one() noexcept {
    if (take_one()) (void)sem_post(&calls_);
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
  sem_t calls_{}; ///< Wakings that nobody has heard yet.
};

} // namespace loa::node
