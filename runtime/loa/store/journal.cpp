#include <loa/store/entity_log.hpp>
#include <loa/store/internal/taken_already.hpp>
#include <loa/store/journal.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::store {

namespace {

constexpr std::array<std::string_view, 6> names{"facts",     "snapshots", "feed",
                                                "reminders", "answers",   "meta"};

result<void> check(const operation& op) {
  const auto where = to_string(op.where);
  if (where.empty()) return error{errc::malformed, "An operation names no table.", {}};
  if (op.what == operation::kind::erase_range) {
    if (op.key.size() > max_key || op.value.size() > max_key)
      return error{errc::too_large, "A key has at most 511 octets.", std::string(where)};
    return {};
  }
  if (op.key.empty() || op.key.front() == end_of_table.front())
    return error{errc::malformed, "A key is not empty and does not begin with 0xff.",
                 std::string(where)};
  if (op.key.size() > max_key)
    return error{errc::too_large,
                 fmt::format("A key has at most 511 octets, not {}.", op.key.size()),
                 std::string(where)};
  if (op.value.size() > max_value)
    return error{errc::too_large,
                 fmt::format("A value has at most {} octets, not {}.", max_value, op.value.size()),
                 std::string(where)};
  return {};
}

} // namespace

std::string_view to_string(table t) noexcept {
  const auto i = static_cast<std::size_t>(t) - 1;
  return i < names.size() ? names[i] : std::string_view{};
}

std::optional<table> table_named(std::string_view name) noexcept {
  for (const auto t : all_tables)
    if (to_string(t) == name) return t;
  return std::nullopt;
}

operation operation::put(table where, bytes key, bytes value) {
  return {kind::put, where, std::move(key), std::move(value)};
}

operation operation::insert(table where, bytes key, bytes value) {
  return {kind::insert, where, std::move(key), std::move(value)};
}

operation operation::erase(table where, bytes key) {
  return {kind::erase, where, std::move(key), {}};
}

operation operation::erase_range(table where, bytes from, bytes to) {
  return {kind::erase_range, where, std::move(from), std::move(to)};
}

std::size_t size_of(const transaction& t) noexcept {
  std::size_t sum = 0;
  for (const auto& op : t) sum += op.key.size() + op.value.size();
  return sum;
}

result<void> check(const transaction& t) {
  if (t.size() > max_operations)
    return error{
        errc::too_large,
        fmt::format("A transaction has at most {} operations, not {}.", max_operations, t.size()),
        {}};
  for (const auto& op : t)
    if (auto fine = check(op); !fine) return fine;
  if (const auto size = size_of(t); size > max_transaction)
    return error{errc::too_large,
                 fmt::format("A transaction has at most {} octets, not {}.", max_transaction, size),
                 {}};
  return {};
}

error taken_already(table where, bytes_view key) {
  return {errc::conflict,
          fmt::format("The table {} has something under \"{}\" already.", to_string(where),
                      describe_key(where, key)),
          {}};
}

result<void> commit(journal& j, const transaction& t) {
  const transaction* one = &t;
  return j.commit({&one, 1});
}

bytes after(bytes_view key) {
  bytes next(key);
  next.push_back('\0');
  return next;
}

result<key_range> piece_of(const journal& j, table where, const key_range& range,
                           std::size_t most) {
  auto page = j.scan(where, range.from, range.to, most);
  if (!page) return page.error();
  if (page->empty()) return key_range{range.from, range.from};
  if (page->size() < most) return range;
  return key_range{range.from, after(page->back().key)};
}

} // namespace loa::store
