#pragma once

#include <loa/base/random.hpp>
#include <loa/store/journal.hpp>

#include <map>
#include <mutex>

namespace loa::store {

/// A journal in memory for tests and simulation, which fails when it is told to.
///
/// Left alone it behaves as the other one does, and "the disk" is this object: `restart` is what a
/// process that ends and comes again sees. All functions from any thread.
class memory_journal final : public journal {
public:
  /// The seed gives the journal its id.
  explicit memory_journal(std::uint64_t seed = 1);

  result<void> commit(std::span<const transaction* const> group) override;
  [[nodiscard]] result<std::optional<bytes>> get(table where, bytes_view key) const override;
  [[nodiscard]] result<std::vector<item>> scan(table where, bytes_view from, bytes_view to,
                                               std::size_t most,
                                               bool backwards = false) const override;
  [[nodiscard]] journal_stats stats() const override;

  /// While held, commits succeed and can be read but are not synced, as on a disk that lies. Ending
  /// it syncs everything.
  void hold_syncs(bool on);

  /// Loses every commit that was not synced.
  void crash();
  /// Loses a random number of the last commits that were not synced, each wholly.
  void crash(seeded_random& random);
  /// Counts a start, as opening does. Does not lose anything itself.
  [[nodiscard]] result<void> restart();

  /// The next `n` commits fail with this code and change nothing.
  void fail_next(errc code, std::size_t n = 1);
  /// A commit that makes keys and values grow beyond this many octets fails with `storage_full`.
  void set_capacity(std::uint64_t octets);

private:
  using entry_map = std::map<bytes, bytes, std::less<>>;
  /// What a key held before a commit changed it.
  struct former {
    table where;
    bytes key;
    std::optional<bytes> value;
  };
  using undo_log = std::vector<former>;

  entry_map& of(table t) { return tables_[static_cast<std::size_t>(t) - 1]; }
  const entry_map& of(table t) const { return tables_[static_cast<std::size_t>(t) - 1]; }
  void apply(const operation& op, undo_log& undo);
  void change(table where, const bytes& key, const bytes* value, undo_log& undo);
  void roll_back(undo_log& undo);
  void keep_unsynced(std::size_t commits);

  mutable std::mutex mutex_;
  std::array<entry_map, all_tables.size()> tables_;
  std::vector<undo_log> unsynced_;
  seeded_random random_;
  std::uint64_t used_ = 0;
  std::uint64_t capacity_ = ~std::uint64_t{0};
  std::uint64_t commits_ = 0;
  std::uint64_t failed_ = 0;
  std::size_t failures_due_ = 0;
  errc failure_ = errc::storage;
  bool held_ = false;
};

} // namespace loa::store
