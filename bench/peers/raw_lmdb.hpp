#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace loa::bench {

/// One thing to store.
struct stored_fact {
  std::string key;
  std::string value;
};

/// "LMDB 0.9.24".
[[nodiscard]] std::string lmdb_version();

/// Writes the facts with LMDB itself, in one table, `batches[i]` of them in its transaction number
/// i, each synced, as the disk allows: what a journal on LMDB cannot beat. Seconds from the first
/// transaction's begin to the last one's return.
[[nodiscard]] result<double> write_with_lmdb(const std::filesystem::path& directory,
                                             const std::vector<stored_fact>& facts,
                                             const std::vector<std::size_t>& batches);

} // namespace loa::bench
