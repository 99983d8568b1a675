#include <loa/unit/bulletin_book.hpp>

#include <algorithm>

namespace loa::unit {

namespace {

bool refers(const frame_head& h) {
  return !h.replaces.empty() || (h.cap && !h.cap->references.empty());
}

} // namespace

void bulletin_book::apply(const bulletin_taken& f) {
  bulletin_record added{f.position, f.head, f.at, superseder_of(f.head), 0, f.author, f.cap_xml};
  if (refers(f.head))
    for (auto& [id, r] : records_)
      if (!r.closed_at && r.superseded_by.empty() && supersedes(f.head, r.head))
        r.superseded_by = f.head.id;
  records_.insert_or_assign(f.head.id, std::move(added));
  if (!f.cap_xml.data.empty()) bound_xml();
}

void bulletin_book::apply(const bulletin_closed& f, const path& self, duration retention,
                          period_ledger& to) {
  const auto found = records_.find(f.id);
  if (found != records_.end()) {
    auto& r = found->second;
    r.closed_at = f.at;
    r.final_figures = f.figures;
    r.head.replaces = {};
    r.head.cap.reset();
    r.author = {};
    r.cap_xml = {};
  }
  drop_old(f.at, self, retention, to);
}

void bulletin_book::apply(const played_counted& f) {
  if (const auto found = records_.find(f.id); found != records_.end()) ++found->second.played;
}

void bulletin_book::drop_old(instant now, const path& self, duration retention, period_ledger& to) {
  const auto drop = [&](auto i) {
    to.at(i->second.at, now) += figures_of(i->second, i->second.final_figures, self);
    return records_.erase(i);
  };
  std::size_t closed = 0;
  for (auto i = records_.begin(); i != records_.end();) {
    const auto& since = i->second.closed_at;
    if (since && *since + retention <= now) {
      i = drop(i);
    } else {
      closed += since ? 1 : 0;
      ++i;
    }
  }
  for (; closed > limits::kept; --closed) {
    auto oldest = records_.end();
    for (auto i = records_.begin(); i != records_.end(); ++i)
      if (i->second.closed_at &&
          (oldest == records_.end() || i->second.position < oldest->second.position))
        oldest = i;
    drop(oldest);
  }
}

void bulletin_book::bound_xml() {
  std::size_t octets = 0;
  for (const auto& [id, r] : records_) octets += r.cap_xml.data.size();
  while (octets > limits::xml_octets) {
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
  for (const auto& [id, r] : records_)
    if (r.position == position) return &r;
  return nullptr;
}

model::bulletin_id bulletin_book::superseder_of(const frame_head& h) const {
  for (const auto& [id, r] : records_)
    if (!r.closed_at && refers(r.head) && supersedes(r.head, h)) return id;
  return {};
}

std::size_t bulletin_book::open(const path& unit, bool emergencies) const {
  return static_cast<std::size_t>(std::ranges::count_if(records_, [&](const auto& each) {
    const auto& r = each.second;
    return !r.closed_at && r.head.unit == unit && r.head.emergency() == emergencies;
  }));
}

std::size_t bulletin_book::in_force(instant now) const {
  return static_cast<std::size_t>(std::ranges::count_if(records_, [&](const auto& each) {
    const auto& r = each.second;
    return !r.closed_at && r.head.from() <= now && now < r.head.expires;
  }));
}

std::optional<instant> bulletin_book::next_closing(instant beyond) const {
  std::optional<instant> next;
  for (const auto& [id, r] : records_) {
    const auto its = r.head.expires + grace;
    if (!r.closed_at && its > beyond && (!next || its < *next)) next = its;
  }
  return next;
}

std::vector<const bulletin_record*> bulletin_book::to_close(instant now) const {
  std::vector<const bulletin_record*> out;
  for (const auto& [id, r] : records_)
    if (!r.closed_at && r.head.expires + grace <= now) out.push_back(&r);
  std::ranges::sort(out, {}, &bulletin_record::position);
  return out;
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
