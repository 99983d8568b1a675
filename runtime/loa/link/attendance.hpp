#pragma once

#include <loa/base/time.hpp>
#include <loa/link/slot_facts.hpp>

#include <functional>
#include <vector>

namespace loa::link {

/// Slots `first` to `last`.
struct slot_range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("first", self.first);
    f("last", self.last);
  }
  bool operator==(const slot_range&) const = default;
};

/// A roll was called: who of these slots was there, or was on the list for the first time.
struct slots_seen {
  static constexpr wire::type_tag tag{"loa.link.slots_seen", 1};
  instant at{};
  std::vector<slot_range> ranges;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("at", self.at);
    f("ranges", self.ranges);
  }
  bool operator==(const slots_seen&) const = default;
};

/// What a snapshot holds of an `attendance`: for each time the slots last seen then.
struct attendance_snapshot {
  instant called{};
  std::vector<slots_seen> seen;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("called", self.called);
    f("seen", self.seen);
  }
  bool operator==(const attendance_snapshot&) const = default;
};

/// When the owner of each slot was last there, so that places are not kept for ever for people who
/// never come back. The roll is called now and then, and one fact says who answered: a session that
/// comes and goes writes nothing. Pure state; one thread.
class attendance {
public:
  /// The slot has a new owner, or none.
  void reset(std::uint32_t slot);
  /// Slots beyond `extent` are ignored: a damaged fact must not take all memory.
  void apply(const slots_seen& fact, std::uint32_t extent);

  /// The fact that a roll call at `now` makes: `on_list` are the slots whose owners can be
  /// forgotten at all, `here` those who are there.
  [[nodiscard]] slots_seen call(instant now, std::uint32_t extent,
                                const std::function<bool(std::uint32_t)>& on_list,
                                const std::function<bool(std::uint32_t)>& here) const;
  /// The slots that answered once, and not since `before`.
  [[nodiscard]] std::vector<std::uint32_t> away_since(instant before) const;
  /// When the roll was called last; 1970 if never.
  [[nodiscard]] instant called() const noexcept { return called_; }

  [[nodiscard]] attendance_snapshot snapshot() const;
  [[nodiscard]] static attendance restore(const attendance_snapshot& from, std::uint32_t extent);

private:
  // Minutes since 1970, 0 for unknown: four octets each for a million slots.
  std::vector<std::uint32_t> seen_;
  instant called_{};
};

} // namespace loa::link
