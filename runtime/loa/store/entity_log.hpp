#pragma once

#include <loa/base/name.hpp>
#include <loa/base/time.hpp>
#include <loa/store/journal.hpp>

#include <optional>
#include <string>

/// \file
/// How what belongs to an entity lies in the tables.
///
/// A key begins with the entity's home, kind and local part, each ended by the octet 0, the dots of
/// the home written as the octet 1; numbers follow as eight octets, most significant first. So an
/// entity's keys stand together in order of their numbers, and a unit with all that lies below it
/// is one range, which can be copied, moved or dropped as a whole: "79.1" covers "79.1.5" and
/// neither "79.10" nor "79.1-a". Reminders are the exception: they begin with the due time, since
/// what is wanted of them is who is due next. Keys have at most 400 octets, as a name has at most
/// 240.
namespace loa::store {

/// All keys of entities whose home is `home` or lies below it, in every table but reminders and
/// meta. An empty path covers all entities.
[[nodiscard]] key_range prefix_of_home(const path& home);

/// The start of all keys of an entity.
[[nodiscard]] bytes entity_key(const name& who);
/// All keys of an entity in one table.
[[nodiscard]] key_range range_of(const name& who);

/// Table facts: the fact with this sequence number, from 1 without gaps.
[[nodiscard]] bytes fact_key(const name& who, std::uint64_t seq);
/// The facts with sequence numbers from `first` to `last`, both included.
[[nodiscard]] key_range facts_between(const name& who, std::uint64_t first, std::uint64_t last);
/// Table snapshots: an entity has at most one.
[[nodiscard]] bytes snapshot_key(const name& who);
/// Table feed: the entry at this position.
[[nodiscard]] bytes feed_key(const name& who, std::uint64_t position);
/// The entries at positions from `first` to `last`, both included.
[[nodiscard]] key_range feed_between(const name& who, std::uint64_t first, std::uint64_t last);
/// Table answers: the first answer under a key that a client chose, of any length. It goes into the
/// key as its SHA-256 (FIPS 180-4), so nobody can make two texts meet.
[[nodiscard]] bytes answer_key(const name& who, std::string_view text);
/// Table reminders: in the order of `due`. `id` tells an entity's reminders apart; at most 64
/// octets, asserted.
[[nodiscard]] bytes reminder_key(instant due, const name& who, bytes_view id);
/// The reminders due before `until`, `until` excluded.
[[nodiscard]] key_range reminders_before(instant until);

/// A key of the tables facts and feed.
struct numbered_key {
  name who;
  std::uint64_t number = 0;
  bool operator==(const numbered_key&) const = default;
};
struct reminder_parts {
  instant due;
  name who;
  bytes id;
  bool operator==(const reminder_parts&) const = default;
};

/// The readers of keys; nothing if it is not such a key.
[[nodiscard]] std::optional<numbered_key> parse_numbered_key(bytes_view key);
[[nodiscard]] std::optional<name> parse_snapshot_key(bytes_view key);
[[nodiscard]] std::optional<reminder_parts> parse_reminder_key(bytes_view key);
/// The entity that a key of the tables facts, snapshots, feed and answers belongs to.
[[nodiscard]] std::optional<name> entity_of(bytes_view key);

/// A key for people: "unit/79.769, number 12", or its octets in hexadecimal.
[[nodiscard]] std::string describe_key(table where, bytes_view key);

/// The state of an entity after its fact `seq`, as a record.
struct snapshot {
  std::uint64_t seq = 0;
  bytes record;
  bool operator==(const snapshot&) const = default;
};
/// The value under `snapshot_key`: eight octets of `seq`, then the record.
[[nodiscard]] bytes encode_snapshot(const snapshot& s);
[[nodiscard]] std::optional<snapshot> decode_snapshot(bytes_view value);

/// What the journal holds of an entity.
struct stored_entity {
  std::uint64_t last_seq = 0; ///< The last fact's number; 0 if there never was one.
  std::optional<snapshot> state;
  std::vector<bytes> facts; ///< The facts after the snapshot, without gaps.
  [[nodiscard]] bool empty() const noexcept { return last_seq == 0; }
};

struct load_limits {
  std::size_t facts = 1U << 20;
  std::size_t octets = std::size_t{256} << 20;
};

/// Loads an entity. The snapshot and facts below it may change meanwhile (pruning); nobody may add
/// facts. `corrupt` if a fact is missing in between; `too_large` beyond the limits.
[[nodiscard]] result<stored_entity> load_entity(const journal& j, const name& who,
                                                const load_limits& limits = {});

/// The first entity at or after `from` that has something in the table; nothing at its end. To
/// visit all, go on with `range_of(found).to`. A key that is none is an error (`corrupt`).
[[nodiscard]] result<std::optional<name>> next_entity(const journal& j, table where,
                                                      const key_range& among);

} // namespace loa::store
