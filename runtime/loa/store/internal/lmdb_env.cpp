#include <loa/store/internal/lmdb_env.hpp>
#include <loa/store/internal/seal.hpp>
#include <loa/store/meta.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace loa::store {

namespace {

constexpr unsigned most_readers = 510;
constexpr unsigned file_mode = 0600;

result<env_handle> open_env(const std::string& directory, std::uint64_t map_size, unsigned flags) {
  MDB_env* raw = nullptr;
  if (const int rc = mdb_env_create(&raw)) return lmdb_error(rc, directory);
  env_handle env(raw);
  int rc = mdb_env_set_maxdbs(raw, all_tables.size());
  if (!rc) rc = mdb_env_set_maxreaders(raw, most_readers);
  if (!rc) rc = mdb_env_set_mapsize(raw, map_size);
  if (!rc) rc = mdb_env_open(raw, directory.c_str(), flags | MDB_NOTLS, file_mode);
  if (rc) return lmdb_error(rc, directory);
  return env;
}

/// The format in an environment that has tables.
result<void> check_stored_format(MDB_txn* txn, const std::string& directory) {
  const error foreign{
      errc::corrupt,
      fmt::format("{} holds an LMDB data file that is no journal of Loa.", directory),
      {}};
  MDB_dbi meta = 0;
  if (mdb_dbi_open(txn, "meta", 0, &meta)) return foreign;
  auto key = to_val(meta_key::format);
  MDB_val found;
  if (mdb_get(txn, meta, &key, &found)) return foreign;
  const auto value = unseal(table::meta, meta_key::format, to_view(found));
  if (!value) return damaged(table::meta, meta_key::format);
  return check_format(from_big_endian(*value), "The journal in " + directory);
}

result<void> write_format(MDB_txn* txn, MDB_dbi meta, const std::string& directory) {
  const auto value = big_endian(journal_format);
  auto key = to_val(meta_key::format);
  MDB_val room{value.size() + seal_size, nullptr};
  if (const int rc = mdb_put(txn, meta, &key, &room, MDB_RESERVE)) return lmdb_error(rc, directory);
  seal(table::meta, meta_key::format, value, static_cast<char*>(room.mv_data));
  return {};
}

result<void> open_tables(MDB_txn* txn, lmdb_env& to, const std::string& directory, unsigned flags) {
  for (const auto t : all_tables) {
    auto& handle = to.tables[static_cast<std::size_t>(t) - 1];
    if (const int rc = mdb_dbi_open(txn, std::string(to_string(t)).c_str(), flags, &handle)) {
      if (rc != MDB_NOTFOUND) return lmdb_error(rc, directory);
      return error{errc::corrupt,
                   fmt::format("The journal in {} lacks its table {}.", directory, to_string(t)),
                   {}};
    }
  }
  return {};
}

} // namespace

std::string data_file(const std::string& directory) {
  return directory + "/data.mdb";
}

result<txn_handle> begin(MDB_env* env, unsigned flags, const std::string& where, int* code) {
  MDB_txn* txn = nullptr;
  int rc = mdb_txn_begin(env, nullptr, flags, &txn);
  if (rc == MDB_READERS_FULL) {
    int dead = 0;
    mdb_reader_check(env, &dead);
    if (dead > 0) rc = mdb_txn_begin(env, nullptr, flags, &txn);
  }
  if (code) *code = rc;
  if (rc) return lmdb_error(rc, where);
  return txn_handle(txn);
}

