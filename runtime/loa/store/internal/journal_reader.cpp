#include <loa/store/internal/journal_reader.hpp>

namespace loa::store {

namespace {
constexpr std::size_t entries_in_piece = 10'000;
}

result<journal_reader> journal_reader::open(const std::string& directory, page_report& pages) {
  auto env = open_for_reading(directory, pages);
  if (!env) return env.error();
  return journal_reader(directory, *std::move(env));
}

result<void> journal_reader::pin() {
  auto txn = begin(env(), MDB_RDONLY, directory_);
  if (!txn) return txn.error();
  pinned_ = *std::move(txn);
  return {};
}

result<void> journal_reader::visit(table where, const key_range& range, const visitor& see) const {
  auto from = range.from;
  for (;;) {
    txn_handle own;
    if (!pinned_) {
      auto txn = begin(env(), MDB_RDONLY, directory_);
      if (!txn) return txn.error();
      own = *std::move(txn);
    }
    auto more = visit_piece(own ? own.get() : pinned_.get(), where, from, range.to, see);
    if (!more) return more.error();
    if (!*more) return {};
  }
}

result<bool> journal_reader::visit_piece(MDB_txn* txn, table where, bytes& from, bytes_view to,
                                         const visitor& see) const {
  MDB_cursor* raw = nullptr;
  if (const int rc = mdb_cursor_open(txn, env_.of(where), &raw)) return lmdb_error(rc, directory_);
  const cursor_handle cursor(raw);
  auto key = to_val(from);
  MDB_val value;
  int rc = mdb_cursor_get(raw, &key, &value, from.empty() ? MDB_FIRST : MDB_SET_RANGE);
  for (std::size_t seen = 0; rc == 0 && to_view(key) < to; ++seen) {
    if (seen == entries_in_piece) {
      from.assign(to_view(key));
      return true;
    }
    if (!see(to_view(key), to_view(value))) return false;
    rc = mdb_cursor_get(raw, &key, &value, MDB_NEXT);
  }
  if (rc != 0 && rc != MDB_NOTFOUND) return lmdb_error(rc, directory_);
  return false;
}

result<std::optional<bytes>> journal_reader::get(table where, bytes_view key) const {
  std::optional<bytes> found;
  const auto take = [&](bytes_view, bytes_view sealed) {
    found = bytes(sealed);
    return false;
  };
  if (auto done = visit(where, {bytes(key), after(key)}, take); !done) return done.error();
  return found;
}

} // namespace loa::store
