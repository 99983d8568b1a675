#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace loa::store {

/// \file
/// LMDB trusts its pages: a damaged one can end the process. This looks at a data file with plain
/// reads before LMDB does, for everything that LMDB relies on: that pages are what their headers
/// say, nodes lie within their pages, children within the file, keys in order, no page used twice,
/// counts right. It knows the file format of LMDB 0.9 (data version 1).

/// What the newer of the two meta pages says.
struct lmdb_header {
  std::uint64_t page_size = 0;
  std::uint64_t map_size = 0;
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;
};

/// `not_found` without a file, `version` for another version of LMDB, else `corrupt`.
[[nodiscard]] result<lmdb_header> read_header(const std::string& file);

struct page_report {
  std::uint64_t pages = 0;         ///< Pages looked at.
  bool complete = true;            ///< False if leaves were left out to save time.
  std::vector<std::string> damage; ///< Sentences that begin with the page; at most 100.
};

/// Looks at the pages of one state of the file: of the transaction `snapshot`, which the caller
/// keeps alive with a reader of its own, or of the newest if it is zero and nobody writes.
/// `unavailable` if the snapshot is no longer among the meta pages; take another. \param
/// leaf_octets  how much of the tables' leaves to look at, at most.
[[nodiscard]] result<page_report> check_pages(const std::string& file, std::uint64_t snapshot,
                                              std::uint64_t leaf_octets);

/// The error that refuses a damaged file, naming the first damage.
[[nodiscard]] error damage_error(const std::string& file, const page_report& report);

} // namespace loa::store
