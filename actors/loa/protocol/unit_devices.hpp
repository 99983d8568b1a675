#pragma once

#include <loa/protocol/device.hpp>

/// \file
/// The devices of a unit. See unit.hpp.
namespace loa::unit {

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

} // namespace loa::unit
