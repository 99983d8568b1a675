#include <loa/base/random.hpp>
#include <loa/link/backoff.hpp>

#include <algorithm>

namespace loa::link {

duration backoff(duration first, duration most, unsigned tries, std::uint64_t salt) noexcept {
  auto pause = first;
  for (; tries > 0 && pause < most; --tries) pause *= 2;
  pause = std::min(pause, most);
  seeded_random spread(salt + tries);
  return pause + duration(spread.below(static_cast<std::uint64_t>(pause.count()) / 4 + 1));
}

} // namespace loa::link
