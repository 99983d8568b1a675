#include <loa/store/prefix_copy.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

namespace loa::store {

namespace {

constexpr std::array copied{table::facts, table::snapshots, table::feed, table::reminders,
                            table::answers};
limit max_page{"store.copy_page", 256, 1}; ///< Items read at a time.
/// A piece ends after so many pages, since most of a table may be of others.
limit max_pages{"store.copy_pages", 64, 1};

std::optional<path> home_of(table where, bytes_view key) {
  if (where == table::reminders) {
    const auto parts = parse_reminder_key(key);
    return parts ? std::optional(parts->who.home()) : std::nullopt;
  }
  const auto who = entity_of(key);
  return who ? std::optional(who->home()) : std::nullopt;
}

bool belongs(const unit_set& units, table where, bytes_view key) {
  const auto home = home_of(where, key);
  return home && units.contains(*home);
}

/// Where the set lies in a table, mostly among others.
key_range range_in(table where, const path& prefix) {
  return where == table::reminders ? key_range{{}, bytes(end_of_table)} : prefix_of_home(prefix);
}

} // namespace

piece_reader::piece_reader(const journal& from, unit_set units)
    : from_(&from),
      units_(std::move(units)) {}

result<std::optional<piece>> piece_reader::next() {
  if (table_ == copied.size()) return std::optional<piece>();
  const auto where = copied[table_];
  const auto all = range_in(where, units_.prefix);
  piece p{where, {at_ ? *std::move(at_) : all.from, all.to}, {}};
  auto from = p.range.from;
  std::size_t octets = 0;
  const auto page = max_page.value();
  for (std::size_t pages = 1;; ++pages) {
    auto found = from_->scan(where, from, all.to, page);
    if (!found) return found.error();
    const bool last = found->size() < page;
    if (!last) from = after(found->back().key);
    for (auto& i : *found) {
      if (!belongs(units_, where, i.key)) continue;
      const auto size = i.key.size() + i.value.size();
      if (octets > 0 && max_piece_bytes.exceeded_by(octets + size)) {
        p.range.to = i.key;
        at_ = std::move(i.key);
        return std::optional(std::move(p));
      }
      octets += size;
      p.items.push_back(std::move(i));
    }
    if (last) break;
    max_page.cross();
    if (max_pages.reached_by(pages)) {
      p.range.to = from;
      at_ = std::move(from);
      return std::optional(std::move(p));
    }
  }
  ++table_;
  at_.reset();
  return std::optional(std::move(p));
}

result<bool> has_any(const journal& j, unit_set units) {
  piece_reader all(j, std::move(units));
  for (;;) {
    const auto p = all.next();
    if (!p) return p.error();
    if (!*p) return false;
    if (!(*p)->items.empty()) return true;
  }
}

result<std::vector<item>> items_between(const journal& j, const unit_set& units, table where,
                                        const key_range& range) {
  std::vector<item> all;
  std::size_t octets = 0;
  auto from = range.from;
  const auto page = max_page.value();
  for (;;) {
    auto found = j.scan(where, from, range.to, page);
    if (!found) return found.error();
    const bool last = found->size() < page;
    if (!last) from = after(found->back().key);
    for (auto& i : *found) {
      if (!belongs(units, where, i.key)) continue;
      octets += i.key.size() + i.value.size();
      if (octets > max_transaction)
        return error{errc::too_large, "There is too much between these two keys.", {}};
      all.push_back(std::move(i));
    }
    if (last) return all;
  }
}

result<transaction> replacing(const journal& j, const unit_set& units, const piece& p) {
  if (std::ranges::find(copied, p.where) == copied.end())
    return error{errc::malformed, "No unit has anything in this table.", {}};
  for (const auto& i : p.items)
    if (!p.range.contains(i.key) || !belongs(units, p.where, i.key))
      return error{
          errc::malformed, describe_key(p.where, i.key) + " does not belong into this piece.", {}};
  auto there = items_between(j, units, p.where, p.range);
  if (!there) return there.error();
  transaction changes;
  auto old = there->begin();
  for (const auto& i : p.items) {
    for (; old != there->end() && old->key < i.key; ++old)
      changes.push_back(operation::erase(p.where, old->key));
    const bool known = old != there->end() && old->key == i.key;
    if (!known || old->value != i.value) changes.push_back(operation::put(p.where, i.key, i.value));
    if (known) ++old;
  }
  for (; old != there->end(); ++old) changes.push_back(operation::erase(p.where, old->key));
  return changes;
}

transaction erasing(const piece& p) {
  transaction changes;
  for (const auto& i : p.items) changes.push_back(operation::erase(p.where, i.key));
  return changes;
}

bytes digest_of(const std::vector<item>& items) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> sum(EVP_MD_CTX_new(),
                                                                    &EVP_MD_CTX_free);
  bytes digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_DigestInit_ex(sum.get(), EVP_sha256(), nullptr);
  const auto add = [&](bytes_view part) {
    const auto length = big_endian(part.size());
    EVP_DigestUpdate(sum.get(), length.data(), length.size());
    EVP_DigestUpdate(sum.get(), part.data(), part.size());
  };
  for (const auto& i : items) {
    add(i.key);
    add(i.value);
  }
  EVP_DigestFinal_ex(sum.get(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  digest.resize(size);
  return digest;
}

} // namespace loa::store
