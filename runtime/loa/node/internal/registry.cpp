#include <loa/base/probe.hpp>
#include <loa/node/internal/registry.hpp>
#include <loa/node/runtime.hpp>

#include <algorithm>

namespace loa::node {

registry::registry(spawner make, std::size_t most_waking, std::size_t most_waiting)
    : make_(std::move(make)),
      most_waking_(most_waking),
      most_waiting_(most_waiting) {}

void registry::hand_over(cell& c, mail m, std::uint16_t sweep) {
  ++c.stamp;
  c.used = sweep;
  c.actor->enqueue(std::move(m));
}

bool registry::send(const name& to, mail m) {
  auto& s = shard_of(to);
  std::unique_lock lock(s.mutex);
  auto found = s.cells.find(to);
  if (found == s.cells.end()) {
    if (closed_.load(std::memory_order_relaxed)) return false;
    found = s.cells.try_emplace(to).first;
    auto& c = found->second;
    // The counter may overshoot by the number of threads that come here at once; it is a brake, not
    // a lock.
    if (loading_.load(std::memory_order_relaxed) >= most_waking_) {
      max_waking.cross();
      c.waiting = std::make_unique<std::deque<mail>>();
      std::lock_guard queue_lock(queue_mutex_);
      queue_.push_back(to);
    } else {
      c.actor = make_(to);
      if (!c.actor) {
        s.cells.erase(found);
        return false;
      }
      loading_.fetch_add(1, std::memory_order_relaxed);
      c.actor->enqueue(mail_of(load_letter{}));
    }
  }
  auto& c = found->second;
  if (c.actor) {
    hand_over(c, std::move(m), sweeps_.load(std::memory_order_relaxed));
    return true;
  }
  if (c.waiting->size() >= most_waiting_) {
    max_waiting.cross();
    return false;
  }
  c.waiting->push_back(std::move(m));
  lock.unlock();
  // The one that was loading may have finished between the look at the counter and the queue.
  if (loading_.load(std::memory_order_relaxed) < most_waking_) start_waiting();
  return true;
}

bool registry::send_if_awake(const name& to, mail m) {
  auto& s = shard_of(to);
  std::lock_guard lock(s.mutex);
  const auto found = s.cells.find(to);
  if (found == s.cells.end() || !found->second.actor) return false;
  hand_over(found->second, std::move(m), sweeps_.load(std::memory_order_relaxed));
  return true;
}

receiver_ptr registry::find_awake(const name& who) const {
  auto& s = shard_of(who);
  std::lock_guard lock(s.mutex);
  const auto found = s.cells.find(who);
  return found == s.cells.end() ? nullptr : found->second.actor;
}

bool registry::knows(const name& who) const {
  auto& s = shard_of(who);
  std::lock_guard lock(s.mutex);
  return s.cells.contains(who);
}

void registry::start_waiting() {
  while (loading_.load(std::memory_order_relaxed) < most_waking_) {
    name next;
    {
      std::lock_guard lock(queue_mutex_);
      if (queue_.empty()) return;
      next = std::move(queue_.front());
      queue_.pop_front();
    }
    auto& s = shard_of(next);
    std::lock_guard lock(s.mutex);
    const auto found = s.cells.find(next);
    if (found == s.cells.end() || found->second.actor) continue;
    auto& c = found->second;
    c.actor = make_(next);
    if (!c.actor) {
      s.cells.erase(found);
      continue;
    }
    loading_.fetch_add(1, std::memory_order_relaxed);
    c.actor->enqueue(mail_of(load_letter{}));
    const auto sweep = sweeps_.load(std::memory_order_relaxed);
    for (auto& m : *c.waiting) hand_over(c, std::move(m), sweep);
    c.waiting.reset();
  }
}

void registry::loaded(const name& who) {
  {
    auto& s = shard_of(who);
    std::lock_guard lock(s.mutex);
    const auto found = s.cells.find(who);
    if (found == s.cells.end() || !found->second.loading) return;
    found->second.loading = false;
  }
  loading_.fetch_sub(1, std::memory_order_relaxed);
  start_waiting();
}

bool registry::retire(const name& who, std::uint32_t stamp) {
  auto& s = shard_of(who);
  std::lock_guard lock(s.mutex);
  const auto found = s.cells.find(who);
  if (found == s.cells.end() || found->second.stamp != stamp) {
    LOA_PROBE("names: somebody speaks to who was about to sleep");
    return false;
  }
  s.cells.erase(found);
  return true;
}

void registry::offer_sleep(const name& who) {
  auto& s = shard_of(who);
  std::lock_guard lock(s.mutex);
  const auto found = s.cells.find(who);
  if (found == s.cells.end() || !found->second.actor || found->second.loading) return;
  found->second.actor->enqueue(mail_of(sleep_letter{found->second.stamp}));
}

void registry::gone(const name& who, const receiver* actor) {
  bool was_loading = false;
  {
    auto& s = shard_of(who);
    std::lock_guard lock(s.mutex);
    const auto found = s.cells.find(who);
    if (found == s.cells.end() || found->second.actor.get() != actor) return;
    was_loading = found->second.loading;
    s.cells.erase(found);
  }
  if (!was_loading) return;
  loading_.fetch_sub(1, std::memory_order_relaxed);
  start_waiting();
}

void registry::sweep() {
  const auto now = sweeps_.load(std::memory_order_relaxed);
  auto& s = all_[next_part_];
  {
    std::lock_guard lock(s.mutex);
    std::vector<std::pair<const name*, cell*>> idle;
    for (auto& [who, c] : s.cells)
      if (c.actor && !c.loading && static_cast<std::uint16_t>(now - c.used) > 1)
        idle.emplace_back(&who, &c);
    // Nothing may happen in the order of hashes: a simulation must go the same way everywhere.
    std::ranges::sort(idle, {}, [](const auto& i) -> const std::string& { return i.first->str(); });
    for (auto& [who, c] : idle) c->actor->enqueue(mail_of(sleep_letter{c->stamp}));
  }
  next_part_ = (next_part_ + 1) % shards;
  if (next_part_ == 0) sweeps_.fetch_add(1, std::memory_order_relaxed);
}

std::vector<name> registry::names(const std::function<bool(const name&)>& choose) const {
  std::vector<name> out;
  for (const auto& s : all_) {
    std::lock_guard lock(s.mutex);
    for (const auto& [who, c] : s.cells)
      if (choose(who)) out.push_back(who);
  }
  std::ranges::sort(out);
  return out;
}

void registry::close() {
  closed_.store(true, std::memory_order_relaxed);
}

std::size_t registry::awake() const {
  std::size_t n = 0;
  for (const auto& s : all_) {
    std::lock_guard lock(s.mutex);
    n += s.cells.size();
  }
  return n - std::min(n, waking());
}

std::size_t registry::waking() const {
  std::lock_guard lock(queue_mutex_);
  return loading_.load(std::memory_order_relaxed) + queue_.size();
}

} // namespace loa::node
