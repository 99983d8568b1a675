#pragma once

#include <loa/store/journal.hpp>

#include <optional>

namespace loa::store {

/// A value on disk is followed by the CRC-32 of its table's number, its key and itself, least
/// significant octet first: so a damaged value is noticed, and also a whole one in a wrong place.
inline constexpr std::size_t seal_size = 4;

/// Writes value and checksum to `to`, which has room for `value.size() + seal_size` octets.
void seal(table where, bytes_view key, bytes_view value, char* to) noexcept;

/// The value without its checksum, or nothing if they do not match.
[[nodiscard]] std::optional<bytes_view> unseal(table where, bytes_view key,
                                               bytes_view sealed) noexcept;

/// The error for a value whose checksum does not match.
[[nodiscard]] error damaged(table where, bytes_view key);

} // namespace loa::store
