#pragma once

#include <loa/store/internal/lmdb_env.hpp>

#include <functional>
#include <optional>
#include <string>

namespace loa::store {

/// A journal opened for reading beside the node that writes it. Values come as they lie on the
/// disk, checksum included. One thread.
class journal_reader {
public:
  [[nodiscard]] static result<journal_reader> open(const std::string& directory,
                                                   page_report& pages);

  /// From now on everything is read from one state of the journal.
  [[nodiscard]] result<void> pin();

  /// Every entry of a range in order; the visitor returns false to end early. Unless pinned, it
  /// reads in pieces, each of which may see a later state.
  using visitor = std::function<bool(bytes_view key, bytes_view sealed)>;
  [[nodiscard]] result<void> visit(table where, const key_range& range, const visitor& see) const;

  [[nodiscard]] result<std::optional<bytes>> get(table where, bytes_view key) const;

  [[nodiscard]] MDB_env* env() const noexcept { return env_.env.get(); }

private:
  journal_reader(std::string directory, lmdb_env env)
      : directory_(std::move(directory)),
        env_(std::move(env)) {}
  /// The next piece; moves `from` to where the following one begins, and gives whether there is
  /// one.
  [[nodiscard]] result<bool> visit_piece(MDB_txn* txn, table where, bytes& from, bytes_view to,
                                         const visitor& see) const;

  std::string directory_;
  lmdb_env env_;
  txn_handle pinned_;
};

} // namespace loa::store
