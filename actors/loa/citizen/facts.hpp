#pragma once

#include <loa/protocol/citizen.hpp>

/// What changes a session. A session has no journal: these are applied and forgotten.
namespace loa::citizen {

/// A bulletin went to the clients, or was held back from those who have it from another unit.
struct handed {
  static constexpr wire::type_tag tag{"loa.citizen.handed", 1};
  std::uint16_t unit = 0; ///< Index among the followed ones.
  link::lane on = link::lane::ordinary;
  std::uint64_t position = 0;
  std::uint64_t id = 0;     ///< A hash of the bulletin's id.
  std::uint16_t before = 0; ///< The units that had brought it, a bit for each index.
  bool awaited = false;     ///< An acknowledgement is to come.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("unit", self.unit);
    f("lane", self.on);
    f("position", self.position);
    f("id", self.id);
    f("before", self.before);
    f("awaited", self.awaited);
  }
};

/// The facts `attach`, `detach` and `ack` are the commands themselves.
using fact = std::variant<attach, detach, ack, handed>;

} // namespace loa::citizen
