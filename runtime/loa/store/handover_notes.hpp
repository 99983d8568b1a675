#pragma once

#include <loa/base/name.hpp>
#include <loa/store/journal.hpp>
#include <loa/wire/record.hpp>

#include <cstdint>
#include <optional>
#include <vector>

/// \file
/// What a journal says of units that came to its node or went from it. In the journal's own table,
/// so that no copy of the units' keys brings it along. The two facts that a move goes on from after
/// any crash are `released` at the giver and `adopted` at the taker; the writer keeps to both, see
/// tenure.hpp.
namespace loa::store {

/// The node serves the units no more in an epoch below this one: it has given them away, or lost
/// them to another node while it was not there.
struct released {
  static constexpr wire::type_tag tag{"loa.node.released", 1};
  path prefix;
  std::uint64_t epoch = 0; ///< In which the taker has them.
  std::string to;
  std::uint64_t move = 0;    ///< 0: nobody waits to hear of it, or he has.
  std::uint64_t feeds = 1;   ///< The epoch of their feeds.
  std::vector<path> without; ///< As in store::unit_set.
  wire::octets placement;    ///< While the taker has not: the document that gives them to it.
  static void describe(auto& self, auto& f) {
    f("prefix", self.prefix);
    f("epoch", self.epoch);
    f("to", self.to);
    f.optional("move", self.move);
    f.optional("feeds", self.feeds);
    f.optional("without", self.without);
    f.optional("placement", self.placement);
  }
};

/// The node has adopted the units in that epoch, by that move or by hand (0); `feeds` is the least
/// that their feeds' epoch is.
struct adopted {
  path prefix;
  std::uint64_t epoch = 0;
  std::uint64_t feeds = 1;
  std::uint64_t move = 0;
};

/// What the journal has of the units is a copy that may not be whole.
struct staged {
  static constexpr wire::type_tag tag{"loa.node.staged", 1};
  path prefix;
  std::string from;
  std::uint64_t move = 0;
  std::vector<path> without;
  static void describe(auto& self, auto& f) {
    f("prefix", self.prefix);
    f("from", self.from);
    f("move", self.move);
    f.optional("without", self.without);
  }
};

/// Notes it and forgets what was noted of copies of the units.
[[nodiscard]] transaction adopting(const adopted& a, const std::vector<staged>& copies);
[[nodiscard]] operation noting(const released& r);
[[nodiscard]] operation noting(const staged& s);
[[nodiscard]] operation forgetting_copy(const path& prefix);

/// No journal has more of each; errc::corrupt for what cannot be read.
inline constexpr std::size_t most_handover_notes = 65'536;
[[nodiscard]] result<std::vector<released>> read_released(const journal& j);
[[nodiscard]] result<std::vector<adopted>> read_adopted(const journal& j);
[[nodiscard]] result<std::vector<staged>> read_staged(const journal& j);

/// True if the operation notes that units were released or adopted.
[[nodiscard]] bool changes_hands(const operation& o);
/// Reads it, if it does; one of the two.
struct handover {
  std::optional<store::released> released;
  std::optional<store::adopted> adopted;
};
[[nodiscard]] result<handover> read_handover(const operation& o);

} // namespace loa::store
