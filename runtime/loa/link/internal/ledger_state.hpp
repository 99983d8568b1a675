#pragma once

#include <loa/link/internal/name_pool.hpp>
#include <loa/link/internal/pending_acks.hpp>
#include <loa/link/internal/slot_index.hpp>
#include <loa/link/slot_ledger.hpp>

#include <algorithm>
#include <array>
#include <deque>

namespace loa::link {

namespace internal {

/// What is known of one slot; all zero while it is free.
struct record {
  std::uint64_t joined_at = 0;
  lane_positions acked;
  std::uint32_t name = 0;
  std::uint8_t channel = 0;
  bool taken = false;
};
static_assert(sizeof(record) == 32);

inline constexpr std::uint32_t chunk_slots = 64;

/// A free slot and the last position that was published when its owner left.
struct left_slot {
  std::uint32_t slot;
  std::uint64_t since;
};

/// An entry in force and what those who left have counted for it.
struct in_force {
  entry_ref entry;
  std::vector<channel_figures> of_left;

  channel_figures& left_of(std::uint8_t channel) {
    for (auto& f : of_left)
      if (f.channel == channel) return f;
    return of_left.emplace_back(channel_figures{.channel = channel});
  }
};

[[nodiscard]] inline error damaged(const std::string& what) {
  return {errc::corrupt, what + " The unit's journal is damaged; restore it from a backup.", {}};
}

} // namespace internal

/// Slots in chunks, so that growing moves nothing and wastes little.
struct slot_ledger::state {
  /// How the index reads the name of a slot.
  struct names_of {
    const state* owner;
    std::string_view operator()(std::uint32_t slot) const {
      return owner->names.at(owner->slot(slot).name);
    }
  };

  std::vector<std::unique_ptr<std::array<internal::record, internal::chunk_slots>>> chunks;
  std::uint32_t extent = 0;
  std::uint32_t taken = 0;
  std::uint64_t head = 0;
  internal::name_pool names;
  internal::slot_index<names_of> index{names_of{this}};
  std::deque<internal::left_slot> free;    ///< In the order of leaving.
  std::vector<internal::in_force> entries; ///< By position.
  internal::pending_acks pending[2];

  [[nodiscard]] internal::record& slot(std::uint32_t n) {
    return (*chunks[n / internal::chunk_slots])[n % internal::chunk_slots];
  }
  [[nodiscard]] const internal::record& slot(std::uint32_t n) const {
    return (*chunks[n / internal::chunk_slots])[n % internal::chunk_slots];
  }
  [[nodiscard]] bool is_taken(std::uint32_t n) const { return n < extent && slot(n).taken; }

  [[nodiscard]] bool reusable(const internal::left_slot& s) const {
    return entries.empty() || s.since < entries.front().entry.position;
  }
  [[nodiscard]] const internal::in_force* find_entry(std::uint64_t position) const {
    const auto at = std::ranges::lower_bound(
        entries, position, {}, [](const internal::in_force& e) { return e.entry.position; });
    return at == entries.end() || at->entry.position != position ? nullptr : &*at;
  }
  void extend_to(std::uint32_t n) {
    while (chunks.size() * internal::chunk_slots < n)
      chunks.push_back(std::make_unique<std::array<internal::record, internal::chunk_slots>>());
    extent = n;
  }
  void occupy(std::uint32_t n, const internal::record& r, std::string_view name) {
    slot(n) = r;
    slot(n).name = names.add(name);
    slot(n).taken = true;
    index.add(n);
    ++taken;
  }
  void rebuild_names() {
    internal::name_pool fresh;
    for (std::uint32_t n = 0; n < extent; ++n)
      if (auto& r = slot(n); r.taken) r.name = fresh.add(names.at(r.name));
    names = std::move(fresh);
  }
};

} // namespace loa::link
