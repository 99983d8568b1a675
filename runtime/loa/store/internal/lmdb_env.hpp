#pragma once

#include <loa/base/result.hpp>
#include <loa/store/internal/page_check.hpp>
#include <loa/store/journal.hpp>

#include <lmdb.h>

#include <memory>
#include <string>

namespace loa::store {

struct env_closer {
  void operator()(MDB_env* e) const noexcept { mdb_env_close(e); }
};
struct txn_aborter {
  void operator()(MDB_txn* t) const noexcept { mdb_txn_abort(t); }
};
struct cursor_closer {
  void operator()(MDB_cursor* c) const noexcept { mdb_cursor_close(c); }
};
using env_handle = std::unique_ptr<MDB_env, env_closer>;
using txn_handle = std::unique_ptr<MDB_txn, txn_aborter>;
using cursor_handle = std::unique_ptr<MDB_cursor, cursor_closer>;

/// An LMDB environment with the handles of our tables.
struct lmdb_env {
  env_handle env;
  std::array<MDB_dbi, all_tables.size()> tables{};

  [[nodiscard]] MDB_dbi of(table t) const { return tables[static_cast<std::size_t>(t) - 1]; }
};

[[nodiscard]] std::string data_file(const std::string& directory);

/// Opens the environment of a directory for writing, makes the tables of a new one and checks the
/// format of an old one. Whoever calls has looked at the pages before (page_check.hpp).
[[nodiscard]] result<lmdb_env> open_for_writing(const std::string& directory,
                                                std::uint64_t map_size, bool sync);

/// Opens it for reading, also while a node of another process has it, after a look at all pages.
/// `pages` gets what was found, also when damage is the reason for refusing.
[[nodiscard]] result<lmdb_env> open_for_reading(const std::string& directory, page_report& pages);

/// Begins a transaction; `code` gets LMDB's number if it cannot.
[[nodiscard]] result<txn_handle> begin(MDB_env* env, unsigned flags, const std::string& where,
                                       int* code = nullptr);

/// What LMDB's or the system's error number means; `where` is the directory.
[[nodiscard]] error lmdb_error(int code, const std::string& where);

[[nodiscard]] inline MDB_val to_val(bytes_view b) noexcept {
  return {b.size(), const_cast<char*>(b.data())};
}
[[nodiscard]] inline bytes_view to_view(const MDB_val& v) noexcept {
  return {static_cast<const char*>(v.mv_data), v.mv_size};
}

/// Pages that hold the entries of all tables, as the transaction sees them; zero if it cannot tell.
struct page_use {
  std::uint64_t pages = 0;
  std::uint64_t entries = 0;
  std::uint64_t page_size = 4096;
};
[[nodiscard]] page_use count_pages(MDB_txn* txn, const lmdb_env& env) noexcept;

} // namespace loa::store
