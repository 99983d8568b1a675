#pragma once

#include <loa/model/unit_tree.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace loa::host {

/// Puts newer hierarchies into force while the node serves, on a thread of its own, since that
/// waits for every unit. Of several that come meanwhile the last counts.
class reorganiser {
public:
  using units = std::shared_ptr<const model::unit_tree>;

  /// `work` puts one hierarchy into force.
  explicit reorganiser(std::function<void(const units&)> work);
  /// Waits for what is under way.
  ~reorganiser();
  reorganiser(const reorganiser&) = delete;
  reorganiser& operator=(const reorganiser&) = delete;

  /// Any thread.
  void put(units next);

private:
  void run();

  const std::function<void(const units&)> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  units next_;
  bool ended_ = false;
  std::thread thread_;
};

} // namespace loa::host
