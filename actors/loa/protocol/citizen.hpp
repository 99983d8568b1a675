#pragma once

#include <loa/base/limit.hpp>
#include <loa/link/feed.hpp>
#include <loa/wire/record.hpp>

/// \file
/// What `citizen/ID` is told. It answers nothing but "done" or an error; bulletins come to the
/// driver "citizen" as `node::deliver`, one call for each attached channel.
namespace loa::citizen {

/// A unit to follow. Without a cursor the unit's own record of this citizen holds; who is new gets
/// what is in force. Epoch 0 in a cursor stands for the feed's present one.
struct subscription {
  path unit;
  std::optional<link::cursor> from;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f.optional("from", self.from);
  }
};

/// A connection has opened. Several may be attached at once; each gets every bulletin of the units
/// that it names, and the first acknowledgement counts. Attaching again makes the units send again
/// what was not acknowledged.
struct attach {
  static constexpr wire::type_tag tag{"loa.citizen.attach", 1};
  std::uint64_t channel = 0;
  std::vector<subscription> units; ///< 1 to `most_units`.
  /// True: the client acknowledges later, by `ack`. False: the driver's `deliver` returns true, and
  /// nothing is kept here until then.
  bool acknowledges = true;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("channel", self.channel);
    f("units", self.units);
    f("acknowledges", self.acknowledges);
  }
};

/// The connection has closed. With the last one that named it the session stops following a unit;
/// its slots stay.
struct detach {
  static constexpr wire::type_tag tag{"loa.citizen.detach", 1};
  std::uint64_t channel = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("channel", self.channel);
  }
};

/// The client has an entry, and with it everything before it on its lane. A position that was not
/// delivered to this session acknowledges nothing.
struct ack {
  static constexpr wire::type_tag tag{"loa.citizen.ack", 1};
  std::optional<path> feed; ///< May be absent where one unit is followed.
  std::uint64_t position = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("feed", self.feed);
    f("position", self.position);
  }
};

/// Units that one session may follow, and connections that it may have; more are refused.
inline constexpr std::size_t most_units = 16;
inline constexpr std::size_t most_channels = 8;

using command = std::variant<attach, detach, ack>;

} // namespace loa::citizen
