#include <loa/link/internal/ledger_state.hpp>

#include <cassert>

namespace loa::link {

using namespace internal;

namespace {

bool concerns(const entry_ref& e, const record& r) noexcept {
  return r.channel != 0 && (e.channels >> r.channel & 1U) != 0;
}

bool has(const record& r, const entry_ref& e) noexcept {
  return r.acked.at(e.on) >= e.position;
}

/// Counts a slot for an entry; `gone` if its owner leaves now.
void count(channel_figures& f, const record& r, const entry_ref& e, bool gone) noexcept {
  if (r.joined_at < e.position) {
    ++f.targeted;
    if (has(r, e))
      ++f.delivered;
    else if (gone)
      ++f.left;
  } else if (has(r, e)) {
    ++f.late;
  }
}

} // namespace

slot_ledger::slot_ledger() : state_(std::make_unique<state>()) {}
slot_ledger::slot_ledger(slot_ledger&&) noexcept = default;
slot_ledger& slot_ledger::operator=(slot_ledger&&) noexcept = default;
slot_ledger::~slot_ledger() = default;

result<slot_taken> slot_ledger::take(std::string_view name, std::uint8_t channel) const {
  if (name.empty() || name.size() > most_name)
    return error{errc::rule, "A follower's name has 1 to 240 octets.", {}};
  if (channel >= channels) return error{errc::rule, "A channel is a number from 0 to 15.", {}};
  if (find(name))
    return error{errc::conflict, "\"" + std::string(name) + "\" follows here already.", {}};
  auto slot = state_->extent;
  if (!state_->free.empty() && state_->reusable(state_->free.front()))
    slot = state_->free.front().slot;
  if (slot >= most_slots)
    return error{errc::too_many,
                 "This unit has " + std::to_string(most_slots) +
                     " followers, the most it can have.",
                 {}};
  return slot_taken{slot, std::string(name), channel, state_->head};
}

std::optional<slot_left> slot_ledger::leave(std::uint32_t slot) const {
  if (!state_->is_taken(slot)) return std::nullopt;
  return slot_left{slot};
}

bool slot_ledger::acknowledge(std::uint32_t slot, lane on, std::uint64_t position) {
  if (!state_->is_taken(slot) || position > state_->head ||
      position <= state_->slot(slot).acked.at(on))
    return false;
  state_->pending[static_cast<std::size_t>(on)].add(slot, position, state_->taken);
  return true;
}

std::vector<slots_acked> slot_ledger::gather() {
  std::vector<slots_acked> facts;
  for (auto l : lanes) {
    slots_acked fact{l, {}};
    auto& ranges = fact.ranges;
    // A run may cross taken slots that are beyond its position already, never a free one: its next
    // owner has acknowledged nothing.
    const auto joins = [&](const acked_range& run, std::uint32_t slot, std::uint64_t position) {
      if (run.position != position) return false;
      for (auto n = run.last + 1; n < slot; ++n)
        if (!state_->slot(n).taken || state_->slot(n).acked.at(l) < position) return false;
      return true;
    };
    for (const auto& m : state_->pending[static_cast<std::size_t>(l)].take())
      if (!ranges.empty() && joins(ranges.back(), m.slot, m.position))
        ranges.back().last = m.slot;
      else
        ranges.push_back({m.slot, m.slot, m.position});
    if (!ranges.empty()) facts.push_back(std::move(fact));
  }
  return facts;
}

bool slot_ledger::has_pending() const noexcept {
  return !state_->pending[0].empty() || !state_->pending[1].empty();
}

result<void> slot_ledger::apply(const slot_taken& fact) {
  auto& s = *state_;
  const bool is_new = fact.slot == s.extent;
  const auto again = is_new ? s.free.end() : std::ranges::find(s.free, fact.slot, &left_slot::slot);
  const bool is_free = is_new || again != s.free.end();
  if (!is_free || fact.slot >= most_slots || fact.name.empty() || fact.name.size() > most_name ||
      fact.channel >= channels || find(fact.name))
    return damaged("Slot " + std::to_string(fact.slot) + " cannot be given to \"" + fact.name +
                   "\".");
  if (!is_new)
    s.free.erase(again);
  else
    s.extend_to(fact.slot + 1);
  s.occupy(fact.slot, {.joined_at = fact.joined_at, .channel = fact.channel}, fact.name);
  return {};
}

result<void> slot_ledger::apply(const slots_acked& fact) {
  for (const auto& r : fact.ranges)
    if (r.first > r.last || r.last >= state_->extent)
      return damaged("There are no slots " + std::to_string(r.first) + " to " +
                     std::to_string(r.last) + " to acknowledge.");
  for (const auto& r : fact.ranges)
    for (auto n = r.first; n <= r.last; ++n) {
      auto& acked = state_->slot(n).acked.at(fact.on);
      if (state_->slot(n).taken) acked = std::max(acked, r.position);
    }
  return {};
}

result<void> slot_ledger::apply(const slot_left& fact) {
  auto& s = *state_;
  if (!s.is_taken(fact.slot))
    return damaged("Slot " + std::to_string(fact.slot) + " is free and cannot be left.");
  auto& r = s.slot(fact.slot);
  for (auto& e : s.entries)
    if (concerns(e.entry, r)) count(e.left_of(r.channel), r, e.entry, true);
  for (auto& p : s.pending) p.drop(fact.slot);
  s.index.remove(fact.slot);
  s.names.drop(r.name);
  r = {};
  --s.taken;
  s.free.push_back({fact.slot, s.head});
  if (s.names.is_wasteful()) s.rebuild_names();
  return {};
}

void slot_ledger::opened(const entry_ref& e) {
  assert(e.position > state_->head);
  state_->head = e.position;
  state_->entries.push_back({e, {}});
}

std::vector<channel_figures> slot_ledger::closed(std::uint64_t position) {
  auto last = figures(position);
  std::erase_if(state_->entries,
                [position](const in_force& e) { return e.entry.position == position; });
  return last;
}

std::optional<std::uint32_t> slot_ledger::find(std::string_view name) const {
  return state_->index.find(name);
}

std::optional<slot_ledger::slot_view> slot_ledger::at(std::uint32_t slot) const {
  if (!state_->is_taken(slot)) return std::nullopt;
  const auto& r = state_->slot(slot);
  return slot_view{state_->names.at(r.name), r.channel, r.joined_at, r.acked};
}

std::uint32_t slot_ledger::size() const noexcept {
  return state_->taken;
}
std::uint32_t slot_ledger::extent() const noexcept {
  return state_->extent;
}
std::uint64_t slot_ledger::head() const noexcept {
  return state_->head;
}

std::vector<channel_figures> slot_ledger::figures(std::uint64_t position) const {
  const auto* e = state_->find_entry(position);
  if (!e) return {};
  std::array<channel_figures, channels> all{};
  for (const auto& f : e->of_left) all[f.channel] = f;
  for (std::uint32_t n = 0; n < state_->extent; ++n)
    if (const auto& r = state_->slot(n); r.taken && concerns(e->entry, r))
      count(all[r.channel], r, e->entry, false);
  std::vector<channel_figures> out;
  for (std::uint8_t c = 1; c < channels; ++c) {
    all[c].channel = c;
    if (all[c] != channel_figures{.channel = c}) out.push_back(all[c]);
  }
  return out;
}

slot_ledger::absentees slot_ledger::missing(std::uint64_t position, std::size_t most) const {
  absentees out;
  const auto* e = state_->find_entry(position);
  if (!e) return out;
  for (std::uint32_t n = 0; n < state_->extent; ++n) {
    const auto& r = state_->slot(n);
    if (!r.taken || !concerns(e->entry, r) || r.joined_at >= position || has(r, e->entry)) continue;
    if (out.names.size() < most)
      out.names.emplace_back(state_->names.at(r.name));
    else
      ++out.more;
  }
  return out;
}

std::size_t slot_ledger::octets() const noexcept {
  const auto& s = *state_;
  std::size_t all = sizeof(state) + s.chunks.size() * chunk_slots * sizeof(record) +
                    s.chunks.capacity() * sizeof(s.chunks[0]) + s.names.octets() +
                    s.index.octets() + s.free.size() * sizeof(left_slot);
  for (const auto& p : s.pending) all += p.octets();
  for (const auto& e : s.entries) all += sizeof(e) + e.of_left.size() * sizeof(e.of_left[0]);
  return all;
}

} // namespace loa::link
