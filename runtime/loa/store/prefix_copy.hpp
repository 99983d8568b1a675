#pragma once

#include <loa/base/limit.hpp>
#include <loa/store/entity_log.hpp>

#include <algorithm>
#include <optional>
#include <vector>

/// \file
/// How what a journal has of some units comes into another journal, piece by piece and while the
/// first goes on: each piece is all there is between two keys of one table, so that the same piece
/// again, or a later state of it, takes the place of the earlier one. Reads only; who calls commits
/// the transactions.
namespace loa::store {

/// Units that are copied together: some of those at a prefix and below it.
struct unit_set {
  path prefix;
  std::vector<path> without; ///< Units below it that do not belong, with all below them.

  [[nodiscard]] bool contains(const path& home) const {
    return prefix.contains(home) &&
           std::ranges::none_of(without, [&](const path& p) { return p.contains(home); });
  }
};

/// All that a set of units has between two keys of one table.
struct piece {
  table where = table::facts;
  key_range range;
  std::vector<item> items;
};

/// Gives all pieces of a set, in the order of tables and keys; a piece may be empty. The last piece
/// of each table ends where the set ends in it. Meta, which is the journal's own, is left out.
class piece_reader {
public:
  /// About so many octets go into a piece; an item that is longer has one for itself.
  static inline limit max_piece_bytes{"store.piece_bytes", std::uint64_t{64} << 10, 1};

  /// The journal outlives it.
  piece_reader(const journal& from, unit_set units);

  /// The next piece; nothing after the last.
  [[nodiscard]] result<std::optional<piece>> next();

private:
  const journal* from_;
  unit_set units_;
  std::size_t table_ = 0;
  std::optional<bytes> at_; ///< Where to go on in the table; nothing: at its start.
};

/// True if a journal has anything of the set.
[[nodiscard]] result<bool> has_any(const journal& j, unit_set units);

/// What a journal has of the set between two keys of a table; `too_large` beyond what a transaction
/// takes.
[[nodiscard]] result<std::vector<item>> items_between(const journal& j, const unit_set& units,
                                                      table where, const key_range& range);

/// The changes after which a journal has just the items of the piece between its keys. What is
/// there already is not written again. `malformed` for an item that does not belong there.
[[nodiscard]] result<transaction> replacing(const journal& j, const unit_set& units,
                                            const piece& p);

/// The changes that remove the items of a piece.
[[nodiscard]] transaction erasing(const piece& p);

/// The SHA-256 (FIPS 180-4) of keys and values: two journals with the same one have the same items.
[[nodiscard]] bytes digest_of(const std::vector<item>& items);

} // namespace loa::store
