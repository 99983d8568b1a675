#pragma once

#include <caf/resumable.hpp>

#include <atomic>
#include <deque>
#include <mutex>

namespace loa::node {

/// What a thread is to run, each with the reference that is the scheduler's. Its owner takes from
/// the front; others, who have nothing to do, from the back. Any thread.
class job_queue {
public:
  void push_front(caf::resumable* job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_front(job);
    size_.fetch_add(1);
  }
  void push_back(caf::resumable* job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(job);
    size_.fetch_add(1);
  }

  /// Null if there is none.
  caf::resumable* take_front() {
    if (size_.load() == 0) return nullptr;
    const std::lock_guard lock(mutex_);
    if (jobs_.empty()) return nullptr;
    auto* job = jobs_.front();
    jobs_.pop_front();
    size_.fetch_sub(1);
    return job;
  }
  caf::resumable* take_back() {
    if (size_.load() == 0) return nullptr;
    const std::lock_guard lock(mutex_);
    if (jobs_.empty()) return nullptr;
    auto* job = jobs_.back();
    jobs_.pop_back();
    size_.fetch_sub(1);
    return job;
  }

private:
  std::mutex mutex_;
  std::deque<caf::resumable*> jobs_;
  std::atomic<std::size_t> size_{0}; ///< Of `jobs_`, so that who looks in vain takes no lock.
};

} // namespace loa::node
