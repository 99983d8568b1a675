#pragma once

#include <loa/protocol/device.hpp>
#include <loa/protocol/frame_head.hpp>

/// What a device's journal holds.
namespace loa::device {

struct was_set_up {
  static constexpr wire::type_tag tag{"loa.device.was_set_up", 1};
  device_kind kind = device_kind::loudspeaker;
  std::string name;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("kind", self.kind);
    f("name", self.name);
  }
};

struct retired {
  static constexpr wire::type_tag tag{"loa.device.retired", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

/// Another client plays from now on.
struct attached {
  static constexpr wire::type_tag tag{"loa.device.attached", 1};
  std::uint64_t channel = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("channel", self.channel);
  }
};

struct detached {
  static constexpr wire::type_tag tag{"loa.device.detached", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

/// A bulletin came from the unit.
struct received {
  static constexpr wire::type_tag tag{"loa.device.received", 1};
  std::uint64_t position = 0;
  unit::frame_head head;
  instant at;
  /// Not stored: the unit's feed has it. Null after a replay.
  link::shared_body frame;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("head", self.head);
    f("at", self.at);
  }
};

/// The playing of a bulletin begins. Committed before the player is told.
struct started {
  static constexpr wire::type_tag tag{"loa.device.started", 1};
  std::uint64_t position = 0;
  std::uint32_t attempt = 1;
  bool repeated = false;
  bool resumed = false;
  instant at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("attempt", self.attempt);
    f.optional("repeated", self.repeated);
    f.optional("resumed", self.resumed);
    f("at", self.at);
  }
};

/// The playing ended, or will never be.
struct ended {
  static constexpr wire::type_tag tag{"loa.device.ended", 1};
  std::uint64_t position = 0;
  device::outcome outcome = device::outcome::complete;
  /// Only put off: an emergency cut it off, or its player is gone and somebody else has to play it.
  bool waits = false;
  /// Its player went without a word: for whoever comes it begins anew.
  bool unseen = false;
  instant at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("outcome", self.outcome);
    f.optional("waits", self.waits);
    f.optional("unseen", self.unseen);
    f("at", self.at);
  }
};

/// What a board shows was taken off: it expired or was superseded.
struct taken_off {
  static constexpr wire::type_tag tag{"loa.device.taken_off", 1};
  std::uint64_t position = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
  }
};

/// The client has got an item.
struct acked {
  static constexpr wire::type_tag tag{"loa.device.acked", 1};
  std::uint64_t position = 0;
  bool emergency = false; ///< The lane.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f.optional("emergency", self.emergency);
  }
};

using fact = std::variant<was_set_up, retired, attached, detached, received, started, ended,
                          taken_off, acked>;

} // namespace loa::device
