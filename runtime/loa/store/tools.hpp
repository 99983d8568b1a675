#pragma once

#include <loa/base/time.hpp>
#include <loa/store/entity_log.hpp>
#include <loa/store/journal.hpp>
#include <loa/store/meta.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// \file
/// What an operator does with a journal from another process: `loa journal
/// verify|dump|backup|restore`.
///
/// All but `restore` work on the data of a running node and change nothing. While they read, the
/// node cannot use freed pages again, so its file may grow; `dump` reads in pieces and does not
/// have that effect, `verify` and `backup` have it for as long as they take. One environment may be
/// open once in a process: do not call them in the process that has the journal open.
namespace loa::store {

/// What `verify` found.
struct verification {
  journal_identity identity;
  std::uint64_t pages = 0; ///< Pages looked at.
  struct count {
    std::uint64_t entries = 0;
    std::uint64_t octets = 0; ///< Of keys and values.
    bool operator==(const count&) const = default;
  };
  std::map<table, count> tables;
  std::uint64_t entities = 0; ///< Names that have facts or a snapshot.
  /// Where and what, one sentence each: at most 100.
  std::vector<std::string> damage;
  std::uint64_t more_damage = 0;

  [[nodiscard]] bool sound() const noexcept { return damage.empty() && more_damage == 0; }
};

/// Looks at every page, checksum, key and record, and at gaps among the facts of each entity. An
/// error only if nothing can be said: no journal there, a later format, pages so damaged that LMDB
/// cannot be trusted with them (`corrupt`, naming the first).
[[nodiscard]] result<verification> verify(const std::string& directory);

/// What `dump` leaves out.
struct dump_filter {
  std::optional<table> only;
  /// Only entities at this unit or below it; leaves out meta.
  path home;
};

/// Gives each entry as one line of JSON without its line end, in the order of tables and keys:
///
///     {"table":"facts","entity":"unit/79","number":3,"record":["loa.unit.founded",1,{…}]}
///     {"table":"snapshots","entity":"unit/79","number":3,"record":[…]}
///     {"table":"reminders","entity":"unit/79","due":"2025-09-01T05:00:00+07:00","id":"BASE64","record":…}
///     {"table":"answers","entity":"unit/79","key":"BASE64","record":…}
///     {"table":"meta","key":"journal/format","octets":"BASE64"}
///
/// A value that is no CBOR stands as "octets" in base64; what is damaged has "damage", a sentence,
/// in its place. The sink returns false to end early.
[[nodiscard]] result<void> dump(const std::string& directory, const dump_filter& filter,
                                const std::function<bool(std::string_view line)>& sink);

/// Copies a journal as it is at one instant, without its free pages, to a directory that is empty
/// or not there; synced and looked at when it returns. `conflict` if the target holds anything.
/// Gives the octets of the copy.
[[nodiscard]] result<std::uint64_t> backup(const std::string& directory, const std::string& target);

/// Makes a journal out of a backup, in a directory that is empty or not there (`conflict`
/// otherwise). The journal is marked as restored at `now` (journal_identity::restored), so that the
/// node raises the epochs of its feeds. It is there wholly or not at all, also after a crash in
/// between. A damaged backup is refused.
[[nodiscard]] result<journal_identity> restore(const std::string& backup,
                                               const std::string& directory,
                                               instant now = system_clock().now());

} // namespace loa::store