result<lmdb_env> open_for_writing(const std::string& directory, std::uint64_t map_size, bool sync) {
  auto env = open_env(directory, map_size, sync ? 0 : MDB_NOSYNC);
  if (!env) return env.error();
  lmdb_env opened{*std::move(env), {}};
  int dead = 0;
  mdb_reader_check(opened.env.get(), &dead);
  auto txn = begin(opened.env.get(), 0, directory);
  if (!txn) return txn.error();
  MDB_stat used{};
  mdb_env_stat(opened.env.get(), &used);
  const bool fresh = used.ms_entries == 0;
  if (!fresh)
    if (auto known = check_stored_format(txn->get(), directory); !known) return known.error();
  if (auto done = open_tables(txn->get(), opened, directory, MDB_CREATE); !done)
    return done.error();
  if (fresh)
    if (auto done = write_format(txn->get(), opened.of(table::meta), directory); !done)
      return done.error();
  if (const int rc = mdb_txn_commit(txn->release())) return lmdb_error(rc, directory);
  return opened;
}

namespace {

/// Looks at the pages of a state that a reader keeps alive; the writer may outrun it, so it is
/// tried again.
result<void> check_live_pages(MDB_env* env, const std::string& directory, page_report& pages) {
  const auto file = data_file(directory);
  for (int tries = 1;; ++tries) {
    auto txn = begin(env, MDB_RDONLY, directory);
    if (!txn) return txn.error();
    auto report = check_pages(file, mdb_txn_id(txn->get()), ~std::uint64_t{0});
    if (!report && report.error().code == errc::unavailable && tries < 100) continue;
    if (!report) return report.error();
    pages = *std::move(report);
    if (!pages.damage.empty()) return damage_error(file, pages);
    return {};
  }
}

} // namespace

result<lmdb_env> open_for_reading(const std::string& directory, page_report& pages) {
  auto header = read_header(data_file(directory));
  if (!header && header.error().code == errc::not_found)
    return error{errc::not_found, fmt::format("There is no journal in {}.", directory), {}};
  if (!header) return header.error();
  auto env = open_env(directory, header->map_size, MDB_RDONLY);
  if (!env) return env.error();
  lmdb_env opened{*std::move(env), {}};
  if (auto sound = check_live_pages(opened.env.get(), directory, pages); !sound)
    return sound.error();
  auto txn = begin(opened.env.get(), MDB_RDONLY, directory);
  if (!txn) return txn.error();
  if (auto known = check_stored_format(txn->get(), directory); !known) return known.error();
  if (auto done = open_tables(txn->get(), opened, directory, 0); !done) return done.error();
  // The handles last beyond the transaction only if it is committed.
  if (const int rc = mdb_txn_commit(txn->release())) return lmdb_error(rc, directory);
  return opened;
}

error lmdb_error(int code, const std::string& where) {
  const auto say = [&](errc kind, std::string_view what) {
    return error{kind, fmt::format("The journal in {}: {}", where, what), {}};
  };
  switch (code) {
  case MDB_MAP_FULL:
    return say(errc::storage_full, "its map is full. Prune, or raise the map size.");
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return say(errc::storage_full, "no room is left on the disk. Free some, or prune.");
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_CURSOR_FULL:
  case MDB_INVALID:
    return say(errc::corrupt, "its data file is damaged. Restore a backup.");
  case MDB_VERSION_MISMATCH:
    return say(errc::version, "its data file is of another version of LMDB.");
  case MDB_READERS_FULL:
    return say(errc::unavailable, "too many read at the same time.");
  case MDB_TXN_FULL:
    return say(errc::too_large, "a commit changes too much at once.");
  case MDB_PANIC:
    return say(errc::storage, "the disk failed; it is opened again at the next commit.");
  default:
    return say(errc::storage, fmt::format("{}.", mdb_strerror(code)));
  }
}

page_use count_pages(MDB_txn* txn, const lmdb_env& env) noexcept {
  page_use use;
  for (const auto dbi : env.tables) {
    MDB_stat s{};
    if (mdb_stat(txn, dbi, &s)) continue;
    use.pages += s.ms_branch_pages + s.ms_leaf_pages + s.ms_overflow_pages;
    use.entries += s.ms_entries;
    use.page_size = s.ms_psize;
  }
  return use;
}

} // namespace loa::store
