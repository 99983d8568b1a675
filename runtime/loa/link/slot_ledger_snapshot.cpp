#include <loa/link/internal/ledger_state.hpp>

namespace loa::link {

using internal::damaged;

ledger_snapshot slot_ledger::snapshot() const {
  ledger_snapshot out{.head = state_->head};
  for (std::uint32_t n = 0; n < state_->extent; ++n) {
    const auto& r = state_->slot(n);
    if (!r.taken) continue;
    out.slots.push_back(n);
    out.names.emplace_back(state_->names.at(r.name));
    out.channels.push_back(r.channel);
    out.joined_at.push_back(r.joined_at);
    out.ordinary.push_back(r.acked.ordinary);
    out.emergency.push_back(r.acked.emergency);
  }
  for (const auto& f : state_->free) {
    out.free.push_back(f.slot);
    out.free_since.push_back(f.since);
  }
  for (const auto& e : state_->entries) out.entries.push_back({e.entry, e.of_left});
  return out;
}

result<slot_ledger> slot_ledger::restore(const ledger_snapshot& from) {
  slot_ledger out;
  auto& s = *out.state_;
  const auto count = from.slots.size();
  if (from.names.size() != count || from.channels.size() != count ||
      from.joined_at.size() != count || from.ordinary.size() != count ||
      from.emergency.size() != count || from.free.size() != from.free_since.size() ||
      count + from.free.size() > most_slots)
    return damaged("The columns of a ledger's snapshot are not of one length.");
  // Taken and free slots together are exactly the numbers below their count.
  const auto extent = static_cast<std::uint32_t>(count + from.free.size());
  s.extend_to(extent);
  std::vector<bool> seen(extent);
  const auto is_new = [&](std::uint32_t slot) {
    if (slot >= extent || seen[slot]) return false;
    seen[slot] = true;
    return true;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const auto& name = from.names[i];
    if (!is_new(from.slots[i]) || name.empty() || name.size() > most_name ||
        from.channels[i] >= channels || out.find(name))
      return damaged("Slot " + std::to_string(from.slots[i]) + " of a ledger's snapshot is wrong.");
    s.occupy(from.slots[i],
             {.joined_at = from.joined_at[i],
              .acked = {from.ordinary[i], from.emergency[i]},
              .channel = from.channels[i]},
             name);
  }
  for (std::size_t i = 0; i < from.free.size(); ++i) {
    if (!is_new(from.free[i]))
      return damaged("Free slot " + std::to_string(from.free[i]) +
                     " of a ledger's snapshot is wrong.");
    s.free.push_back({from.free[i], from.free_since[i]});
  }
  std::uint64_t last = 0;
  for (const auto& e : from.entries) {
    const bool bad = std::ranges::any_of(
        e.of_left, [](const channel_figures& f) { return f.channel >= channels; });
    if (bad || e.entry.position <= last || e.entry.position > from.head)
      return damaged("Entry " + std::to_string(e.entry.position) +
                     " of a ledger's snapshot is wrong.");
    last = e.entry.position;
    s.entries.push_back({e.entry, e.of_left});
  }
  s.head = from.head;
  return out;
}

} // namespace loa::link
