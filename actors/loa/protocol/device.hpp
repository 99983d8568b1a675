#pragma once

#include <loa/link/shared_body.hpp>
#include <loa/protocol/device_kind.hpp>
#include <loa/wire/record.hpp>

/// \file
/// What `device/UNIT/ID` is told, what it answers, and the calls that it makes to the driver
/// "device".
///
/// A device has one player: the client that attached last. The driver gives every connection a
/// channel number of its own and tells `attach`, `detach`, `ack` and `played`; the device tells it
/// what to do.
namespace loa::device {

/// How a playing ended.
enum class outcome : std::uint8_t {
  complete,    ///< Played to the end.
  interrupted, ///< Cut off by an emergency, by what replaced it, or by a crash.
  failed,      ///< The player could not, or said nothing for too long.
  missed,      ///< Never played: it expired, was taken back or there was no room.
  repeated     ///< In the log only: an emergency is played again from the start after a crash.
};

// -- commands -------------------------------------------------------------------------------------

/// From the unit: this is what you are. Repeating it changes what differs.
struct set_up {
  static constexpr wire::type_tag tag{"loa.device.set_up", 1};
  device_kind kind = device_kind::loudspeaker;
  std::string name; ///< For people.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("kind", self.kind);
    f("name", self.name);
  }
};

/// From the unit: you are no longer wanted. The device stops and gives its slot up.
struct retire {
  static constexpr wire::type_tag tag{"loa.device.retire", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

/// A client has connected. Refused with not_found if the device is not set up.
struct attach {
  static constexpr wire::type_tag tag{"loa.device.attach", 1};
  std::uint64_t channel = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("channel", self.channel);
  }
};

/// That client has gone; anything but the latest channel is ignored.
struct detach {
  static constexpr wire::type_tag tag{"loa.device.detach", 1};
  std::uint64_t channel = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("channel", self.channel);
  }
};

/// The client says how the playing of a position ended. Of a position that is not being played it
/// says nothing new and is ignored.
struct played {
  static constexpr wire::type_tag tag{"loa.device.played", 1};
  std::uint64_t position = 0;
  device::outcome outcome = device::outcome::complete;
  std::optional<instant> at; ///< By the client's clock; now where absent.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("outcome", self.outcome);
    f.optional("at", self.at);
  }
};

/// The client has got everything up to a position. Kept for operators; what counts as delivered is
/// what the device itself has committed.
struct ack {
  static constexpr wire::type_tag tag{"loa.device.ack", 1};
  std::uint64_t position = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
  }
};

struct get_device {
  static constexpr wire::type_tag tag{"loa.device.get_device", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

using command = std::variant<set_up, retire, attach, detach, played, ack, get_device>;

// -- replies --------------------------------------------------------------------------------------

/// One line of a device's log.
struct log_line {
  std::uint64_t position = 0;
  std::string id;
  device::outcome outcome = device::outcome::complete;
  instant at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("id", self.id);
    f("outcome", self.outcome);
    f("at", self.at);
  }
  bool operator==(const log_line&) const = default;
};

/// The answer to `get_device`.
struct device_status {
  static constexpr wire::type_tag tag{"loa.device.device_status", 1};
  std::string id;
  path unit;
  device_kind kind = device_kind::loudspeaker;
  std::string name;
  bool attached = false;
  std::optional<std::uint64_t> channel; ///< Of the client that attached last.
  std::uint64_t acked = 0;              ///< The highest position that a client has acknowledged.
  std::optional<std::string> playing;   ///< The bulletin's id.
  std::vector<std::string>
      waiting;               ///< Bulletins to be played, in this order; on a board those shown.
  std::vector<log_line> log; ///< The latest, oldest first.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("unit", self.unit);
    f("kind", self.kind);
    f("name", self.name);
    f("attached", self.attached);
    f.optional("channel", self.channel);
    f("acked", self.acked);
    f.optional("playing", self.playing);
    f("waiting", self.waiting);
    f("log", self.log);
  }
};

using reply = std::variant<device_status>;

// -- calls to the driver --------------------------------------------------------------------------

/// Play or, on a board, show a bulletin. "Started" is committed before a loudspeaker is told. The
/// same position and attempt may come again after a crash and are the same playing: a driver that
/// has passed it on to this channel drops it.
struct play {
  static constexpr wire::type_tag tag{"loa.device.play", 1};
  std::uint64_t position = 0;
  std::string id;
  model::priority priority = model::priority::routine;
  std::uint32_t attempt = 1;
  bool repeated = false; ///< An emergency, again from the start after a crash.
  bool resumed = false;  ///< Goes on after an emergency had interrupted it.
  /// The members of the bulletin's frame (model::frame_body). Absent after a restart: then ask the
  /// unit with `unit::get_frame`.
  link::shared_body frame;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("id", self.id);
    f("priority", self.priority);
    f("attempt", self.attempt);
    f.optional("repeated", self.repeated);
    f.optional("resumed", self.resumed);
    link::describe_body("frame", self.frame, f);
  }
};

enum class stop_reason : std::uint8_t {
  preempted,  ///< By an emergency; it will be resumed if it is still in force then.
  superseded, ///< By an Update or Cancel, or by what replaces it.
  expired,
  removed ///< The device is no longer wanted.
};

/// Stop playing a bulletin, or take it off a board.
struct stop {
  static constexpr wire::type_tag tag{"loa.device.stop", 1};
  std::uint64_t position = 0;
  std::string id;
  stop_reason reason = stop_reason::preempted;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("id", self.id);
    f("reason", self.reason);
  }
};

/// Another client attached, or the device was removed: close this channel.
struct release {
  static constexpr wire::type_tag tag{"loa.device.release", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

/// The name of the driver that gets these calls.
inline constexpr std::string_view driver = "device";

} // namespace loa::device

template <>
inline constexpr auto loa::wire::enum_names<loa::device::outcome> =
    std::to_array<std::pair<loa::device::outcome, std::string_view>>(
        {{loa::device::outcome::complete, "complete"},
         {loa::device::outcome::interrupted, "interrupted"},
         {loa::device::outcome::failed, "failed"},
         {loa::device::outcome::missed, "missed"},
         {loa::device::outcome::repeated, "repeated"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::device::stop_reason> =
    std::to_array<std::pair<loa::device::stop_reason, std::string_view>>(
        {{loa::device::stop_reason::preempted, "preempted"},
         {loa::device::stop_reason::superseded, "superseded"},
         {loa::device::stop_reason::expired, "expired"},
         {loa::device::stop_reason::removed, "removed"}});
