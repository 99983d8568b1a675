#pragma once

#include <bindings/http/internal/mailbox.hpp>

#include <mutex>
#include <unordered_set>

namespace loa::http {

/// The devices' streams that are open now. What a device itself knows of its client outlasts the
/// process in which that was connected. Any thread.
class open_streams {
public:
  void add(connection_id id) {
    const std::lock_guard lock(mutex_);
    ids_.insert(id);
  }
  void remove(connection_id id) {
    const std::lock_guard lock(mutex_);
    ids_.erase(id);
  }
  [[nodiscard]] bool contains(connection_id id) const {
    const std::lock_guard lock(mutex_);
    return ids_.contains(id);
  }

private:
  mutable std::mutex mutex_;
  std::unordered_set<connection_id> ids_;
};

} // namespace loa::http
