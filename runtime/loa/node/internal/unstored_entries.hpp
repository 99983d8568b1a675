#pragma once

#include <loa/base/limit.hpp>
#include <loa/base/name.hpp>
#include <loa/node/effect.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace loa::node {

/// Emergencies that feeds here handed on without storing them, and which slots have had them: a
/// unit whose commit was refused reads its state anew and has no followers for a moment, and who
/// comes back gets then what he missed. Bounded; any thread.
class unstored_entries {
public:
  static inline limit max_of_one{"node.unstored_of_one", 16, 1};
  static inline limit max_feeds{"node.unstored_feeds", 10'000, 1};

  void keep(const name& feed, feed_entry_ptr entry);
  /// The follower in a slot has had the latest entry of a feed.
  void given(const name& feed, std::uint32_t slot);
  /// What the follower in a slot has not had; from now on he has.
  [[nodiscard]] std::vector<feed_entry_ptr> take(const name& feed, std::uint32_t slot);
  /// Lets go of what nobody gets any more.
  void forget(const std::function<bool(const link::entry&)>& is_over);
  [[nodiscard]] std::size_t size() const;

private:
  struct kept {
    feed_entry_ptr entry;
    std::vector<bool> had; ///< By slot.
  };
  static bool mark(kept& k, std::uint32_t slot);

  std::atomic<bool> any_{false};
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<kept>> by_feed_;
};

} // namespace loa::node
