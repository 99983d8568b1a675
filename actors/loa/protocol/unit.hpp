#pragma once

#include <loa/base/limit.hpp>
#include <loa/protocol/unit_bulletins.hpp>
#include <loa/protocol/unit_devices.hpp>
#include <loa/protocol/unit_reports.hpp>
#include <loa/protocol/unit_status.hpp>

/// \file
/// What `unit/PATH` is told and what it answers. A unit that was never configured does not exist:
/// it answers not_found to everything but `configure`.
namespace loa::unit {

/// Numbers that nobody may exceed. What is refused for them gets too_many or too_large.
struct limits {
  static inline limit devices{"unit.devices", 4'096, 4};
  static constexpr std::size_t device_name = 256; ///< Bytes.
  /// Own bulletins; emergencies may take as many again.
  static inline limit in_force{"unit.in_force", 2'000, 4};
  /// Closed ones with figures of their own, the latest.
  static inline limit kept{"unit.kept", 4'000, 1};
  /// Bytes of CAP documents kept; the oldest are dropped.
  static inline limit xml_bytes{"unit.xml_bytes", 4U << 20, 1};
  static constexpr std::size_t page = 1'000; ///< Items in one answer.
  /// Bytes of bodies in one page; one always fits.
  static inline limit page_bytes{"unit.page_bytes", 1U << 20, 1};
  /// Reports listed; more are counted.
  static constexpr std::size_t work_list = 500;
};

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
