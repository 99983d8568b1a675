#include <loa/link/attendance.hpp>

#include <algorithm>
#include <map>

namespace loa::link {

namespace {

std::uint32_t minutes_of(instant t) {
  const auto m = std::chrono::duration_cast<std::chrono::minutes>(t.time_since_epoch()).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(m, 1, ~std::uint32_t{0}));
}

/// Adds a slot beyond all that are there.
void append(std::vector<slot_range>& to, std::uint32_t slot) {
  if (!to.empty() && to.back().last + 1 == slot)
    to.back().last = slot;
  else
    to.push_back({slot, slot});
}

} // namespace

void attendance::reset(std::uint32_t slot) {
  if (slot < seen_.size()) seen_[slot] = 0;
}

void attendance::apply(const slots_seen& fact, std::uint32_t extent) {
  called_ = std::max(called_, fact.at);
  if (seen_.size() < extent) seen_.resize(extent);
  for (const auto& r : fact.ranges)
    for (auto slot = r.first; slot <= r.last && slot < extent; ++slot)
      seen_[slot] = minutes_of(fact.at);
}

slots_seen attendance::call(instant now, std::uint32_t extent,
                            const std::function<bool(std::uint32_t)>& on_list,
                            const std::function<bool(std::uint32_t)>& here) const {
  slots_seen fact{now, {}};
  for (std::uint32_t slot = 0; slot < extent; ++slot) {
    const bool known = slot < seen_.size() && seen_[slot] != 0;
    if (on_list(slot) && (!known || here(slot))) append(fact.ranges, slot);
  }
  return fact;
}

std::vector<std::uint32_t> attendance::away_since(instant before) const {
  std::vector<std::uint32_t> out;
  const auto limit = minutes_of(before);
  for (std::uint32_t slot = 0; slot < seen_.size(); ++slot)
    if (seen_[slot] != 0 && seen_[slot] < limit) out.push_back(slot);
  return out;
}

attendance_snapshot attendance::snapshot() const {
  std::map<std::uint32_t, std::vector<slot_range>> by_time;
  for (std::uint32_t slot = 0; slot < seen_.size(); ++slot)
    if (seen_[slot] != 0) append(by_time[seen_[slot]], slot);
  attendance_snapshot out{called_, {}};
  for (auto& [when, ranges] : by_time)
    out.seen.push_back({instant(std::chrono::minutes(when)), std::move(ranges)});
  return out;
}

attendance attendance::restore(const attendance_snapshot& from, std::uint32_t extent) {
  attendance a;
  for (const auto& s : from.seen) a.apply(s, extent);
  a.called_ = from.called;
  return a;
}

} // namespace loa::link
