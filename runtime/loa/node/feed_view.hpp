#pragma once

#include <loa/base/name.hpp>
#include <loa/link/feed.hpp>
#include <loa/link/slot_ledger.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace loa::node {

/// What an entity may ask about its own feed while it decides. Valid during the call only.
class feed_view {
public:
  virtual ~feed_view() = default;

  /// The highest position given out, 0 before the first.
  [[nodiscard]] virtual std::uint64_t head() const = 0;
  [[nodiscard]] virtual std::uint64_t epoch() const = 0;

  /// Entries kept with a position above `after`, oldest first.
  [[nodiscard]] virtual std::vector<link::entry> entries(std::uint64_t after,
                                                         std::size_t most) const = 0;

  /// Who was reached by the entry at a position, per slot channel with anybody on it, from
  /// committed acknowledgements. For an entry that is no longer in force the final figures, as long
  /// as they are kept; empty if the position is not known.
  [[nodiscard]] virtual std::vector<link::channel_figures>
  figures(std::uint64_t position) const = 0;
  /// Who was meant and has not got it; nobody once the entry is no longer in force.
  [[nodiscard]] virtual link::slot_ledger::absentees missing(std::uint64_t position,
                                                             std::size_t most) const = 0;
  /// The followers with a slot: name, channel, committed cursor.
  struct follower {
    name who;
    std::uint8_t channel = 0;
    link::cursor cursor;
    bool connected = false;
  };
  [[nodiscard]] virtual std::vector<follower> followers(std::uint8_t channel,
                                                        std::size_t most) const = 0;
};

} // namespace loa::node
