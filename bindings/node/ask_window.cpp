#include <bindings/node/ask_window.hpp>

#include <fmt/format.h>

namespace loa::host {

ask_window::~ask_window() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return under_way_ == 0; });
}

void ask_window::ask(const name& to, wire::value command, node::reply_handler then) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return under_way_ < most_; });
    ++under_way_;
  }
  node_.ask(to, std::move(command), [this, to, then = std::move(then)](result<wire::value> answer) {
    settle(to, std::move(answer), then);
  });
}

void ask_window::settle(const name& to, result<wire::value> answer,
                        const node::reply_handler& then) {
  std::optional<error> why;
  if (!then && !answer)
    why = error{answer.error().code, fmt::format("{}: {}", to.str(), answer.error().detail),
                answer.error().pointer};
  if (then) then(std::move(answer));
  // Notified under the lock: the waiter may destroy this object as soon as it sees the change.
  const std::lock_guard lock(mutex_);
  if (why && !failure_) failure_ = std::move(why);
  --under_way_;
  ++answered_;
  changed_.notify_all();
}

result<void> ask_window::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return under_way_ == 0; });
  if (failure_) return *failure_;
  return {};
}

std::uint64_t ask_window::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_;
}

} // namespace loa::host
