#include <loa/node/internal/due_window.hpp>

#include <algorithm>
#include <utility>

namespace loa::node {

void due_window::one_less(telling& t, instant now) {
  if (!std::exchange(t.under_way, false) || --under_way_ > 0 || !backlog_) return;
  pause_ends_ = now + std::min(2 * duration(now - turn_began_), longest_pause);
}

void due_window::look(instant now) {
  for (auto at = told_.begin(); at != told_.end();) {
    const auto since = duration(now - at->second.at);
    if (since >= longest_wait) one_less(at->second, now);
    at = since >= tell_again ? told_.erase(at) : std::next(at);
  }
}

std::size_t due_window::room(instant now) const {
  if (backlog_ && (under_way_ > 0 || now < pause_ends_)) return 0;
  const std::size_t most = max_due_reminders;
  const std::size_t remembered = max_told_reminders;
  return std::min(most - std::min(most, under_way_),
                  remembered - std::min(remembered, told_.size()));
}

void due_window::told(bytes key, instant now) {
  if (under_way_ == 0) turn_began_ = now;
  ++under_way_;
  told_.insert_or_assign(std::move(key), telling{now, true});
}

void due_window::looked(bool more) {
  if (more) (told_.size() >= max_told_reminders ? max_told_reminders : max_due_reminders).cross();
  backlog_ = more;
}

bool due_window::answered(const bytes& key, bool done, instant now) {
  const auto found = told_.find(key);
  if (found == told_.end()) return false;
  const bool was = found->second.under_way;
  one_less(found->second, now);
  if (done) told_.erase(found);
  return was && under_way_ == 0 && backlog_;
}

std::optional<instant> due_window::next_turn() const {
  if (!backlog_ || under_way_ > 0) return std::nullopt;
  return pause_ends_;
}

} // namespace loa::node
