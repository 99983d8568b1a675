#pragma once

#include <loa/link/feed.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace loa::link {

/// A follower got a slot. Channel 0 is for child units, which are not counted.
struct slot_taken {
  static constexpr wire::type_tag tag{"loa.link.slot_taken", 1};
  std::uint32_t slot = 0;
  std::string name;
  std::uint8_t channel = 0;
  std::uint64_t joined_at = 0; ///< The feed's last position then.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("slot", self.slot);
    f("name", self.name);
    f("channel", self.channel);
    f("joined_at", self.joined_at);
  }
};

/// Slots `first` to `last` have acknowledged a position.
struct acked_range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint64_t position = 0;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("first", self.first);
    f("last", self.last);
    f("position", self.position);
  }
  bool operator==(const acked_range&) const = default;
};

/// The acknowledgements of one lane that came within a gathering time.
struct slots_acked {
  static constexpr wire::type_tag tag{"loa.link.slots_acked", 1};
  lane on = lane::ordinary;
  std::vector<acked_range> ranges;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("lane", self.on);
    f("ranges", self.ranges);
  }
};

/// A follower has left for good.
struct slot_left {
  static constexpr wire::type_tag tag{"loa.link.slot_left", 1};
  std::uint32_t slot = 0;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("slot", self.slot);
  }
};

/// What the ledger must know of an entry.
struct entry_ref {
  std::uint64_t position = 0;
  lane on = lane::ordinary;
  std::uint32_t channels = every_channel;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("lane", self.on);
    f("channels", self.channels);
  }
  bool operator==(const entry_ref&) const = default;
};

/// The delivery of one entry on one channel: targeted = delivered + missing + left.
struct channel_figures {
  std::uint8_t channel = 0;
  std::uint64_t targeted = 0;  ///< Slots of the channel when the entry was committed.
  std::uint64_t delivered = 0; ///< Of these, those that have acknowledged it durably.
  std::uint64_t left = 0;      ///< Of these, those that left without it.
  std::uint64_t late = 0;      ///< Those who joined afterwards and got it.

  [[nodiscard]] std::uint64_t missing() const noexcept { return targeted - delivered - left; }

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("channel", self.channel);
    f.optional("targeted", self.targeted);
    f.optional("delivered", self.delivered);
    f.optional("left", self.left);
    f.optional("late", self.late);
  }
  bool operator==(const channel_figures&) const = default;
};

/// A whole ledger, in columns: what a snapshot of the unit holds. Acknowledgements that were not
/// yet gathered are no part of it.
struct ledger_snapshot {
  static constexpr wire::type_tag tag{"loa.link.ledger_snapshot", 1};

  /// An entry in force and what those who left have counted for it.
  struct opened {
    entry_ref entry;
    std::vector<channel_figures> of_left;

    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f("entry", self.entry);
      f("of_left", self.of_left);
    }
  };

  std::uint64_t head = 0;
  std::vector<std::uint32_t> slots; ///< Ascending; the next five have one element for each.
  std::vector<std::string> names;
  std::vector<std::uint8_t> channels;
  std::vector<std::uint64_t> joined_at;
  std::vector<std::uint64_t> ordinary;
  std::vector<std::uint64_t> emergency;
  std::vector<std::uint32_t> free; ///< In the order in which they were left.
  std::vector<std::uint64_t> free_since;
  std::vector<opened> entries; ///< By position.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("head", self.head);
    f("slots", self.slots);
    f("names", self.names);
    f("channels", self.channels);
    f("joined_at", self.joined_at);
    f("ordinary", self.ordinary);
    f("emergency", self.emergency);
    f("free", self.free);
    f("free_since", self.free_since);
    f("entries", self.entries);
  }
};

} // namespace loa::link
