#include <loa/city/health.hpp>

#include <algorithm>

namespace loa::city {

using sim::fault;
using sim::micros;
using sim::trouble;

bool health::node_well(const std::string& node, micros from, micros to) const {
  return std::ranges::none_of(plan_, [&](const fault& f) {
    if (f.at > to || f.at + f.lasts < from) return false;
    if (f.what == trouble::crash) return true;
    const bool between =
        f.what == trouble::cut || f.what == trouble::one_way || f.what == trouble::broken;
    return !between && f.node == node;
  });
}

bool health::all_well(micros from, micros to) const {
  return std::ranges::none_of(plan_,
                              [&](const fault& f) { return f.at <= to && f.at + f.lasts >= from; });
}

bool health::clocks_right(micros until) const {
  return std::ranges::none_of(
      plan_, [&](const fault& f) { return f.what == trouble::clock_wrong && f.at <= until; });
}

} // namespace loa::city
