#include <loa/base/runtime_thread.hpp>
#include <loa/base/thread_manners.hpp>
#include <loa/store/internal/group_commit.hpp>
#include <loa/store/internal/pacer.hpp>
#include <loa/store/internal/submission_queue.hpp>
#include <loa/store/internal/tenure_check.hpp>
#include <loa/store/writer.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace loa::store {

class threaded_writer::worker {
public:
  worker(journal& to, const writer_options& options, metric_registry* metrics)
      : journal_(to),
        metrics_(metrics),
        pacer_({options.max_group_transactions, options.max_group_bytes}, options.commit_goal),
        queue_(options.max_queued, options.max_queued_bytes),
        tenure_(to),
        thread_([this] { run(); }) {}

  void submit(submission s) {
    // Looking at a large transaction takes time, so it is done outside of the lock; the generation
    // may grow meanwhile and is looked at again inside.
    auto outcome = admit(s, generation());
    if (outcome) {
      std::unique_lock lock(mutex_);
      if (stopping_)
        outcome = error{errc::unavailable, "The journal's writer has stopped.", {}};
      else if (s.generation < generation())
        outcome = admit(s, generation());
      else
        outcome = tenure_.push(s, queue_);
      const bool first = outcome && queue_.size() == 1;
      lock.unlock();
      if (first) wake_.notify_one();
    }
    if (outcome) return;
    metrics_.refused();
    settle({&s, 1}, outcome);
  }

  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    std::call_once(joined_, [this] { thread_.join(); });
  }

  [[nodiscard]] std::uint64_t generation() const noexcept {
    return generation_.load(std::memory_order_acquire);
  }

private:
  void run() {
    become_runtime_thread();
    take_short_turns();
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const auto group = queue_.take(pacer_.limits());
      metrics_.queued(queue_.size());
      lock.unlock();
      write(group);
    }
  }

  void write(const std::vector<submission>& group) {
    std::size_t bytes = 0;
    for (const auto& s : group) bytes += size_of(s.changes);
    const auto start = std::chrono::steady_clock::now();
    const auto outcome = commit_group(journal_, group);
    const auto took = std::chrono::steady_clock::now() - start;
    metrics_.committed(group.size(), took, outcome.has_value());
    pacer_.observe(group.size(), bytes, took);
    std::vector<submission> lost;
    if (!outcome) {
      std::lock_guard lock(mutex_);
      generation_.fetch_add(1, std::memory_order_release);
      lost = queue_.take_all();
      tenure_.forget();
      metrics_.queued(0);
    }
    settle(group, outcome);
    settle(lost, outcome);
  }

  journal& journal_;
  writer_metrics metrics_;
  pacer pacer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  submission_queue queue_;
  tenure_check tenure_;
  std::atomic<std::uint64_t> generation_{0};
  bool stopping_ = false;
  std::once_flag joined_;
  std::thread thread_;
};

threaded_writer::threaded_writer(journal& to, const writer_options& options,
                                 metric_registry* metrics)
    : worker_(std::make_unique<worker>(to, options, metrics)) {}

threaded_writer::~threaded_writer() {
  stop();
}

void threaded_writer::submit(submission s) {
  worker_->submit(std::move(s));
}

std::uint64_t threaded_writer::generation() const noexcept {
  return worker_->generation();
}

void threaded_writer::stop() {
  worker_->stop();
}

} // namespace loa::store
