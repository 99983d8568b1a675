#pragma once

#include <loa/base/name.hpp>
#include <loa/base/time.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/model/report.hpp>
#include <loa/wire/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// \file
/// Figures: how many were meant and how many were reached, and how a unit does (hiệu quả hoạt
/// động). All of them add up, so that a parent is the sum of its own and its children's.
namespace loa::model {

/// How far a bulletin came. targeted = delivered + missing + left at every instant.
struct delivery_count {
  std::uint64_t targeted = 0;  ///< Had a slot under the target when the unit committed it.
  std::uint64_t delivered = 0; ///< Of those, acknowledged.
  std::uint64_t left = 0;      ///< Of those, gone before they acknowledged.
  std::uint64_t late = 0;      ///< Joined afterwards and acknowledged.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("targeted", self.targeted);
    f("delivered", self.delivered);
    f("left", self.left);
    f("late", self.late);
  }
  [[nodiscard]] std::uint64_t missing() const noexcept {
    const auto done = delivered + left;
    return targeted > done ? targeted - done : 0;
  }
  delivery_count& operator+=(const delivery_count& o) noexcept;
  bool operator==(const delivery_count&) const = default;
};

/// The same for devices, which also say what they played.
struct device_delivery_count {
  std::uint64_t targeted = 0;
  std::uint64_t delivered = 0;
  std::uint64_t left = 0;
  std::uint64_t late = 0;
  std::uint64_t played = 0; ///< Played to the end.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("targeted", self.targeted);
    f("delivered", self.delivered);
    f("left", self.left);
    f("late", self.late);
    f("played", self.played);
  }
  [[nodiscard]] std::uint64_t missing() const noexcept {
    const auto done = delivered + left;
    return targeted > done ? targeted - done : 0;
  }
  device_delivery_count& operator+=(const device_delivery_count& o) noexcept;
  bool operator==(const device_delivery_count&) const = default;
};

struct delivery_figures {
  static constexpr wire::type_tag tag{"loa.delivery_figures", 1};
  delivery_count citizens;
  device_delivery_count devices;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("citizens", self.citizens);
    f("devices", self.devices);
  }
  delivery_figures& operator+=(const delivery_figures& o) noexcept;
  bool operator==(const delivery_figures&) const = default;
};

/// One child unit in a delivery report.
struct child_delivery {
  path unit;
  delivery_count citizens;
  device_delivery_count devices;
  instant as_of;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("citizens", self.citizens);
    f("devices", self.devices);
    f("as_of", self.as_of);
  }
  bool operator==(const child_delivery&) const = default;
};

/// The answer of `GET /v1/bulletins/{id}/delivery`.
struct delivery_report {
  static constexpr wire::type_tag tag{"loa.delivery_report", 1};
  /// Names in one answer; the rest is a count.
  static constexpr std::size_t most_missing = 1'000;

  bulletin_id id;
  delivery_count citizens;
  device_delivery_count devices;
  instant as_of;
  std::vector<child_delivery> children;
  std::vector<name> missing;
  std::uint64_t more_missing = 0;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("citizens", self.citizens);
    f("devices", self.devices);
    f("as_of", self.as_of);
    f("children", self.children);
    f("missing", self.missing);
    f("more_missing", self.more_missing);
  }
  bool operator==(const delivery_report&) const = default;
};

struct bulletin_counts {
  std::uint64_t published = 0;
  std::uint64_t emergency = 0;
  std::uint64_t priority = 0;
  std::uint64_t routine = 0;
  std::uint64_t replaced = 0; ///< Superseded or withdrawn before they expired.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("published", self.published);
    f("emergency", self.emergency);
    f("priority", self.priority);
    f("routine", self.routine);
    f("replaced", self.replaced);
  }
  /// Counts one published bulletin.
  void add(model::priority p) noexcept;
  bulletin_counts& operator+=(const bulletin_counts& o) noexcept;
  bool operator==(const bulletin_counts&) const = default;
};

/// received = processed + in_progress at every instant.
struct report_counts {
  std::uint64_t received = 0;
  std::uint64_t processed = 0;
  std::uint64_t in_progress = 0;
  std::uint64_t overdue = 0;   ///< Of those in progress, past their due time.
  std::uint64_t rated = 0;     ///< Have a rating.
  std::uint64_t satisfied = 0; ///< Rated 4 or 5.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("received", self.received);
    f("processed", self.processed);
    f("in_progress", self.in_progress);
    f("overdue", self.overdue);
    f("rated", self.rated);
    f("satisfied", self.satisfied);
  }
  /// Counts one report as it stands at `now`.
  void add(const report& r, instant now) noexcept;
  report_counts& operator+=(const report_counts& o) noexcept;
  bool operator==(const report_counts&) const = default;
};

/// What adds up: one unit's figures of a period.
struct figures {
  static constexpr wire::type_tag tag{"loa.figures", 1};
  bulletin_counts bulletins;
  delivery_figures delivery;
  report_counts reports;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("bulletins", self.bulletins);
    f("delivery", self.delivery);
    f("reports", self.reports);
  }
  figures& operator+=(const figures& o) noexcept;
  bool operator==(const figures&) const = default;
};

/// A child unit's last known figures.
struct child_effectiveness {
  path unit;
  instant as_of;
  bulletin_counts bulletins;
  delivery_figures delivery;
  report_counts reports;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("as_of", self.as_of);
    f("bulletins", self.bulletins);
    f("delivery", self.delivery);
    f("reports", self.reports);
  }
  bool operator==(const child_effectiveness&) const = default;
};

/// The answer of `GET /v1/units/{unit}/effectiveness`: the unit's own figures and its children's
/// summed up, and each child for itself.
struct effectiveness {
  static constexpr wire::type_tag tag{"loa.effectiveness", 1};

  path unit;
  std::optional<instant> from; ///< Counted from this instant on; absent: from the beginning.
  std::optional<instant> to;   ///< Counted until before this instant; absent: until now.
  instant as_of;               ///< The oldest of all that went into it.
  bulletin_counts bulletins;
  delivery_figures delivery;
  report_counts reports;
  std::vector<child_effectiveness> children;
  std::vector<name> missing; ///< Units that did not answer: their last known figures are in it.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f.optional("from", self.from);
    f.optional("to", self.to);
    f("as_of", self.as_of);
    f("bulletins", self.bulletins);
    f("delivery", self.delivery);
    f("reports", self.reports);
    f("children", self.children);
    f("missing", self.missing);
  }
  bool operator==(const effectiveness&) const = default;

  /// Adds a child's figures to the sum and to the list; `as_of` becomes the older of the two.
  void add_child(const path& child, const figures& its, instant its_as_of);
};

} // namespace loa::model
