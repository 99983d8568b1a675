#include <loa/unit/bulletin_book.hpp>

#include <algorithm>

namespace loa::unit {

void bulletin_book::apply(const bulletin_taken& f) {
  bulletin_record added{f.position, f.head, f.at, superseder_of(f.head), 0, f.author, f.cap_xml};
  if (refers(f.head))
    for (auto& [id, r] : records_)
      if (!r.closed_at && r.superseded_by.empty() && supersedes(f.head, r.head))
        r.superseded_by = f.head.id;
  auto& here = records_[f.head.id];
  if (here.position != 0) index_.take_out(here);
  here = std::move(added);
  index_.put_in(here);
  if (!f.cap_xml.data.empty()) bound_xml();
}

void bulletin_book::apply(const bulletin_closed& f, const path& self, duration retention,
                          period_ledger& to) {
  const auto found = records_.find(f.id);
  if (found != records_.end()) {
    auto& r = found->second;
    index_.take_out(r);
    r.closed_at = f.at;
    r.final_figures = f.figures;
    r.head.replaces = {};
    r.head.cap.reset();
    r.author = {};
    r.cap_xml = {};
    index_.put_in(r);
  }
  drop_old(f.at, self, retention, to);
}

void bulletin_book::apply(const played_counted& f) {
  if (const auto found = records_.find(f.id); found != records_.end()) ++found->second.played;
}

void bulletin_book::drop_old(instant now, const path& self, duration retention, period_ledger& to) {
  while (const auto* id = index_.first_closed(now - retention)) drop(*id, now, self, to);
  while (limits::kept.exceeded_by(index_.closed())) drop(*index_.first_closed(), now, self, to);
}

void bulletin_book::drop(const model::bulletin_id& id, instant now, const path& self,
                         period_ledger& to) {
  const auto found = records_.find(id);
  const auto& r = found->second;
  to.at(r.at, now) += figures_of(r, r.final_figures, self);
  index_.take_out(r); // `id` may live there
  records_.erase(found);
}

void bulletin_book::bound_xml() {
  std::size_t octets = 0;
  for (const auto& [id, r] : records_) octets += r.cap_xml.data.size();
  while (limits::xml_bytes.exceeded_by(octets)) {
    bulletin_record* oldest = nullptr;
    for (auto& [id, r] : records_)
      if (!r.cap_xml.data.empty() && (!oldest || r.position < oldest->position)) oldest = &r;
    octets -= oldest->cap_xml.data.size();
    oldest->cap_xml = {};
  }
}

const bulletin_record* bulletin_book::find(const model::bulletin_id& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

const bulletin_record* bulletin_book::find_alert(const model::cap_info& cap) const {
  for (const auto& [id, r] : records_)
    if (r.head.cap && r.head.cap->sender == cap.sender &&
        r.head.cap->identifier == cap.identifier && r.head.cap->sent == cap.sent)
      return &r;
  return nullptr;
}

const bulletin_record* bulletin_book::at_position(std::uint64_t position) const {
  const auto* id = index_.at(position);
  return id ? find(*id) : nullptr;
}

const bulletin_record* bulletin_book::of_others(const frame_head& h) const {
  if (!refers(h)) return nullptr;
  for (const auto& [id, r] : records_) {
    auto as_theirs = h;
    as_theirs.unit = r.head.unit;
    if (!h.unit.contains(r.head.unit) && supersedes(as_theirs, r.head)) return &r;
  }
  return nullptr;
}

model::bulletin_id bulletin_book::superseder_of(const frame_head& h) const {
  for (const auto& id : index_.referring())
    if (supersedes(find(id)->head, h)) return id;
  return {};
}

std::size_t bulletin_book::open(const path& unit, bool emergencies) const {
  return index_.open(unit, emergencies);
}

std::size_t bulletin_book::in_force(instant now) const {
  return static_cast<std::size_t>(std::ranges::count_if(records_, [&](const auto& each) {
    const auto& r = each.second;
    return !r.closed_at && r.head.from() <= now && now < r.head.expires;
  }));
}

std::optional<instant> bulletin_book::next_closing(instant beyond) const {
  // The earliest instant cannot be taken back by the grace.
  const auto end = index_.next_end(beyond < instant::min() + grace ? beyond : beyond - grace);
  return end ? std::optional(*end + grace) : std::nullopt;
}

std::vector<const bulletin_record*> bulletin_book::to_close(instant now) const {
  std::vector<const bulletin_record*> out;
  for (const auto& id : index_.ended(now - grace)) out.push_back(find(id));
  return out;
}

void bulletin_book::index_all() {
  index_ = {};
  for (const auto& [id, r] : records_) index_.put_in(r);
}

model::figures figures_of(const bulletin_record& r, const model::delivery_figures& reached,
                          const path& unit) {
  model::figures out;
  if (r.head.unit == unit) {
    out.bulletins.add(r.head.priority);
    if (!r.superseded_by.empty()) out.bulletins.replaced = 1;
  }
  out.delivery = reached;
  out.delivery.devices.played = r.played;
  return out;
}

} // namespace loa::unit
