#pragma once

#include <loa/base/random.hpp>
#include <loa/base/time.hpp>
#include <loa/store/journal.hpp>

#include <string>

namespace loa::store {

/// The format that this build writes. A journal of an earlier format is read, of a later one
/// refused.
inline constexpr std::uint64_t journal_format = 1;

/// The keys in `table::meta` that are the journal's own; they begin with "journal/", which nobody
/// else uses. The format's place and form stay the same in all formats, for ever.
namespace meta_key {
inline constexpr bytes_view format = "journal/format";
inline constexpr bytes_view id = "journal/id";
inline constexpr bytes_view starts = "journal/starts";
inline constexpr bytes_view restored = "journal/restored";
} // namespace meta_key

/// What a journal says of itself.
struct journal_identity {
  std::uint64_t format = 0;
  std::string id;           ///< 26 random digits, given once; a backup and its restoration keep it.
  std::uint64_t starts = 0; ///< How often it was opened for writing, this time included.
  /// When it was last restored from a backup, if ever. Later for each restoration of a journal,
  /// also if one backup is restored twice: a feed whose epoch is at least this number of
  /// milliseconds has an epoch that no earlier life of it had.
  std::optional<instant> restored;
};

/// Reads the identity; `not_found` if the journal has none yet, `version` if its format is later.
[[nodiscard]] result<journal_identity> read_identity(const journal& j);

/// Counts a start and gives a new journal its format and id. `open_lmdb` and `memory_journal` do
/// this themselves.
[[nodiscard]] result<journal_identity> begin_start(journal& j, random_source& random);

/// An error of code `version` unless this build reads the format.
[[nodiscard]] result<void> check_format(std::uint64_t format, std::string_view where);

} // namespace loa::store
