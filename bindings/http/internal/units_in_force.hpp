#pragma once

#include <loa/model/unit_tree.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace loa::http {

/// The units that calls are judged by. They change a few times a year, so earlier trees are kept to
/// the end: a call that is under way may look into one. Any thread.
class units_in_force {
public:
  explicit units_in_force(std::shared_ptr<const model::unit_tree> first) {
    replace(std::move(first));
  }
  void replace(std::shared_ptr<const model::unit_tree> next) {
    const std::lock_guard lock(mutex_);
    now_.store(next.get());
    all_.push_back(std::move(next));
  }
  [[nodiscard]] std::shared_ptr<const model::unit_tree> now() const {
    const std::lock_guard lock(mutex_);
    return all_.back();
  }
  [[nodiscard]] const model::unit_tree& operator*() const { return *now_.load(); }
  [[nodiscard]] const model::unit_tree* operator->() const { return now_.load(); }

private:
  std::atomic<const model::unit_tree*> now_{nullptr};
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const model::unit_tree>> all_;
};

} // namespace loa::http
