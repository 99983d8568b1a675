#pragma once

#include <loa/link/slot_facts.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace loa::link {

/// Who follows a unit's feed, and up to where each has made it durable: kept by the unit itself,
/// each follower under a small slot number. Pure state: questions make facts, `apply` changes.
///
/// Exact at every instant, for each entry in force and each channel n of its mask (1 to 15):
/// - targeted are the slots of channel n that were taken before the entry was published;
/// - delivered are the targeted whose acknowledged cursor of the entry's lane has reached it;
/// - left are the targeted that left without it;
/// - late are the slots taken afterwards that got it: who joins starts at nothing and is sent what
/// is
///   in force;
/// - targeted = delivered + missing + left.
///
/// A fact is applied before the next question is asked. A slot's number is used again only when no
/// entry in force is as old as its last owner's leaving, so that a stray acknowledgement of his
/// says nothing about the new owner. At most `most_slots`. A slot takes about 45 octets beside its
/// name, which takes its length and one. Pending acknowledgements take 16 octets each, at most two
/// of a slot and lane. One thread.
class slot_ledger {
public:
  static constexpr std::uint32_t most_slots = 1U << 22;
  static constexpr std::uint8_t channels = 16;
  static constexpr std::size_t most_name = 240;

  slot_ledger();
  slot_ledger(slot_ledger&&) noexcept;
  slot_ledger& operator=(slot_ledger&&) noexcept;
  ~slot_ledger();

  // -- questions that make facts

  /// A slot for a follower; a conflict if he has one.
  [[nodiscard]] result<slot_taken> take(std::string_view name, std::uint8_t channel) const;
  /// The leaving of a slot's owner; nothing if the slot is free.
  [[nodiscard]] std::optional<slot_left> leave(std::uint32_t slot) const;
  /// Marks an acknowledgement to be gathered. False if it says nothing new or makes no sense: a
  /// free slot, or a position that was never published.
  bool acknowledge(std::uint32_t slot, lane on, std::uint64_t position);
  /// What was marked since the last time, as at most one fact per lane, emergency first.
  [[nodiscard]] std::vector<slots_acked> gather();
  [[nodiscard]] bool has_pending() const noexcept;

  // -- changes

  /// Errors mean a damaged journal; nothing is changed then.
  [[nodiscard]] result<void> apply(const slot_taken& fact);
  [[nodiscard]] result<void> apply(const slots_acked& fact);
  [[nodiscard]] result<void> apply(const slot_left& fact);
  /// An entry was published; positions ascend.
  void opened(const entry_ref& e);
  /// An entry is no longer in force: its final figures, to be kept by the host.
  std::vector<channel_figures> closed(std::uint64_t position);

  // -- answers

  struct slot_view {
    std::string_view name; ///< Valid until the next change.
    std::uint8_t channel = 0;
    std::uint64_t joined_at = 0;
    lane_positions acked;
  };
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
  /// Nothing if the slot is free.
  [[nodiscard]] std::optional<slot_view> at(std::uint32_t slot) const;
  /// The number of slots taken.
  [[nodiscard]] std::uint32_t size() const noexcept;
  /// One more than the highest slot number in use or free to use again.
  [[nodiscard]] std::uint32_t extent() const noexcept;
  /// The last position that was published.
  [[nodiscard]] std::uint64_t head() const noexcept;

  /// The figures of an entry in force for each channel of its mask with anybody on it; empty if it
  /// is not in force. Looks at every slot.
  [[nodiscard]] std::vector<channel_figures> figures(std::uint64_t position) const;

  struct absentees {
    std::vector<std::string> names; ///< In the order of slots.
    std::uint64_t more = 0;         ///< How many beyond these.
  };
  /// Who is targeted by an entry in force, still here, and has not got it; at most `most` names.
  [[nodiscard]] absentees missing(std::uint64_t position, std::size_t most) const;

  [[nodiscard]] ledger_snapshot snapshot() const;
  [[nodiscard]] static result<slot_ledger> restore(const ledger_snapshot& from);

  /// The octets it has taken from the heap, pending acknowledgements included.
  [[nodiscard]] std::size_t octets() const noexcept;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace loa::link
