#include <loa/unit/bulletin_book.hpp>
#include <loa/unit/bulletin_index.hpp>

#include <algorithm>

namespace loa::unit {

void bulletin_index::put_in(const bulletin_record& r) {
  all_.emplace(r.position, r.head.id);
  if (r.closed_at) {
    closed_.emplace(*r.closed_at, r.position);
    return;
  }
  ends_.emplace(r.head.expires, r.position);
  if (refers(r.head)) referring_.insert(r.position);
  ++open_[{r.head.unit, r.head.emergency()}];
}

void bulletin_index::take_out(const bulletin_record& r) {
  all_.erase(r.position);
  if (r.closed_at) closed_.erase({*r.closed_at, r.position});
  if (const auto open = open_.find({r.head.unit, r.head.emergency()});
      !r.closed_at && open != open_.end() && --open->second == 0)
    open_.erase(open);
  ends_.erase({r.head.expires, r.position});
  referring_.erase(r.position);
}

const model::bulletin_id* bulletin_index::at(std::uint64_t position) const {
  const auto found = all_.find(position);
  return found == all_.end() ? nullptr : &found->second;
}

std::vector<model::bulletin_id> bulletin_index::referring() const {
  return ids({referring_.begin(), referring_.end()});
}

std::optional<instant> bulletin_index::next_end(instant beyond) const {
  const auto next = ends_.upper_bound({beyond, UINT64_MAX});
  return next == ends_.end() ? std::nullopt : std::optional(next->first);
}

std::vector<model::bulletin_id> bulletin_index::ended(instant then) const {
  std::vector<std::uint64_t> positions;
  for (auto i = ends_.begin(); i != ends_.end() && i->first <= then; ++i)
    positions.push_back(i->second);
  std::ranges::sort(positions);
  return ids(positions);
}

std::size_t bulletin_index::open(const path& unit, bool emergencies) const {
  const auto found = open_.find({unit, emergencies});
  return found == open_.end() ? 0 : found->second;
}

const model::bulletin_id* bulletin_index::first_closed(instant then) const {
  if (closed_.empty() || closed_.begin()->first > then) return nullptr;
  return at(closed_.begin()->second);
}

std::vector<model::bulletin_id> bulletin_index::ids(const std::vector<std::uint64_t>& of) const {
  std::vector<model::bulletin_id> out;
  out.reserve(of.size());
  for (const auto position : of) out.push_back(*at(position));
  return out;
}

} // namespace loa::unit
