#pragma once

#include <loa/model/unit_tree.hpp>
#include <loa/protocol/report_clocks.hpp>

/// \file
/// What a unit is, and what is known of it. See unit.hpp.
namespace loa::unit {

/// What the hierarchy and the config say of a unit. Told at every start; writes only what changed.
struct configure {
  static constexpr wire::type_tag tag{"loa.unit.configure", 1};
  std::string name;
  model::tier tier = model::tier::commune;
  std::optional<path> parent;
  std::vector<path> children;
  duration retention =
      std::chrono::days(90); ///< A closed bulletin keeps figures of its own so long.
  report::clocks clocks;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("name", self.name);
    f("tier", self.tier);
    f.optional("parent", self.parent);
    f.optional("children", self.children);
    f.optional("retention", self.retention);
    f.optional("clocks", self.clocks);
  }
  bool operator==(const configure&) const = default;
};

struct get_unit {
  static constexpr wire::type_tag tag{"loa.unit.get_unit", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

/// How a child unit's link stands.
struct child_link {
  path unit;
  bool connected = false;
  std::uint64_t behind = 0; ///< Positions of this feed that it has not acknowledged.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("connected", self.connected);
    f("behind", self.behind);
  }
};

/// The followers on one channel.
struct follower_group {
  std::uint64_t count = 0;
  /// Not there for devices: whether one is connected the device itself knows.
  std::optional<std::uint64_t> connected;
  std::uint64_t behind =
      0; ///< How many have not acknowledged everything in force that is for them.
  std::uint64_t most_behind = 0; ///< Entries that the last of them lacks.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("count", self.count);
    f.optional("connected", self.connected);
    f("behind", self.behind);
    f("most_behind", self.most_behind);
  }
};

/// The answer to `get_unit`.
struct unit_status {
  static constexpr wire::type_tag tag{"loa.unit.unit_status", 1};
  path unit;
  std::string name;
  model::tier tier = model::tier::commune;
  std::optional<path> parent;
  std::vector<path> children;
  std::uint64_t epoch = 0;
  std::uint64_t head = 0; ///< The feed's last position.
  std::uint64_t in_force = 0;
  std::uint64_t reports_in_progress = 0;
  std::vector<child_link> links;
  follower_group citizens;
  follower_group loudspeakers;
  follower_group boards;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("name", self.name);
    f("tier", self.tier);
    f.optional("parent", self.parent);
    f("children", self.children);
    f("epoch", self.epoch);
    f("head", self.head);
    f("in_force", self.in_force);
    f("reports_in_progress", self.reports_in_progress);
    f("links", self.links);
    f("citizens", self.citizens);
    f("loudspeakers", self.loudspeakers);
    f("boards", self.boards);
  }
};

} // namespace loa::unit
