#pragma once

#include <loa/store/journal.hpp>

#include <memory>
#include <string>

namespace loa::store {

struct lmdb_options {
  /// Where the data lies; made with its parents if it is not there. One node has it at a time.
  std::string directory;
  /// The name of the node, for the message that a second one gets.
  std::string node = "unnamed";
  /// How large the data may ever get, at least 1 MiB. It costs address space, not disk: the file
  /// grows as it is needed. May be another at each start.
  std::uint64_t map_size = std::uint64_t{64} << 30;
  /// False gives up durability for speed. For tests and throw-away data only.
  bool sync = true;
  /// A file of this size holds room on the disk that is given back when the disk is full and a
  /// commit would free something; taken again when there is room. 0 for none.
  std::uint64_t disk_reserve = std::uint64_t{8} << 20;
  /// At open every page of the trees is looked at before LMDB trusts it, leaves only up to this
  /// many octets, so that a start stays quick; `verify` (tools.hpp) looks at everything.
  std::uint64_t check_bytes = std::uint64_t{2} << 30;
};

/// Opens the journal in a directory, or makes a new one.
///
/// Refused, with a sentence that says so: a directory that another process (or this one) has open,
/// naming that node and its pid (`conflict`); a journal of a later format (`version`); a data file
/// that is truncated, overwritten or otherwise damaged (`corrupt`).
///
/// A sixteenth of the map, 256 KiB to 256 MiB, is kept for commits that do not grow the data, so
/// that pruning works when the map is full. Every value carries a CRC-32 over its table, key and
/// content, checked at each read. Where the disk fails so badly that LMDB gives up, the environment
/// is opened again at the next commit. Processes forked from this one must not use the journal.
[[nodiscard]] result<std::unique_ptr<journal>> open_lmdb(const lmdb_options& options);

} // namespace loa::store
