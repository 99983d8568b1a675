#include <loa/supervision/restart_window.hpp>

#include <algorithm>

namespace loa::supervision {

restart_window note_restart(std::vector<duration> earlier, duration now,
                            const restart_limit& limit) {
  // Written with the difference, since `now - period` could leave the range of a duration.
  auto counts = [&](duration t) { return now - t <= limit.period; };
  earlier.erase(earlier.begin(), std::find_if(earlier.begin(), earlier.end(), counts));
  earlier.push_back(now);
  bool within = earlier.size() <= limit.intensity;
  return {std::move(earlier), within};
}

} // namespace loa::supervision
