#include <loa/base/runtime_thread.hpp>
#include <loa/base/thread_manners.hpp>
#include <loa/net/internal/event_loop.hpp>
#include <loa/net/internal/watch.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <future>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace loa::net {

using caf::io::network::default_multiplexer;
using tasks = std::vector<std::function<void()>>;

namespace {

struct engine_config : caf::actor_system_config {
  engine_config() {
    // The multiplexer needs a system to belong to; no actor lives in it, and its threads sleep.
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{1});
  }
};

/// A descriptor that counts, of which only whether it is zero matters.
void drain(int fd) {
  std::uint64_t count = 0;
  while (::read(fd, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

} // namespace

class event_loop::impl {
public:
  explicit impl(host& works_for) : host_(works_for) {}

  result<void> start(std::function<void()> first) {
    std::lock_guard one_at_a_time(thread_mutex_);
    if (stopping_) return error{errc::unavailable, "The transport was stopped.", {}};
    std::promise<result<void>> begun;
    try {
      thread_ = std::thread([&] { live(begun); });
    } catch (const std::system_error& e) {
      return error{errc::unavailable, std::string("The transport gets no thread: ") + e.what(), {}};
    }
    auto outcome = begun.get_future().get();
    if (!outcome) {
      thread_.join();
      return outcome;
    }
    std::lock_guard lock(mutex_);
    tasks_.insert(tasks_.begin(), std::move(first));
    ring();
    return {};
  }

  void stop() {
    {
      tasks dropped; // goes after the lock
      std::lock_guard lock(mutex_);
      stopping_ = true;
      dropped.swap(tasks_);
      ring();
    }
    std::lock_guard one_at_a_time(thread_mutex_);
    if (thread_.joinable()) thread_.join();
  }

  void run(std::function<void()> task) {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() == 1) ring();
  }

  void defer(std::function<void()> task) { deferred_.push_back(std::move(task)); }

  void wake_by(instant at) {
    if (armed_ && *armed_ <= at) return;
    armed_ = at;
    const auto span = std::max(at - now(), duration(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
    itimerspec when{};
    when.it_value.tv_sec = seconds.count();
    // Never all zero, which would mean no timer.
    when.it_value.tv_nsec = std::chrono::nanoseconds(span - seconds).count() + 1;
    ::timerfd_settime(timer_fd_, 0, &when, nullptr);
  }

  void bury(std::shared_ptr<void> dead) { graveyard_.push_back(std::move(dead)); }
  void end() { ended_ = true; }
  default_multiplexer& multiplexer() noexcept { return *multiplexer_; }

private:
  struct bell_watcher final : watcher {
    explicit bell_watcher(impl& i) : of(i) {}
    void on_ready() override { of.run_tasks(); }
    impl& of;
  };
  struct timer_watcher final : watcher {
    explicit timer_watcher(impl& i) : of(i) {}
    void on_ready() override {
      drain(of.timer_fd_);
      of.armed_.reset();
      of.host_.on_timer();
    }
    impl& of;
  };

  /// With the mutex held. The counter of an eventfd cannot run over here, so this never blocks.
  void ring() const {
    if (bell_fd_ < 0) return;
    const std::uint64_t one = 1;
    (void)!::write(bell_fd_, &one, sizeof one);
  }

  /// All of the thread. CAF's system keeps a reference in the thread that makes it, and waits for
  /// that reference when it is destroyed: one thread must do both.
  void live(std::promise<result<void>>& begun) {
    std::unique_ptr<caf::actor_system> system;
    try {
      system = std::make_unique<caf::actor_system>(config_);
      multiplexer_ = std::make_unique<default_multiplexer>(system.get());
    } catch (const std::exception& e) {
      begun.set_value(error{errc::unavailable, std::string("CAF does not begin: ") + e.what(), {}});
      return;
    }
    multiplexer_->thread_id(std::this_thread::get_id());
    auto watched = watch_bell_and_timer();
    const bool good = watched.has_value();
    begun.set_value(std::move(watched));
    if (good) work();
    {
      std::lock_guard lock(mutex_);
      bell_fd_ = -1;
    }
    bell_.reset();
    timer_.reset();
    multiplexer_.reset();
  }

  result<void> watch_bell_and_timer() {
    descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    descriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!bell || !timer)
      return error{errc::unavailable,
                   "The transport gets no descriptors: " + describe_errno(errno) + ".",
                   {}};
    timer_fd_ = timer.get();
    {
      std::lock_guard lock(mutex_);
      bell_fd_ = bell.get();
    }
    bell_ = std::make_unique<watch>(*multiplexer_, std::move(bell), on_bell_);
    timer_ = std::make_unique<watch>(*multiplexer_, std::move(timer), on_timer_);
    bell_->want(true, false);
    timer_->want(true, false);
    return {};
  }

  void work() {
    // OpenSSL writes to sockets with write(2).
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    ::pthread_setname_np(::pthread_self(), "loa.transport");
    become_runtime_thread();
    take_short_turns();
    while (!ended_) {
      settle();
      multiplexer_->run_once();
      tasks now_due;
      now_due.swap(deferred_);
      for (auto& task : now_due) task();
      if (!deferred_.empty()) ring();
    }
    deferred_.clear();
    settle();
  }

  /// Nothing of a batch of events is on the stack here, so what left the multiplexer can go.
  void settle() {
    multiplexer_->handle_internal_events();
    std::vector<std::shared_ptr<void>> dead;
    dead.swap(graveyard_);
  }

  void run_tasks() {
    drain(bell_fd_);
    tasks batch;
    {
      std::lock_guard lock(mutex_);
      batch.swap(tasks_);
    }
    for (auto& task : batch) {
      if (stopping_) break;
      task();
    }
    if (stopping_ && !std::exchange(stop_told_, true)) host_.on_stop();
  }

  host& host_;
  engine_config config_;
  std::unique_ptr<default_multiplexer> multiplexer_;
  bell_watcher on_bell_{*this};
  timer_watcher on_timer_{*this};
  std::unique_ptr<watch> bell_;
  std::unique_ptr<watch> timer_;
  int timer_fd_ = -1;

  std::mutex thread_mutex_;
  std::thread thread_; ///< Under `thread_mutex_`.
  std::mutex mutex_;
  tasks tasks_;      ///< Under `mutex_`.
  int bell_fd_ = -1; ///< Under `mutex_`, but for the thread's own.
  std::atomic<bool> stopping_{false};

  // The thread's own.
  tasks deferred_;
  std::optional<instant> armed_;
  std::vector<std::shared_ptr<void>> graveyard_;
  bool stop_told_ = false;
  bool ended_ = false;
};

event_loop::event_loop(host& works_for) : impl_(std::make_unique<impl>(works_for)) {}

event_loop::~event_loop() {
  stop();
}

result<void> event_loop::start(std::function<void()> first) {
  return impl_->start(std::move(first));
}

void event_loop::stop() {
  impl_->stop();
}

void event_loop::run(std::function<void()> task) {
  impl_->run(std::move(task));
}

void event_loop::defer(std::function<void()> task) {
  impl_->defer(std::move(task));
}

void event_loop::wake_by(instant at) {
  impl_->wake_by(at);
}

void event_loop::bury(std::shared_ptr<void> dead) {
  impl_->bury(std::move(dead));
}

void event_loop::end() {
  impl_->end();
}

default_multiplexer& event_loop::multiplexer() noexcept {
  return impl_->multiplexer();
}

instant event_loop::now() {
  return steady_clock().now();
}

} // namespace loa::net
