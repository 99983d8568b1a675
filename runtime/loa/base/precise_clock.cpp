#include <loa/base/precise_clock.hpp>

namespace loa {

precise_instant precisely(const clock& c) {
  const auto* precise = dynamic_cast<const precise_clock*>(&c);
  return precise ? precise->precisely() : precise_instant(c.now());
}

} // namespace loa
