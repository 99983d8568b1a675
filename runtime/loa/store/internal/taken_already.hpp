#pragma once

#include <loa/store/journal.hpp>

namespace loa::store {

/// The error of an `insert` whose key is there.
[[nodiscard]] error taken_already(table where, bytes_view key);

} // namespace loa::store
