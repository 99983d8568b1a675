#include <bench/peers/raw_lmdb.hpp>

#include <fmt/format.h>
#include <lmdb.h>

#include <chrono>
#include <memory>

namespace loa::bench {

namespace {

/// As large as the journal's own, so that neither has less to map.
constexpr std::size_t map_size = std::size_t{64} << 30;

error failure(int code) {
  return {errc::storage, fmt::format("LMDB: {}.", mdb_strerror(code)), {}};
}

MDB_val view(const std::string& s) {
  return {s.size(), const_cast<char*>(s.data())};
}

} // namespace

std::string lmdb_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  mdb_version(&major, &minor, &patch);
  return fmt::format("LMDB {}.{}.{}", major, minor, patch);
}

result<double> write_with_lmdb(const std::filesystem::path& directory,
                               const std::vector<stored_fact>& facts,
                               const std::vector<std::size_t>& batches) {
  MDB_env* made = nullptr;
  if (const int rc = mdb_env_create(&made); rc != 0) return failure(rc);
  const std::unique_ptr<MDB_env, void (*)(MDB_env*)> env(made, mdb_env_close);
  mdb_env_set_mapsize(made, map_size);
  if (const int rc = mdb_env_open(made, directory.c_str(), MDB_NOTLS, 0600); rc != 0)
    return failure(rc);
  MDB_dbi table = 0;
  std::size_t next = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const auto size : batches) {
    MDB_txn* txn = nullptr;
    if (const int rc = mdb_txn_begin(made, nullptr, 0, &txn); rc != 0) return failure(rc);
    int rc = table == 0 ? mdb_dbi_open(txn, nullptr, MDB_CREATE, &table) : 0;
    for (std::size_t i = 0; i < size && next < facts.size() && rc == 0; ++i, ++next) {
      auto key = view(facts[next].key);
      auto value = view(facts[next].value);
      rc = mdb_put(txn, table, &key, &value, 0);
    }
    if (rc != 0) {
      mdb_txn_abort(txn);
      return failure(rc);
    }
    if (rc = mdb_txn_commit(txn); rc != 0) return failure(rc);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace loa::bench
