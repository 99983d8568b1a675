#include <bindings/node/reorganiser.hpp>

namespace loa::host {

reorganiser::reorganiser(std::function<void(const units&)> work)
    : work_(std::move(work)),
      thread_([this] { run(); }) {}

reorganiser::~reorganiser() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void reorganiser::put(units next) {
  {
    const std::lock_guard lock(mutex_);
    next_ = std::move(next);
  }
  changed_.notify_one();
}

void reorganiser::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ended_ || next_; });
    if (ended_) return;
    const auto now = std::exchange(next_, nullptr);
    lock.unlock();
    work_(now);
    lock.lock();
  }
}

} // namespace loa::host
