#include <loa/store/internal/journal_reader.hpp>
#include <loa/store/internal/seal.hpp>
#include <loa/store/tools.hpp>
#include <loa/wire/base64.hpp>
#include <loa/wire/document.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::store {

namespace {

constexpr wire::parse_limits generous{max_value, 64, false};

/// Names and keys that we wrote ourselves hold nothing that JSON escapes; others go as base64.
bool plain(bytes_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

std::string key_fields(table where, bytes_view key) {
  switch (where) {
  case table::facts:
  case table::feed:
    if (const auto k = parse_numbered_key(key))
      return fmt::format(R"("entity":"{}","number":{})", k->who.str(), k->number);
    break;
  case table::snapshots:
    if (const auto who = parse_snapshot_key(key))
      return fmt::format(R"("entity":"{}")", who->str());
    break;
  case table::reminders:
    if (const auto k = parse_reminder_key(key))
      return fmt::format(R"("entity":"{}","due":"{}","id":"{}")", k->who.str(),
                         format_rfc3339(k->due), wire::base64_encode(k->id));
    break;
  case table::answers:
    if (const auto who = entity_of(key))
      return fmt::format(R"("entity":"{}","key":"{}")", who->str(),
                         wire::base64_encode(key.substr(entity_key(*who).size())));
    break;
  case table::meta:
    if (plain(key)) return fmt::format(R"("key":"{}")", key);
    break;
  }
  return fmt::format(R"("octets_of_key":"{}")", wire::base64_encode(key));
}

std::string value_fields(table where, bytes_view key, bytes_view sealed) {
  const auto whole = unseal(where, key, sealed);
  if (!whole) return R"("damage":"The value does not match its checksum.")";
  auto value = *whole;
  std::string fields;
  if (where == table::snapshots && value.size() >= 8) {
    fields = fmt::format(R"("number":{},)", from_big_endian(value));
    value.remove_prefix(8);
  }
  if (where != table::meta)
    if (auto tree = wire::document::from_cbor(value, generous))
      return fields + "\"record\":" + tree->to_json();
  return fmt::format(R"({}"octets":"{}")", fields, wire::base64_encode(value));
}

bool below(const path& home, table where, bytes_view key) {
  if (where != table::reminders) return true;
  const auto k = parse_reminder_key(key);
  return k && home.contains(k->who.home());
}

} // namespace

result<void> dump(const std::string& directory, const dump_filter& filter,
                  const std::function<bool(std::string_view line)>& sink) {
  page_report pages;
  auto journal = journal_reader::open(directory, pages);
  if (!journal) return journal.error();
  bool ended = false;
  for (const auto where : all_tables) {
    if (filter.only && *filter.only != where) continue;
    if (where == table::meta && !filter.home.empty()) continue;
    auto range = prefix_of_home(filter.home);
    if (where == table::reminders) range = {{}, bytes(end_of_table)};
    const auto see = [&](bytes_view key, bytes_view sealed) {
      if (!filter.home.empty() && !below(filter.home, where, key)) return true;
      ended = !sink(fmt::format(R"({{"table":"{}",{},{}}})", to_string(where),
                                key_fields(where, key), value_fields(where, key, sealed)));
      return !ended;
    };
    if (auto done = journal->visit(where, range, see); !done) return done;
    if (ended) return {};
  }
  return {};
}

} // namespace loa::store
