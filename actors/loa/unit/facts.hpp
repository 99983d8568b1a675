#pragma once

#include <loa/protocol/frame_head.hpp>
#include <loa/protocol/unit.hpp>

/// What a unit's journal holds beside its feed.
namespace loa::unit {

/// What the hierarchy and the config say has changed.
struct configured {
  static constexpr wire::type_tag tag{"loa.unit.configured", 1};
  path unit;
  configure settings;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("settings", self.settings);
  }
};

/// A bulletin was published here, or came from above and was passed on.
struct bulletin_taken {
  static constexpr wire::type_tag tag{"loa.unit.bulletin_taken", 1};
  std::uint64_t position = 0; ///< In the own feed.
  frame_head head;
  instant at;
  std::string author; ///< Own bulletins only, like the next.
  wire::octets cap_xml;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("head", self.head);
    f("at", self.at);
    f.optional("author", self.author);
    f.optional("cap_xml", self.cap_xml);
  }
};

/// A bulletin expired: its figures are final.
struct bulletin_closed {
  static constexpr wire::type_tag tag{"loa.unit.bulletin_closed", 1};
  model::bulletin_id id;
  model::delivery_figures figures; ///< Without `played`, which is counted as it comes.
  instant at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("figures", self.figures);
    f("at", self.at);
  }
};

/// One device more has played a bulletin to the end.
struct played_counted {
  static constexpr wire::type_tag tag{"loa.unit.played_counted", 1};
  model::bulletin_id id;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
  }
};

/// A device is here, or is called or works differently now.
struct device_added {
  static constexpr wire::type_tag tag{"loa.unit.device_added", 1};
  device_info device;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("device", self.device);
  }
};

struct device_removed {
  static constexpr wire::type_tag tag{"loa.unit.device_removed", 1};
  std::string id;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
  }
};

/// A report was received here.
struct report_received {
  static constexpr wire::type_tag tag{"loa.unit.report_received", 1};
  model::report_code code;
  instant at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("at", self.at);
  }
};

/// A report that was received here counts otherwise from now on.
struct report_counted {
  static constexpr wire::type_tag tag{"loa.unit.report_counted", 1};
  instant received;
  report_standing before;
  report_standing after;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("received", self.received);
    f("before", self.before);
    f("after", self.after);
  }
};

/// This unit has to deal with a report, or no longer.
struct work_changed {
  static constexpr wire::type_tag tag{"loa.unit.work_changed", 1};
  model::report_code code;
  bool ours = false;
  instant at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("ours", self.ours);
    f("at", self.at);
  }
};

using fact = std::variant<configured, bulletin_taken, bulletin_closed, played_counted, device_added,
                          device_removed, report_received, report_counted, work_changed>;

} // namespace loa::unit
