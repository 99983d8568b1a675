#include <loa/base/limit.hpp>
#include <loa/store/entity_log.hpp>

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace loa::store {

namespace {

constexpr char end_of_part = '\0';
constexpr char dot = '\1';
constexpr char after_dot = '\2';
constexpr std::size_t number_size = 8;
constexpr std::size_t longest_id = 64;
/// Facts that are read at a time.
limit max_page{"store.log_page", 256, 1};

bytes home_key(std::string_view home) {
  bytes key(home);
  std::ranges::replace(key, '.', dot);
  return key;
}

/// A key that reads entity, rest.
struct split_key {
  name who;
  bytes_view rest;
};

std::optional<split_key> split(bytes_view key) {
  std::array<bytes_view, 3> parts; // home, kind, local
  for (auto& part : parts) {
    const auto end = key.find(end_of_part);
    if (end == bytes_view::npos) return std::nullopt;
    part = key.substr(0, end);
    key.remove_prefix(end + 1);
  }
  if (parts[0].find('.') != bytes_view::npos) return std::nullopt;
  std::string home(parts[0]);
  std::ranges::replace(home, dot, '.');
  auto text = fmt::format("{}/{}", parts[1], home);
  if (!parts[2].empty()) text.append("/").append(parts[2]);
  auto who = name::parse(text);
  if (!who) return std::nullopt;
  return split_key{*std::move(who), key};
}

key_range numbered(const name& who, std::uint64_t first, std::uint64_t last) {
  const auto key = entity_key(who);
  return {key + big_endian(first), after(key + big_endian(last))};
}

/// Signed milliseconds in an order that octets keep.
bytes due_key(instant due) {
  return big_endian(static_cast<std::uint64_t>(to_millis(due)) ^ (std::uint64_t{1} << 63));
}

/// One reading of an entity; nothing if it changed in the middle of it.
result<std::optional<stored_entity>> load_once(const journal& j, const name& who,
                                               const load_limits& limits) {
  const auto page_size = max_page.value();
  stored_entity found;
  auto kept = j.get(table::snapshots, snapshot_key(who));
  if (!kept) return kept.error();
  if (*kept) {
    found.state = decode_snapshot(**kept);
    if (!found.state)
      return error{errc::corrupt, "The snapshot of " + who.str() + " cannot be read.", {}};
    found.last_seq = found.state->seq;
  }
  const auto end = range_of(who).to;
  std::size_t octets = 0;
  for (auto from = fact_key(who, found.last_seq + 1);;) {
    auto page = j.scan(table::facts, from, end, page_size);
    if (!page) return page.error();
    for (auto& [key, value] : *page) {
      const auto parsed = parse_numbered_key(key);
      if (!parsed || parsed->number != found.last_seq + 1) return std::optional<stored_entity>{};
      octets += value.size();
      if (found.facts.size() == limits.facts || octets > limits.octets)
        return error{errc::too_large,
                     fmt::format("{} has more than {} facts or {} octets behind its snapshot.",
                                 who.str(), limits.facts, limits.octets),
                     {}};
      found.last_seq = parsed->number;
      found.facts.push_back(std::move(value));
    }
    if (page->size() < page_size) return std::optional(std::move(found));
    max_page.cross();
    from = after(page->back().key);
  }
}

} // namespace

key_range prefix_of_home(const path& home) {
  if (home.empty()) return {{}, bytes(end_of_table)};
  const auto key = home_key(home.str());
  return {key + end_of_part, key + after_dot};
}

bytes entity_key(const name& who) {
  auto key = home_key(who.home_text());
  key.push_back(end_of_part);
  key.append(who.kind()).push_back(end_of_part);
  key.append(who.local()).push_back(end_of_part);
  return key;
}

key_range range_of(const name& who) {
  key_range range{entity_key(who), {}};
  range.to = range.from;
  range.to.back() = end_of_part + 1;
  return range;
}

bytes fact_key(const name& who, std::uint64_t seq) {
  return entity_key(who) + big_endian(seq);
}

key_range facts_between(const name& who, std::uint64_t first, std::uint64_t last) {
  return numbered(who, first, last);
}

bytes snapshot_key(const name& who) {
  return entity_key(who);
}

bytes feed_key(const name& who, std::uint64_t position) {
  return entity_key(who) + big_endian(position);
}

key_range feed_between(const name& who, std::uint64_t first, std::uint64_t last) {
  return numbered(who, first, last);
}

bytes answer_key(const name& who, std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return entity_key(who).append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

bytes reminder_key(instant due, const name& who, bytes_view id) {
  assert(id.size() <= longest_id);
  return due_key(due).append(entity_key(who)).append(id);
}

key_range reminders_before(instant until) {
  return {{}, due_key(until)};
}

std::optional<numbered_key> parse_numbered_key(bytes_view key) {
  auto parts = split(key);
  if (!parts || parts->rest.size() != number_size) return std::nullopt;
  return numbered_key{std::move(parts->who), from_big_endian(parts->rest)};
}

std::optional<name> parse_snapshot_key(bytes_view key) {
  auto parts = split(key);
  if (!parts || !parts->rest.empty()) return std::nullopt;
  return std::move(parts->who);
}

std::optional<reminder_parts> parse_reminder_key(bytes_view key) {
  if (key.size() < number_size) return std::nullopt;
  auto parts = split(key.substr(number_size));
  if (!parts || parts->rest.size() > longest_id) return std::nullopt;
  const auto due = from_big_endian(key) ^ (std::uint64_t{1} << 63);
  return reminder_parts{from_millis(static_cast<std::int64_t>(due)), std::move(parts->who),
                        bytes(parts->rest)};
}

std::optional<name> entity_of(bytes_view key) {
  auto parts = split(key);
  if (!parts) return std::nullopt;
  return std::move(parts->who);
}

std::string describe_key(table where, bytes_view key) {
  if (where == table::facts || where == table::feed)
    if (const auto k = parse_numbered_key(key))
      return fmt::format("{}, number {}", k->who.str(), k->number);
  if (where == table::snapshots)
    if (const auto who = parse_snapshot_key(key)) return who->str();
  if (where == table::answers)
    if (const auto who = entity_of(key)) return "an answer of " + who->str();
  if (where == table::reminders)
    if (const auto k = parse_reminder_key(key))
      return fmt::format("a reminder of {}, due {}", k->who.str(), format_rfc3339(k->due));
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::ranges::all_of(key, printable)) return fmt::format("the key \"{}\"", key);
  std::string text = "the key 0x";
  for (const char c : key) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

bytes encode_snapshot(const snapshot& s) {
  return big_endian(s.seq) + s.record;
}

std::optional<snapshot> decode_snapshot(bytes_view value) {
  if (value.size() < number_size) return std::nullopt;
  return snapshot{from_big_endian(value), bytes(value.substr(number_size))};
}

result<stored_entity> load_entity(const journal& j, const name& who, const load_limits& limits) {
  // Between its reads a newer snapshot may come and the facts below it go; then it is read again.
  for (int tries = 0; tries < 3; ++tries) {
    auto found = load_once(j, who, limits);
    if (!found) return found.error();
    if (*found) return **std::move(found);
  }
  return error{errc::corrupt,
               fmt::format("Facts of {} are missing in the middle. Run \"loa journal verify\" and "
                           "restore a backup.",
                           who.str()),
               {}};
}

result<std::optional<name>> next_entity(const journal& j, table where, const key_range& among) {
  auto first = j.scan(where, among.from, among.to, 1);
  if (!first) return first.error();
  if (first->empty()) return std::optional<name>{};
  auto who = entity_of(first->front().key);
  if (!who)
    return error{errc::corrupt,
                 fmt::format("The table {} holds {}, which belongs to no entity.", to_string(where),
                             describe_key(where, first->front().key)),
                 {}};
  return std::optional(*std::move(who));
}

} // namespace loa::store
