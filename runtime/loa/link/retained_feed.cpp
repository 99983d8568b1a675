#include <loa/link/retained_feed.hpp>

#include <cassert>

namespace loa::link {

namespace {
auto after_position(std::deque<entry>& all, std::uint64_t position) {
  return std::ranges::upper_bound(all, position, {}, &entry::position);
}
} // namespace

retained_feed::retained_feed(std::uint64_t epoch, lane_positions head, loader load,
                             std::size_t cache_octets)
    : epoch_(epoch),
      head_(head),
      load_(std::move(load)),
      limit_(cache_octets) {}

std::optional<entry> retained_feed::next(lane on, std::uint64_t after) const {
  auto& all = on_lane(on);
  const auto found = after_position(all, after);
  if (found == all.end()) return std::nullopt;
  if (found->body || !load_) return *found;
  auto loaded = *found;
  loaded.body = load_(found->position);
  if (loaded.body) {
    found->body = loaded.body;
    hold(*found);
  }
  return loaded;
}

void retained_feed::publish(entry e) {
  assert(e.position > head_.latest());
  head_.at(e.on) = e.position;
  restore(std::move(e));
}

void retained_feed::restore(entry e) {
  auto& all = on_lane(e.on);
  assert(e.position <= head_.at(e.on) && (all.empty() || all.back().position < e.position));
  all.push_back(std::move(e));
  if (all.back().body) hold(all.back());
}

std::vector<std::uint64_t> retained_feed::prune(instant now, bool spare_emergencies) {
  std::vector<std::uint64_t> gone;
  for (auto& all : kept_)
    std::erase_if(all, [&](entry& e) {
      if (e.expires > now || (spare_emergencies && e.on == lane::emergency)) return false;
      gone.push_back(e.position);
      forget(e);
      return true;
    });
  std::ranges::sort(gone);
  return gone;
}

bool retained_feed::remove(std::uint64_t position) {
  for (auto& all : kept_) {
    const auto at = std::ranges::lower_bound(all, position, {}, &entry::position);
    if (at == all.end() || at->position != position) continue;
    forget(*at);
    all.erase(at);
    return true;
  }
  return false;
}

std::size_t retained_feed::size() const noexcept {
  return kept_[0].size() + kept_[1].size();
}

entry* retained_feed::find(std::uint64_t position) const noexcept {
  for (auto& all : kept_) {
    const auto at = std::ranges::lower_bound(all, position, {}, &entry::position);
    if (at != all.end() && at->position == position) return &*at;
  }
  return nullptr;
}

void retained_feed::hold(entry& e) const {
  held_.push_back(e.position);
  cached_ += e.body->size();
  // Without a loader nothing could come back, so nothing is dropped; and the newest stays, since a
  // store may not have it yet.
  while (load_ && cached_ > limit_ && held_.size() > 1) {
    const auto oldest = held_.front();
    held_.pop_front();
    auto* victim = find(oldest);
    if (!victim || !victim->body) continue;
    cached_ -= victim->body->size();
    victim->body.reset();
  }
}

void retained_feed::forget(entry& e) const {
  if (!e.body) return;
  cached_ -= e.body->size();
  e.body.reset();
  std::erase(held_, e.position);
}

} // namespace loa::link
