#include <loa/store/internal/ballast.hpp>
#include <loa/store/internal/directory_lock.hpp>
#include <loa/store/internal/lmdb_env.hpp>
#include <loa/store/internal/page_check.hpp>
#include <loa/store/internal/seal.hpp>
#include <loa/store/internal/taken_already.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/store/meta.hpp>

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace loa::store {

namespace {

constexpr std::uint64_t smallest_map = std::uint64_t{1} << 20;
/// A disk with less room than this is as good as full.
constexpr std::uint64_t least_room = std::uint64_t{1} << 20;

std::uint64_t reserve_of(std::uint64_t map_size) {
  return std::clamp<std::uint64_t>(map_size / 16, std::uint64_t{256} << 10,
                                   std::uint64_t{256} << 20);
}

/// LMDB calls it an I/O error, too, when the disk took only the first part of a write.
int cause_of(int code, const std::string& directory) {
  struct statvfs disk {};
  if (code != EIO || ::statvfs(directory.c_str(), &disk) != 0) return code;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize < least_room ? ENOSPC : code;
}

/// Looks at an existing data file before LMDB maps it; false if there is none.
result<bool> check_file(const lmdb_options& options) {
  const auto file = data_file(options.directory);
  auto report = check_pages(file, 0, options.check_bytes);
  if (!report && report.error().code == errc::not_found) return false;
  if (!report) return report.error();
  if (!report->damage.empty()) return damage_error(file, *report);
  return true;
}

class lmdb_journal final : public journal {
public:
  lmdb_journal(const lmdb_options& options, directory_lock lock, lmdb_env env)
      : options_(options),
        lock_(std::move(lock)),
        ballast_(options.directory, options.disk_reserve),
        env_(std::move(env)),
        capacity_(options.map_size - reserve_of(options.map_size)) {}

  result<void> commit(std::span<const transaction* const> group) override;
  [[nodiscard]] result<std::optional<bytes>> get(table where, bytes_view key) const override;
  [[nodiscard]] result<std::vector<item>> scan(table where, bytes_view from, bytes_view to,
                                               std::size_t most, bool backwards) const override;
  [[nodiscard]] journal_stats stats() const override;

private:
  /// A read transaction out of the pool, which it goes back to.
  class reader {
  public:
    reader(const lmdb_journal& j, txn_handle txn) : journal_(&j), txn_(std::move(txn)) {}
    reader(reader&&) noexcept = default;
    reader& operator=(reader&&) = delete;
    ~reader() {
      if (!txn_) return;
      mdb_txn_reset(txn_.get());
      std::lock_guard lock(journal_->idle_mutex_);
      if (journal_->idle_.size() < 32) journal_->idle_.push_back(std::move(txn_));
    }
    [[nodiscard]] MDB_txn* txn() const noexcept { return txn_.get(); }

  private:
    const lmdb_journal* journal_;
    txn_handle txn_;
  };

  /// What became of one attempt to commit.
  struct attempt {
    result<void> outcome;
    int code = 0;       ///< LMDB's, if it was LMDB that failed.
    bool grows = false; ///< The group needs more pages than it frees.
  };

  using gate_pass = std::shared_lock<std::shared_mutex>;
  [[nodiscard]] result<reader> read(gate_pass& gate) const;
  [[nodiscard]] result<reader> try_read(int& code) const;
  attempt try_commit(std::span<const transaction* const> group);
  int apply(MDB_txn* txn, const operation& op) const;
  int erase_range(MDB_txn* txn, const operation& op) const;
  result<void> reopen();
  /// True if LMDB refuses everything, as it does after it failed to write its head.
  [[nodiscard]] bool panicked() const;

  const lmdb_options options_;
  const directory_lock lock_;
  mutable std::mutex commit_mutex_;
  ballast ballast_;
  /// Held shared by whoever uses the environment, alone by who replaces it.
  mutable std::shared_mutex gate_;
  lmdb_env env_;
  mutable std::mutex idle_mutex_;
  mutable std::vector<txn_handle> idle_;
  const std::uint64_t capacity_;
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> failures_{0};
};

result<lmdb_journal::reader> lmdb_journal::try_read(int& code) const {
  txn_handle txn;
  {
    std::lock_guard lock(idle_mutex_);
    if (!idle_.empty()) {
      txn = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!txn) {
    auto fresh = begin(env_.env.get(), MDB_RDONLY, options_.directory, &code);
    if (!fresh) return fresh.error();
    return reader(*this, *std::move(fresh));
  }
  if ((code = mdb_txn_renew(txn.get()))) return lmdb_error(code, options_.directory);
  return reader(*this, std::move(txn));
}

result<lmdb_journal::reader> lmdb_journal::read(gate_pass& gate) const {
  int code = 0;
  if (env_.env) {
    auto in = try_read(code);
    if (code != MDB_PANIC) return in;
  }
  // A commit has just failed, and is about to open the environment again: wait for it.
  gate.unlock();
  { std::lock_guard commit_ended(commit_mutex_); }
  gate.lock();
  if (!env_.env) return lmdb_error(MDB_PANIC, options_.directory);
  return try_read(code);
}

result<std::optional<bytes>> lmdb_journal::get(table where, bytes_view key) const {
  if (key.empty() || key.size() > max_key) return std::optional<bytes>{};
  gate_pass gate(gate_);
  auto in = read(gate);
  if (!in) return in.error();
  auto k = to_val(key);
  MDB_val found;
  const int rc = mdb_get(in->txn(), env_.of(where), &k, &found);
  if (rc == MDB_NOTFOUND) return std::optional<bytes>{};
  if (rc) return lmdb_error(rc, options_.directory);
  const auto value = unseal(where, key, to_view(found));
  if (!value) return damaged(where, key);
  return std::optional<bytes>(*value);
}

result<std::vector<item>> lmdb_journal::scan(table where, bytes_view from, bytes_view to,
                                             std::size_t most, bool backwards) const {
  std::vector<item> page;
  if (from >= to || most == 0) return page;
  gate_pass gate(gate_);
  auto in = read(gate);
  if (!in) return in.error();
  MDB_cursor* raw = nullptr;
  if (const int rc = mdb_cursor_open(in->txn(), env_.of(where), &raw))
    return lmdb_error(rc, options_.directory);
  const cursor_handle cursor(raw);
  MDB_val key;
  MDB_val found;
  // LMDB takes no key that is empty or too long; their place in the order is found without it.
  const auto seek = [&](bytes_view target) {
    if (target.empty()) return mdb_cursor_get(raw, &key, &found, MDB_FIRST);
    key = to_val(target.substr(0, max_key));
    int rc = mdb_cursor_get(raw, &key, &found, MDB_SET_RANGE);
    while (rc == 0 && to_view(key) < target) rc = mdb_cursor_get(raw, &key, &found, MDB_NEXT);
    return rc;
  };
  int rc = seek(backwards ? to : from);
  if (backwards) rc = mdb_cursor_get(raw, &key, &found, rc == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
  for (; rc == 0; rc = mdb_cursor_get(raw, &key, &found, backwards ? MDB_PREV : MDB_NEXT)) {
    const auto k = to_view(key);
    if (page.size() == most || (backwards ? k < from : k >= to)) return page;
    const auto value = unseal(where, k, to_view(found));
    if (!value) return damaged(where, k);
    page.push_back({bytes(k), bytes(*value)});
  }
  if (rc != MDB_NOTFOUND) return lmdb_error(rc, options_.directory);
  return page;
}

int lmdb_journal::erase_range(MDB_txn* txn, const operation& op) const {
  MDB_cursor* raw = nullptr;
  if (const int rc = mdb_cursor_open(txn, env_.of(op.where), &raw)) return rc;
  const cursor_handle cursor(raw);
  auto key = to_val(op.key);
  MDB_val found;
  int rc = mdb_cursor_get(raw, &key, &found, op.key.empty() ? MDB_FIRST : MDB_SET_RANGE);
  for (; rc == 0 && to_view(key) < op.value; rc = mdb_cursor_get(raw, &key, &found, MDB_NEXT))
    if ((rc = mdb_cursor_del(raw, 0))) return rc;
  return rc == MDB_NOTFOUND ? 0 : rc;
}

int lmdb_journal::apply(MDB_txn* txn, const operation& op) const {
  auto key = to_val(op.key);
  switch (op.what) {
  case operation::kind::put:
  case operation::kind::insert: {
    MDB_val room{op.value.size() + seal_size, nullptr};
    const unsigned once = op.what == operation::kind::insert ? MDB_NOOVERWRITE : 0;
    const int rc = mdb_put(txn, env_.of(op.where), &key, &room, MDB_RESERVE | once);
    if (rc == 0) seal(op.where, op.key, op.value, static_cast<char*>(room.mv_data));
    return rc;
  }
  case operation::kind::erase: {
    const int rc = mdb_del(txn, env_.of(op.where), &key, nullptr);
    return rc == MDB_NOTFOUND ? 0 : rc;
  }
  case operation::kind::erase_range:
    return erase_range(txn, op);
  }
  return 0;
}

lmdb_journal::attempt lmdb_journal::try_commit(std::span<const transaction* const> group) {
  std::shared_lock gate(gate_);
  const auto failed = [&](int rc, bool grows) {
    return attempt{lmdb_error(rc, options_.directory), rc, grows};
  };
  auto txn = begin(env_.env.get(), 0, options_.directory);
  if (!txn) return {txn.error(), MDB_PANIC, false};
  const auto before = count_pages(txn->get(), env_);
  for (const auto* t : group)
    for (const auto& op : *t)
      if (const int rc = apply(txn->get(), op)) {
        if (rc == MDB_KEYEXIST) return {taken_already(op.where, op.key), rc, true};
        return failed(rc, true);
      }
  const auto now = count_pages(txn->get(), env_);
  const bool grows = now.pages > before.pages;
  if (grows && now.pages * now.page_size > capacity_) return failed(MDB_MAP_FULL, true);
  if (const int rc = mdb_txn_commit(txn->release()))
    return failed(cause_of(rc, options_.directory), grows);
  return {};
}

result<void> lmdb_journal::commit(std::span<const transaction* const> group) {
  for (const auto* t : group)
    if (auto fine = check(*t); !fine) return fine;
  std::lock_guard one(commit_mutex_);
  if (!env_.env || panicked())
    if (auto ready = reopen(); !ready) {
      ++failures_;
      return ready;
    }
  auto tried = try_commit(group);
  if (tried.code == MDB_MAP_FULL) {
    // A reader that was killed keeps pages from being used again.
    int dead = 0;
    mdb_reader_check(env_.env.get(), &dead);
    if (dead > 0) tried = try_commit(group);
  }
  const bool disk_full = tried.code == ENOSPC || tried.code == EDQUOT || tried.code == EFBIG;
  if (disk_full && !tried.grows && ballast_.release()) tried = try_commit(group);
  if (tried.outcome) {
    ++commits_;
    ballast_.take();
    return {};
  }
  ++failures_;
  if (panicked()) (void)reopen();
  return tried.outcome;
}

result<void> lmdb_journal::reopen() {
  std::unique_lock gate(gate_);
  idle_.clear();
  env_.env.reset();
  auto env = open_for_writing(options_.directory, options_.map_size, options_.sync);
  if (!env) return env.error();
  env_ = *std::move(env);
  return {};
}

bool lmdb_journal::panicked() const {
  int code = 0;
  (void)begin(env_.env.get(), MDB_RDONLY, options_.directory, &code);
  return code == MDB_PANIC;
}

journal_stats lmdb_journal::stats() const {
  journal_stats s;
  s.capacity_bytes = capacity_;
  s.commits = commits_;
  s.failed_commits = failures_;
  if (auto f = file::open_for_reading(data_file(options_.directory))) s.file_bytes = f->size();
  gate_pass gate(gate_);
  if (auto in = read(gate)) {
    const auto use = count_pages(in->txn(), env_);
    s.used_bytes = use.pages * use.page_size;
    s.entries = use.entries;
  }
  return s;
}

} // namespace

result<std::unique_ptr<journal>> open_lmdb(const lmdb_options& options) {
  if (options.map_size < smallest_map)
    return error{errc::rule, "The map size of a journal is at least 1 MiB.", {}};
  if (auto made = make_directory(options.directory); !made) return made.error();
  auto lock = directory_lock::acquire(options.directory, options.node);
  if (!lock) return lock.error();
  auto existing = check_file(options);
  if (!existing) return existing.error();
  auto env = open_for_writing(options.directory, options.map_size, options.sync);
  if (!env) {
    // Half of a new data file would look like a damaged one at the next start.
    if (!*existing) ::unlink(data_file(options.directory).c_str());
    return env.error();
  }
  std::unique_ptr<journal> opened =
      std::make_unique<lmdb_journal>(options, *std::move(lock), *std::move(env));
  if (auto identity = begin_start(*opened, system_random()); !identity) return identity.error();
  return opened;
}

} // namespace loa::store
