#include <loa/link/feed.hpp>

namespace loa::link {

bool concerns(const entry& e, const path& where, std::uint32_t mask) noexcept {
  if ((e.channels & mask) == 0) return false;
  return e.audience.empty() ||
         std::ranges::any_of(e.audience, [&](const path& p) { return overlap(p, where); });
}

} // namespace loa::link
