#include <loa/base/probe.hpp>
#include <loa/node/internal/unstored_entries.hpp>

#include <utility>

namespace loa::node {

void unstored_entries::keep(const name& feed, feed_entry_ptr entry) {
  const std::lock_guard lock(mutex_);
  any_.store(true, std::memory_order_release);
  if (!by_feed_.contains(feed.str()) && max_feeds.reached_by(by_feed_.size())) by_feed_.clear();
  auto& its = by_feed_[feed.str()];
  if (max_of_one.reached_by(its.size())) its.pop_front();
  its.push_back({std::move(entry), {}});
}

void unstored_entries::given(const name& feed, std::uint32_t slot) {
  const std::lock_guard lock(mutex_);
  const auto found = by_feed_.find(feed.str());
  if (found != by_feed_.end() && !found->second.empty()) mark(found->second.back(), slot);
}

std::vector<feed_entry_ptr> unstored_entries::take(const name& feed, std::uint32_t slot) {
  std::vector<feed_entry_ptr> out;
  if (!any_.load(std::memory_order_acquire)) return out;
  const std::lock_guard lock(mutex_);
  const auto found = by_feed_.find(feed.str());
  if (found == by_feed_.end()) return out;
  for (auto& k : found->second)
    if (mark(k, slot)) out.push_back(k.entry);
  return out;
}

void unstored_entries::forget(const std::function<bool(const link::entry&)>& is_over) {
  if (!any_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  for (auto& [feed, its] : by_feed_)
    std::erase_if(its, [&](const kept& k) { return is_over(k.entry->entry); });
  std::erase_if(by_feed_, [](const auto& each) { return each.second.empty(); });
  any_.store(!by_feed_.empty(), std::memory_order_release);
}

std::size_t unstored_entries::size() const {
  const std::lock_guard lock(mutex_);
  std::size_t all = 0;
  for (const auto& [feed, its] : by_feed_) all += its.size();
  return all;
}

bool unstored_entries::mark(kept& k, std::uint32_t slot) {
  if (k.had.size() <= slot) k.had.resize(slot + 1);
  if (k.had[slot]) {
    LOA_PROBE("unstored: a session has the emergency already");
    return false;
  }
  k.had[slot] = true;
  return true;
}

} // namespace loa::node
