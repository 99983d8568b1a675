#include <loa/store/internal/journal_reader.hpp>
#include <loa/store/internal/seal.hpp>
#include <loa/store/tools.hpp>
#include <loa/wire/record.hpp>

#include <fmt/format.h>

namespace loa::store {

namespace {

constexpr std::size_t most_damage = 100;
constexpr wire::parse_limits generous{max_value, 64, false};

class inspector {
public:
  inspector(const journal_reader& journal, verification& to) : journal_(journal), found_(to) {}

  result<void> look_at(table where) {
    const auto see = [&](bytes_view key, bytes_view sealed) {
      entry(where, key, sealed);
      return true;
    };
    found_.tables[where];
    return journal_.visit(where, {{}, bytes(end_of_table)}, see);
  }

private:
  void report(table where, bytes_view key, std::string_view what) {
    if (found_.damage.size() == most_damage)
      ++found_.more_damage;
    else
      found_.damage.push_back(fmt::format("In the table {} the entry of {} {}.", to_string(where),
                                          describe_key(where, key), what));
  }

  void entry(table where, bytes_view key, bytes_view sealed) {
    auto& c = found_.tables[where];
    ++c.entries;
    c.octets += key.size() + sealed.size();
    const auto value = unseal(where, key, sealed);
    if (!value) report(where, key, "does not match its checksum");
    bool keyed = true;
    switch (where) {
    case table::facts:
      keyed = fact(key, value);
      break;
    case table::snapshots:
      keyed = snapshot_of(key, value);
      break;
    case table::feed:
      keyed = parse_numbered_key(key).has_value();
      break;
    case table::reminders:
      keyed = parse_reminder_key(key).has_value();
      break;
    case table::answers:
      keyed = entity_of(key).has_value();
      break;
    case table::meta:
      return;
    }
    if (!keyed) report(where, key, "has no key of this table");
    if (!value || where == table::facts || where == table::snapshots) return;
    if (auto read = wire::document::from_cbor(*value, generous); !read)
      report(where, key, "is no CBOR: " + read.error().to_string());
  }

  void record(table where, bytes_view key, bytes_view value) {
    if (auto opened = wire::open_record(value, generous); !opened)
      report(where, key, "is no record: " + opened.error().to_string());
  }

  bool fact(bytes_view key, const std::optional<bytes_view>& value) {
    if (value) record(table::facts, key, *value);
    const auto parsed = parse_numbered_key(key);
    if (!parsed) return false;
    if (parsed->who != current_) {
      current_ = parsed->who;
      ++found_.entities;
      // Below a snapshot facts may have been pruned; without one they begin with 1.
      if (parsed->number > state_before(current_) + 1) report(table::facts, key, gap);
    } else if (parsed->number != last_ + 1) {
      report(table::facts, key, gap);
    }
    last_ = parsed->number;
    return true;
  }

  std::uint64_t state_before(const name& who) const {
    auto sealed = journal_.get(table::snapshots, snapshot_key(who));
    return sealed && *sealed && (*sealed)->size() >= 8 ? from_big_endian(**sealed) : 0;
  }

  bool snapshot_of(bytes_view key, const std::optional<bytes_view>& value) {
    const auto who = parse_snapshot_key(key);
    if (!who) return false;
    bool has_facts = false;
    const auto see = [&](bytes_view, bytes_view) {
      has_facts = true;
      return false;
    };
    (void)journal_.visit(table::facts, range_of(*who), see);
    if (!has_facts) ++found_.entities;
    if (!value) return true;
    if (const auto s = decode_snapshot(*value))
      record(table::snapshots, key, s->record);
    else
      report(table::snapshots, key, "is cut off");
    return true;
  }

  static constexpr std::string_view gap = "does not follow on what is before it: facts are missing";

  const journal_reader& journal_;
  verification& found_;
  name current_;
  std::uint64_t last_ = 0;
};

journal_identity identity_in(const journal_reader& journal) {
  journal_identity found;
  const auto value = [&](bytes_view key) -> bytes {
    auto sealed = journal.get(table::meta, key);
    if (!sealed || !*sealed) return {};
    const auto opened = unseal(table::meta, key, **sealed);
    return opened ? bytes(*opened) : bytes();
  };
  found.format = from_big_endian(value(meta_key::format));
  found.id = value(meta_key::id);
  found.starts = from_big_endian(value(meta_key::starts));
  if (const auto ms = value(meta_key::restored); !ms.empty())
    found.restored = from_millis(static_cast<std::int64_t>(from_big_endian(ms)));
  return found;
}

} // namespace

result<verification> verify(const std::string& directory) {
  verification found;
  page_report pages;
  auto journal = journal_reader::open(directory, pages);
  found.pages = pages.pages;
  if (!journal && !pages.damage.empty()) {
    // Beyond this LMDB cannot be trusted with the file, so its tables are not looked at.
    found.damage = std::move(pages.damage);
    return found;
  }
  if (!journal) return journal.error();
  if (auto pinned = journal->pin(); !pinned) return pinned.error();
  found.identity = identity_in(*journal);
  inspector looking(*journal, found);
  for (const auto t : all_tables)
    if (auto done = looking.look_at(t); !done) return done.error();
  return found;
}

} // namespace loa::store
