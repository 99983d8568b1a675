#pragma once

#include <loa/base/time.hpp>

#include <cstdint>

namespace loa::link {

/// A timer that is not set.
inline constexpr instant never = instant::max();

/// The pause after `tries` attempts in vain: `first`, doubled each time up to `most`, and up to a
/// quarter longer so that those who failed together do not come back together. The same `salt` and
/// `tries` give the same pause.
[[nodiscard]] duration backoff(duration first, duration most, unsigned tries,
                               std::uint64_t salt) noexcept;

} // namespace loa::link
