#pragma once

#include <loa/model/effectiveness.hpp>
#include <loa/model/unit_tree.hpp>
#include <loa/protocol/device.hpp>
#include <loa/protocol/report_clocks.hpp>

/// \file
/// What `unit/PATH` is told and what it answers. A unit that was never configured does not exist:
/// it answers not_found to everything but `configure`.
namespace loa::unit {

/// Numbers that nobody may exceed. What is refused for them gets too_many or too_large.
struct limits {
  static constexpr std::size_t devices = 4'096;
  static constexpr std::size_t device_name = 256; ///< Octets.
  static constexpr std::size_t in_force =
      2'000;                                 ///< Own bulletins; emergencies may take as many again.
  static constexpr std::size_t kept = 4'000; ///< Closed ones with figures of their own, the latest.
  static constexpr std::size_t xml_octets = 4U
                                            << 20; ///< CAP documents kept; the oldest are dropped.
  static constexpr std::size_t page = 1'000;       ///< Items in one answer.
  static constexpr std::size_t page_octets = 1U << 20; ///< Bodies in one page; one always fits.
  static constexpr std::size_t first_clocks = 16'384; ///< Reports whose first clock the unit minds.
  static constexpr std::size_t work_list = 500;       ///< Reports listed; more are counted.
};

// -- the hierarchy --------------------------------------------------------------------------------

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

// -- bulletins ------------------------------------------------------------------------------------

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

// -- devices --------------------------------------------------------------------------------------

/// Register a device or change it; answers with `registered`.
struct register_device {
  static constexpr wire::type_tag tag{"loa.unit.register_device", 1};
  std::string id; ///< The local part of its name, `device/UNIT/ID`.
  device::device_kind kind = device::device_kind::loudspeaker;
  std::string name;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("kind", self.kind);
    f("name", self.name);
  }
};

struct device_info {
  std::string id;
  device::device_kind kind = device::device_kind::loudspeaker;
  std::string name;
  instant since;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("kind", self.kind);
    f("name", self.name);
    f("since", self.since);
  }
  bool operator==(const device_info&) const = default;
};

struct registered {
  static constexpr wire::type_tag tag{"loa.unit.registered", 1};
  device_info device;
  bool created = false;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("device", self.device);
    f("created", self.created);
  }
};

/// Answers "done", or not_found.
struct remove_device {
  static constexpr wire::type_tag tag{"loa.unit.remove_device", 1};
  std::string id;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
  }
};

struct list_devices {
  static constexpr wire::type_tag tag{"loa.unit.list_devices", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

struct device_list {
  static constexpr wire::type_tag tag{"loa.unit.device_list", 1};
  std::vector<device_info> items; ///< By id.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("items", self.items);
  }
};

/// From a device: it has played a bulletin to the end, for the first time.
struct bulletin_played {
  static constexpr wire::type_tag tag{"loa.unit.bulletin_played", 1};
  model::bulletin_id id;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
  }
};

// -- reports --------------------------------------------------------------------------------------

/// Take a citizen's report. The caller makes the code (model::make_report_code) and has read the
/// request with model::read_report_request. Answers with `submitted`.
struct submit_report {
  static constexpr wire::type_tag tag{"loa.unit.submit_report", 1};
  model::report_request request;
  model::report_code code;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("request", self.request);
    f("code", self.code);
  }
};

struct submitted {
  static constexpr wire::type_tag tag{"loa.unit.submitted", 1};
  model::report_code code;
  instant due; ///< When it must be classified.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("due", self.due);
  }
};

/// How a report counts.
struct report_standing {
  bool processed = false;
  bool overdue = false;      ///< Missed a deadline and is not processed.
  std::optional<int> rating; ///< 1 to 5.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("processed", self.processed);
    f.optional("overdue", self.overdue);
    f.optional("rating", self.rating);
  }
  bool operator==(const report_standing&) const = default;
};

/// From a report to its home: it counts otherwise from now on.
struct report_changed {
  static constexpr wire::type_tag tag{"loa.unit.report_changed", 1};
  model::report_code code;
  instant received;
  report_standing before;
  report_standing after;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("received", self.received);
    f("before", self.before);
    f("after", self.after);
  }
};

/// From a report to those concerned: this unit is responsible from now on; none once it is
/// processed.
struct responsibility {
  static constexpr wire::type_tag tag{"loa.unit.responsibility", 1};
  model::report_code code;
  std::optional<path> responsible;
  std::optional<instant> due;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f.optional("responsible", self.responsible);
    f.optional("due", self.due);
  }
};

/// The reports that this unit has to deal with, in the order in which they came to it.
struct list_reports {
  static constexpr wire::type_tag tag{"loa.unit.list_reports", 1};
  std::uint32_t most = 100; ///< At most `limits::work_list`.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("most", self.most);
  }
};

struct work_item {
  model::report_code code;
  instant since; ///< When this unit became responsible.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("since", self.since);
  }
  bool operator==(const work_item&) const = default;
};

struct report_list {
  static constexpr wire::type_tag tag{"loa.unit.report_list", 1};
  std::vector<work_item> items;
  std::uint64_t more = 0; ///< How many beyond these.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("items", self.items);
    f("more", self.more);
  }
};

// -- figures --------------------------------------------------------------------------------------

/// This unit's own figures of a period: bulletins published and reports received from `from` until
/// before `to`. The whole subtree: gather.hpp.
struct get_figures {
  static constexpr wire::type_tag tag{"loa.unit.get_figures", 1};
  std::optional<instant> from;
  std::optional<instant> to;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("from", self.from);
    f.optional("to", self.to);
  }
};

struct own_figures {
  static constexpr wire::type_tag tag{"loa.unit.own_figures", 1};
  path unit;
  model::figures figures;
  instant as_of;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("figures", self.figures);
    f("as_of", self.as_of);
  }
};

using command =
    std::variant<configure, get_unit, publish_bulletin, list_bulletins, get_bulletin, get_frame,
                 get_delivery, register_device, remove_device, list_devices, bulletin_played,
                 submit_report, report_changed, responsibility, list_reports, get_figures>;

using reply =
    std::variant<unit_status, accepted, bulletin_page, bulletin_reply, frame_reply, own_delivery,
                 registered, device_list, submitted, report_list, own_figures>;

} // namespace loa::unit
