#pragma once

#include <loa/store/writer.hpp>

#include <algorithm>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace loa::node::test {

/// A writer before another one, which keeps back what some entities submit until a test lets it
/// go, as a queue does whose disk is slow. What one entity submits stays in its order.
class held_writer final : public store::writer {
public:
  explicit held_writer(store::writer& to) : to_(to) {}

  void hold(const name& who) {
    std::lock_guard lock(mutex_);
    held_.insert(who.str());
  }
  void let_go(const name& who) {
    std::lock_guard lock(mutex_);
    held_.erase(who.str());
    for (auto& [whose, s] : std::exchange(waiting_, {})) {
      if (whose == who.str())
        to_.submit(std::move(s));
      else
        waiting_.emplace_back(whose, std::move(s));
    }
  }
  /// The oldest of what is kept back; the rest stays.
  void let_one_go(const name& who) {
    std::lock_guard lock(mutex_);
    const auto first =
        std::ranges::find(waiting_, who.str(), [](const auto& w) { return w.first; });
    if (first == waiting_.end()) return;
    auto s = std::move(first->second);
    waiting_.erase(first);
    to_.submit(std::move(s));
  }
  /// The next submission of the entity is refused at once, as by a full queue.
  void refuse_next(const name& who) {
    std::lock_guard lock(mutex_);
    refused_.insert(who.str());
  }
  /// How many submissions of the entity are kept back.
  [[nodiscard]] std::size_t held_of(const name& who) const {
    std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::ranges::count(waiting_, who.str(), [](const auto& w) { return w.first; }));
  }

  void submit(store::submission s) override {
    std::unique_lock lock(mutex_);
    if (s.whose && refused_.erase(s.whose->str()) > 0) {
      lock.unlock();
      return s.done(error{errc::too_many, "Too much waits for the journal; try again later.", {}});
    }
    if (s.whose && held_.contains(s.whose->str())) {
      const auto whose = s.whose->str();
      s.whose = nullptr; // looked at before a submission returns, and not after
      waiting_.emplace_back(whose, std::move(s));
      return;
    }
    lock.unlock();
    to_.submit(std::move(s));
  }
  std::uint64_t generation() const noexcept override { return to_.generation(); }

private:
  store::writer& to_;
  mutable std::mutex mutex_;
  std::set<std::string> held_;
  std::set<std::string> refused_;
  std::vector<std::pair<std::string, store::submission>> waiting_;
};

} // namespace loa::node::test
