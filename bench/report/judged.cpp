#include <bench/report/judged.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace loa::bench {

namespace {

struct judged_figure {
  std::string_view scenario;
  std::string_view figure;
};

constexpr std::array all_judged = std::to_array<judged_figure>({
    {"cascade", "last"},
    {"cascade", "accepted"},
    {"cascade", "delivery p99"},
    {"gateway", "last"},
    {"gateway", "accepted"},
    {"gateway", "delivery p99"},
    {"gateway", "missed"},
    {"gateway", "failed"},
    {"gateway", "connect"},
    {"gateway", "processor time per message"},
    {"gateway", "memory per connection"},
    {"publish", "accepted"},
    {"publish", "accepted p99"},
    {"publish", "delivered"},
    {"publish", "time per publication"},
    {"publish", "missed"},
    {"publish", "failed"},
    {"reports", "accepted"},
    {"reports", "accepted p99"},
    {"reports", "time per report"},
    {"reports", "escalated"},
    {"journal", "time per fact"},
    {"journal", "committed p99"},
    {"restart", "serving"},
    {"restart", "first delivery"},
    {"restart", "all caught up"},
    {"restart", "missed"},
    {"hop", "on one node"},
    {"hop", "on two nodes"},
    {"hop", "the hop, its commit included"},
    {"hop", "a hop, median"},
    {"cluster", "last"},
    {"cluster", "accepted"},
    {"cluster", "delivery p99"},
    {"cluster", "missed"},
    {"cluster", "failed"},
    {"cluster", "processor time per message"},
    {"cluster", "a hop, median"},
    {"cluster", "a node lost: all caught up"},
    {"cluster", "a node lost: missed"},
    {"cluster", "lines cut: an island's own alert"},
    {"cluster", "lines whole again: all caught up"},
    {"cluster", "lines whole again: missed"},
    {"outage", "serving"},
    {"outage", "all attached"},
    {"outage", "all caught up"},
    {"steps", "a level"},
    {"steps", "a device"},
    {"steps", "a copy to a node"},
    {"steps", "a commit"},
    {"footprint", "a unit"},
    {"footprint", "a device"},
    {"footprint", "a session asleep"},
    {"footprint", "a session awake"},
    {"footprint", "a session connected"},
});

bool is_listed(const sample& s) {
  return std::ranges::any_of(all_judged, [&](const judged_figure& j) {
    return j.scenario == s.scenario && j.figure == s.figure;
  });
}

} // namespace

std::vector<bool> judged(const std::vector<sample>& all) {
  std::set<std::string> known;
  for (const auto& s : all)
    if (is_listed(s)) known.insert(s.scenario);
  std::vector<bool> out;
  out.reserve(all.size());
  for (const auto& s : all) out.push_back(!known.contains(s.scenario) || is_listed(s));
  return out;
}

std::vector<std::string_view> judged_in(std::string_view scenario) {
  std::vector<std::string_view> out;
  for (const auto& j : all_judged)
    if (j.scenario == scenario) out.push_back(j.figure);
  return out;
}

} // namespace loa::bench
