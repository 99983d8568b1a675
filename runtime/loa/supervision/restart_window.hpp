#pragma once

#include <loa/supervision/spec.hpp>

#include <vector>

namespace loa::supervision {

/// The restarts that still count, and whether there are no more of them than the limit allows.
struct restart_window {
  /// Instants on a clock that never goes back, oldest first; at most `intensity` + 1 of them.
  std::vector<duration> restarts;
  bool within_limit = true;
};

/// Adds a restart at `now` to `earlier` and forgets those more than a period ago. A restart exactly
/// one period ago still counts, as it does in OTP. A pure function; `now` is not before the last of
/// `earlier`.
[[nodiscard]] restart_window note_restart(std::vector<duration> earlier, duration now,
                                          const restart_limit& limit);

} // namespace loa::supervision
