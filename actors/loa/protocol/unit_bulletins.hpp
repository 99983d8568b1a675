#pragma once

#include <loa/link/shared_body.hpp>
#include <loa/model/effectiveness.hpp>
#include <loa/model/unit_tree.hpp>

/// \file
/// A unit's bulletins: published, listed, delivered. See unit.hpp.
namespace loa::unit {

/// Publish a complete bulletin of this unit. Refused: rule (model::validate, a target outside,
/// expired already), conflict (the id, or the CAP alert, is known with other content), too_many.
/// The same bulletin again gets the first answer again.
struct publish_bulletin {
  static constexpr wire::type_tag tag{"loa.unit.publish_bulletin", 1};
  model::bulletin bulletin;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("bulletin", self.bulletin);
  }
};

struct accepted {
  static constexpr wire::type_tag tag{"loa.unit.accepted", 1};
  model::bulletin_id id;
  path unit;
  std::uint64_t position = 0;
  std::vector<std::string> warnings;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("unit", self.unit);
    f("position", self.position);
    f.optional("warnings", self.warnings);
  }
};

/// The bulletins in force in this unit's feed, its own and those from above, by position.
struct list_bulletins {
  static constexpr wire::type_tag tag{"loa.unit.list_bulletins", 1};
  std::uint64_t after = 0;
  std::uint32_t most = 100;      ///< At most `limits::page`.
  bool emergencies_only = false; ///< Leaves out everything else.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("after", self.after);
    f.optional("most", self.most);
    f.optional("emergencies_only", self.emergencies_only);
  }
};

struct page_item {
  std::uint64_t position = 0;
  model::bulletin_id id;
  std::string frame; ///< The whole JSON frame.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("id", self.id);
    f("frame", self.frame);
  }
};

struct bulletin_page {
  static constexpr wire::type_tag tag{"loa.unit.bulletin_page", 1};
  std::vector<page_item> items;
  std::optional<std::uint64_t> next; ///< `after` of the next page, if there is more.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("items", self.items);
    f.optional("next", self.next);
  }
};

/// A bulletin in force by its id; afterwards not_found. A unit that passed it on knows all but its
/// author and the CAP document.
struct get_bulletin {
  static constexpr wire::type_tag tag{"loa.unit.get_bulletin", 1};
  model::bulletin_id id;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
  }
};

struct bulletin_reply {
  static constexpr wire::type_tag tag{"loa.unit.bulletin_reply", 1};
  model::bulletin bulletin;
  std::uint64_t position = 0;
  bool in_force = false;     ///< By now effective and not expired.
  std::string superseded_by; ///< A bulletin's id, or empty.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("bulletin", self.bulletin);
    f("position", self.position);
    f("in_force", self.in_force);
    f.optional("superseded_by", self.superseded_by);
  }
};

/// What stands at a position of this unit's feed, for drivers; not_found once it is pruned.
struct get_frame {
  static constexpr wire::type_tag tag{"loa.unit.get_frame", 1};
  std::uint64_t position = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
  }
};

struct frame_reply {
  static constexpr wire::type_tag tag{"loa.unit.frame_reply", 1};
  std::uint64_t position = 0;
  model::bulletin_id id;
  link::shared_body body; ///< As `model::frame_body` wrote it.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("id", self.id);
    link::describe_body("body", self.body, f);
  }
};

/// How far a bulletin came among this unit's own followers. The whole subtree: gather.hpp.
struct get_delivery {
  static constexpr wire::type_tag tag{"loa.unit.get_delivery", 1};
  model::bulletin_id id;
  std::uint32_t missing_most = 0; ///< Names wanted; at most `limits::page`.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f.optional("missing_most", self.missing_most);
  }
};

struct own_delivery {
  static constexpr wire::type_tag tag{"loa.unit.own_delivery", 1};
  path unit;
  model::bulletin_id id;
  bool known = false;  ///< False: it never came here, or its figures are no longer kept apart.
  bool closed = false; ///< Expired; the figures are final.
  model::delivery_figures figures;
  instant as_of;
  std::vector<name> missing; ///< Citizens, devices, and child units that it has not reached.
  std::uint64_t more_missing = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("id", self.id);
    f("known", self.known);
    f("closed", self.closed);
    f("figures", self.figures);
    f("as_of", self.as_of);
    f.optional("missing", self.missing);
    f.optional("more_missing", self.more_missing);
  }
};

} // namespace loa::unit
