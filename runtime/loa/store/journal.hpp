#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// \file
/// The journal: an ordered, durable map of a few tables, and the one place where facts last.
///
/// Keys are octets, ordered as unsigned octets with the shorter first; values are octets. Whoever
/// changes something hands over transactions; a commit writes a group of them, all or nothing, and
/// returns after the sync. Two implementations pass one contract suite: `open_lmdb`
/// (lmdb_journal.hpp) keeps the data in a directory, `memory_journal` (memory_journal.hpp) keeps it
/// in memory and fails on purpose.
namespace loa::store {

/// The tables. On disk they go by their names, so the numbers may change and the names may not.
enum class table : std::uint8_t {
  facts = 1, ///< What happened to an entity, by sequence number.
  snapshots, ///< The state of an entity after one of its facts.
  feed,      ///< The entries of an entity's feed, by position.
  reminders, ///< Durable timers, by due time.
  answers,   ///< First answers under an idempotency key.
  meta,      ///< What the journal knows of itself; see meta.hpp. Keys of others have a prefix.
};

inline constexpr std::array all_tables{table::facts,     table::snapshots, table::feed,
                                       table::reminders, table::answers,   table::meta};

[[nodiscard]] std::string_view to_string(table t) noexcept;
[[nodiscard]] std::optional<table> table_named(std::string_view name) noexcept;

/// The longest key, in octets; the shortest has one.
inline constexpr std::size_t max_key = 511;
/// The longest value, in octets.
inline constexpr std::size_t max_value = std::size_t{16} << 20;
/// The most a transaction may carry: octets in its keys and values, and operations.
inline constexpr std::size_t max_transaction = std::size_t{64} << 20;
inline constexpr std::size_t max_operations = 65'536;

/// Greater than every key: no key begins with the octet 0xff. The end of a range that has none.
inline constexpr bytes_view end_of_table{"\xff", 1};

/// The keys from `from` (included) to `to` (excluded).
struct key_range {
  bytes from;
  bytes to;
  [[nodiscard]] bool contains(bytes_view key) const noexcept { return key >= from && key < to; }
  bool operator==(const key_range&) const = default;
};

/// One change to one table.
struct operation {
  enum class kind : std::uint8_t { put, insert, erase, erase_range };

  kind what = kind::put;
  table where = table::facts;
  bytes key;   ///< For `erase_range` the first key of the range.
  bytes value; ///< For `erase_range` the end of the range, excluded; for `erase` empty.

  /// Sets a key to a value, whether it was there or not.
  [[nodiscard]] static operation put(table where, bytes key, bytes value);
  /// Sets a key that must not be there: if it is, nothing of the whole group is written and
  /// `commit` answers `conflict`. Facts are written so, since none may ever take another one's
  /// place.
  [[nodiscard]] static operation insert(table where, bytes key, bytes value);
  /// Removes a key; harmless if it is not there.
  [[nodiscard]] static operation erase(table where, bytes key);
  /// Removes all keys of a range, in time proportional to their number: prune in pieces (see
  /// `piece_of`), so that no commit takes long.
  [[nodiscard]] static operation erase_range(table where, bytes from, bytes to);

  bool operator==(const operation&) const = default;
};

/// Changes that belong together, made in this order.
using transaction = std::vector<operation>;

/// The octets of all keys and values of a transaction.
[[nodiscard]] std::size_t size_of(const transaction& t) noexcept;

/// Whether a journal would take the transaction at all: key and value lengths, number of operations
/// and octets. `too_large` or `malformed` otherwise, naming the table and the limit.
[[nodiscard]] result<void> check(const transaction& t);

struct item {
  bytes key;
  bytes value;
  bool operator==(const item&) const = default;
};

/// Figures of a journal.
struct journal_stats {
  std::uint64_t used_bytes = 0;     ///< What the entries take, overhead included.
  std::uint64_t capacity_bytes = 0; ///< Where `used_bytes` may grow to before commits are refused.
  std::uint64_t file_bytes = 0;     ///< What the data file takes on the disk; 0 in memory.
  std::uint64_t entries = 0;        ///< Keys in all tables.
  std::uint64_t commits = 0;        ///< Groups committed since it was opened.
  std::uint64_t failed_commits = 0; ///< Groups refused since it was opened.
};

/// The interface of every journal.
///
/// Threads: any thread may read, also while another commits; commits are made one at a time, and a
/// second one waits for the first. A read sees the commits that had returned when it began, and
/// possibly one that was under way, never a part of one.
///
/// Errors: `storage_full` when there is no room (on the disk, in the map); the journal goes on,
/// reads work, and commits that do not grow it are still taken, so that pruning makes room.
/// `storage` when the disk fails otherwise: the group may or may not be there, so reload before
/// deciding anew. `conflict` when an `insert` finds its key taken; nothing of the group is there.
/// `corrupt` when stored data does not match its checksum, naming table and key.
class journal {
public:
  journal() = default;
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;
  virtual ~journal() = default;

  /// Makes all changes of all transactions of the group, in order, or none; they are durable when
  /// it returns. The transactions stay the caller's.
  virtual result<void> commit(std::span<const transaction* const> group) = 0;

  /// The value of a key, or nothing.
  [[nodiscard]] virtual result<std::optional<bytes>> get(table where, bytes_view key) const = 0;

  /// At most `most` entries of [from, to), ascending, or descending from `to` if `backwards`. One
  /// call is one consistent view. Fewer than `most` means that the range holds no more; to go on
  /// after a full page, use `after(last key)` as `from`, or backwards the last key as `to`.
  [[nodiscard]] virtual result<std::vector<item>> scan(table where, bytes_view from, bytes_view to,
                                                       std::size_t most,
                                                       bool backwards = false) const = 0;

  [[nodiscard]] virtual journal_stats stats() const = 0;
};

/// Commits one transaction.
[[nodiscard]] result<void> commit(journal& j, const transaction& t);

/// The smallest key greater than `key`.
[[nodiscard]] bytes after(bytes_view key);

/// The first part of a range that holds at most `most` entries; equal ends if the range is empty.
/// To erase a long range, erase the pieces in turn, each in a transaction of its own.
[[nodiscard]] result<key_range> piece_of(const journal& j, table where, const key_range& range,
                                         std::size_t most);

} // namespace loa::store
