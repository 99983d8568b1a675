#include <loa/base/probe.hpp>
#include <loa/store/internal/submission_queue.hpp>

namespace loa::store {

result<void> submission_queue::push(submission& s) {
  const bool urgent = s.lane == urgency::emergency;
  auto& to = urgent ? emergency_ : ordinary_;
  const auto bytes = size_of(s.changes);
  const bool too_many = to.entries.size() >= most_;
  const bool too_long = !to.entries.empty() && to.bytes + bytes > most_bytes_;
  if (too_many || too_long) {
    (too_many ? max_queued_submissions : max_queued_bytes).cross();
    return error{errc::too_many, "Too much waits for the journal; try again later.", {}};
  }
  const auto entity = s.entity;
  if (urgent) promote(entity);
  to.entries.push_back({std::move(s), bytes, {}});
  to.bytes += bytes;
  if (!urgent) {
    auto& c = chains_[entity];
    to.entries.back().previous = c.last;
    c.last = std::prev(to.entries.end());
    ++c.length;
  }
  return {};
}

void submission_queue::promote(std::uint64_t entity) {
  const auto found = chains_.find(entity);
  if (found == chains_.end()) return;
  auto at = found->second.last;
  auto before = emergency_.entries.end();
  for (auto left = found->second.length; left > 0; --left) {
    LOA_PROBE("writer: an emergency takes what its entity decided before along");
    const auto moved = at;
    at = moved->previous;
    ordinary_.bytes -= moved->bytes;
    emergency_.bytes += moved->bytes;
    moved->content.lane = urgency::emergency;
    emergency_.entries.splice(before, ordinary_.entries, moved);
    before = moved;
  }
  chains_.erase(found);
}

void submission_queue::move_front(lane& from, std::vector<submission>& to) {
  auto& first = from.entries.front();
  from.bytes -= first.bytes;
  if (&from == &ordinary_) {
    const auto c = chains_.find(first.content.entity);
    if (--c->second.length == 0) chains_.erase(c);
  }
  to.push_back(std::move(first.content));
  from.entries.pop_front();
}

std::vector<submission> submission_queue::take(const group_limits& limits) {
  std::vector<submission> group;
  std::size_t bytes = 0;
  for (auto* from : {&emergency_, &ordinary_}) {
    while (!from->entries.empty()) {
      const auto next = from->entries.front().bytes;
      const bool full = group.size() >= limits.transactions;
      if (!group.empty() && (full || bytes + next > limits.bytes)) {
        (full ? max_group_transactions : max_group_bytes).cross();
        return group;
      }
      bytes += next;
      move_front(*from, group);
    }
  }
  return group;
}

std::vector<submission> submission_queue::take_all() {
  return take({~std::size_t{0}, ~std::size_t{0}});
}

void submission_queue::clear() noexcept {
  ordinary_ = {};
  emergency_ = {};
  chains_.clear();
}

} // namespace loa::store
