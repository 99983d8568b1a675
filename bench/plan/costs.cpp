#include <bench/measure/spread.hpp>
#include <bench/plan/costs.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

/// A figure that has to be there: of our own contender in a scenario.
class reader {
public:
  explicit reader(const run_record& run) : run_(run) {}

  double take(std::string_view scenario, std::string_view figure, std::string_view whose = {}) {
    const auto* of = contender_of(scenario, whose);
    const auto values = of ? values_of(*of, figure) : std::vector<double>{};
    if (!values.empty()) return spread_of(values).median;
    if (!missing_)
      missing_ = error{errc::not_found,
                       fmt::format("The run has no \"{}\" of the scenario {}; measure it with loa "
                                   "bench compare --json FILE.",
                                   figure, scenario),
                       {}};
    return 0;
  }
  [[nodiscard]] const contender_record* contender_of(std::string_view scenario,
                                                     std::string_view whose = {}) const {
    const auto s = std::ranges::find(run_.sections, scenario, &section::scenario);
    if (s == run_.sections.end() || s->contenders.empty()) return nullptr;
    return whose.empty() ? &s->contenders.front() : find(*s, whose);
  }
  [[nodiscard]] double connections(std::string_view scenario) const {
    const auto s = std::ranges::find(run_.sections, scenario, &section::scenario);
    if (s == run_.sections.end()) return 1;
    const auto n = std::ranges::find(s->settings, "connections", &setting::name);
    return n == s->settings.end() ? 1 : std::max(1.0, std::strtod(n->value.c_str(), nullptr));
  }
  [[nodiscard]] const std::optional<error>& missing() const { return missing_; }

private:
  const run_record& run_;
  std::optional<error> missing_;
};

/// What a level takes: from the first level's time to the last unit level's, by the steps between.
double level_cost(const contender_record* cascade) {
  if (cascade == nullptr) return 0;
  std::vector<double> each;
  for (const auto& r : cascade->repetitions) {
    std::vector<level_reached> units;
    std::ranges::copy_if(r.levels, std::back_inserter(units),
                         [](const level_reached& l) { return l.level != "session"; });
    if (units.size() > 1)
      each.push_back(std::max(0.0, units.back().first_ms - units.front().first_ms) /
                     static_cast<double>(units.size() - 1));
  }
  return spread_of(each).median;
}

} // namespace

result<unit_costs> costs_of(const run_record& run) {
  reader r(run);
  unit_costs c;
  c.accept_ms = r.take("gateway", "accepted");
  c.first_ms = r.take("gateway", "first");
  c.per_connection_us =
      std::max(0.0, r.take("gateway", "last") - c.first_ms) * 1000 / r.connections("gateway");
  c.level_ms = level_cost(r.contender_of("cascade"));
  c.hop_ms = std::max(0.1, r.take("cluster", "first") - r.take("cluster", "first", "one node"));
  c.copy_ms = r.take("cluster", "time per further node");
  c.unit_bytes = r.take("footprint", "a unit");
  c.device_bytes = r.take("footprint", "a device");
  c.asleep_bytes = r.take("footprint", "a session asleep");
  c.connected_bytes = r.take("footprint", "a session connected");
  if (r.contender_of("reports") != nullptr) c.report_us = r.take("reports", "time per report");
  if (r.contender_of("cascade") == nullptr) (void)r.take("cascade", "last");
  if (r.missing()) return *r.missing();
  return c;
}

} // namespace loa::bench
