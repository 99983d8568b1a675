#pragma once

#include <loa/base/name.hpp>
#include <loa/store/journal.hpp>
#include <loa/wire/record.hpp>

#include <cstdint>
#include <vector>

/// \file
/// What a journal says of units that came to its node or went from it. In the journal's own table,
/// so that no copy of the units' keys brings it along. The two facts that a move goes on from after
/// any crash are `released` at the giver and the adoption at the taker.
namespace loa::node {

/// The giver serves the units no more in an epoch below this one.
struct released {
  static constexpr wire::type_tag tag{"loa.node.released", 1};
  path prefix;
  std::uint64_t epoch = 0; ///< In which the taker has them.
  std::string to;
  std::uint64_t move = 0;    ///< 0: the taker has said that it has them.
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

/// The node has adopted the units in that epoch, by that move or by hand (0); `feeds` is the least
/// that their feeds' epoch is. What was noted of copies of them is forgotten.
[[nodiscard]] store::transaction adopting(const path& prefix, std::uint64_t epoch,
                                          std::uint64_t feeds, std::uint64_t move,
                                          const std::vector<staged>& copies);
[[nodiscard]] store::operation noting(const released& r);
[[nodiscard]] store::operation noting(const staged& s);
[[nodiscard]] store::operation forgetting_copy(const path& prefix);

[[nodiscard]] result<std::vector<released>> read_released(const store::journal& j);
[[nodiscard]] result<std::vector<staged>> read_staged(const store::journal& j);

} // namespace loa::node
