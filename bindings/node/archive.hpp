#pragma once

#include <loa/base/time.hpp>
#include <loa/store/meta.hpp>

#include <filesystem>

/// \file
/// A node's data directory as one thing to keep: the journal, the token key, the two token lists,
/// and the signed documents of its cluster.
namespace loa::host {

/// Copies a data directory, also of a running node, to one that is empty or not there. Gives the
/// octets of the journal's copy.
[[nodiscard]] result<std::uint64_t> back_up(const std::filesystem::path& data,
                                            const std::filesystem::path& target);

/// Makes a data directory, empty or not there before, out of a backup. No node may run on it.
[[nodiscard]] result<store::journal_identity>
restore(const std::filesystem::path& backup, const std::filesystem::path& data, instant now);

} // namespace loa::host
