#include <loa/base/precise_clock.hpp>
#include <loa/node/internal/hop_watch.hpp>

#include <cmath>

namespace loa::node {

namespace {

/// Ten for each power of ten from 50 µs to 10 s, so that a quantile read from them is known to a
/// quarter of itself.
std::vector<double> bounds() {
  std::vector<double> out;
  for (int i = 0; i <= 53; ++i) out.push_back(50e-6 * std::pow(10.0, i / 10.0));
  out.back() = 10;
  return out;
}

histogram& of_lane(metric_registry& all, std::string_view lane) {
  return all.get_histogram("loa_hop_seconds",
                           "Time that feed entries were under way from another node.",
                           {{"lane", std::string(lane)}}, bounds());
}

} // namespace

sending_time sending_time_of(const clock& wall) {
  const auto since_1970 = precisely(wall).time_since_epoch().count();
  return since_1970 > 0 ? static_cast<sending_time>(since_1970) : 0;
}

hop_watch::hop_watch(metric_registry& all)
    : from_ahead_(all.get_counter("loa_hop_clock_ahead_total",
                                  "Feed entries sent later than they came, by two clocks.")) {
  using enum net::envelope_lane;
  under_way_[static_cast<std::size_t>(emergency)] = &of_lane(all, "emergency");
  under_way_[static_cast<std::size_t>(ordinary)] = &of_lane(all, "ordinary");
}

void hop_watch::came(net::envelope_lane on, std::size_t entries, sending_time sent,
                     const clock& wall) {
  if (sent == 0) return;
  const auto now = sending_time_of(wall);
  if (sent > now) from_ahead_.add(entries);
  const auto seconds = sent > now ? 0.0 : static_cast<double>(now - sent) * 1e-6;
  for (std::size_t i = 0; i < entries; ++i)
    under_way_[static_cast<std::size_t>(on)]->observe(seconds);
}

} // namespace loa::node
