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

  double take(std::string_view scenario, std::string_view figure) {
    const auto* of = contender_of(scenario);
    const auto values = of ? values_of(*of, figure) : std::vector<double>{};
    if (!values.empty()) return spread_of(values).median;
    if (!missing_)
      missing_ = error{errc::not_found,
                       fmt::format("The run has no \"{}\" of the scenario {}; measure it with loa "
                                   "bench compare --json FILE, or plan without costs.",
                                   figure, scenario),
                       {}};
    return 0;
  }
  [[nodiscard]] const contender_record* contender_of(std::string_view scenario) const {
    const auto s = std::ranges::find(run_.sections, scenario, &section::scenario);
    if (s == run_.sections.end() || s->contenders.empty()) return nullptr;
    return &s->contenders.front();
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

} // namespace

result<unit_costs> costs_of(const run_record& run) {
  reader r(run);
  unit_costs c;
  c.accept_ms = r.take("gateway", "accepted");
  c.first_ms = r.take("gateway", "first");
  c.per_connection_us =
      std::max(0.0, r.take("gateway", "last") - c.first_ms) * 1000 / r.connections("gateway");
  c.level_ms = r.take("steps", "a level") / 1000;
  c.hop_ms = r.take("steps", "a hop, median");
  c.commit_ms = r.take("steps", "a commit");
  c.copy_ms = r.take("steps", "a copy to a node") / 1000;
  c.device_us = r.take("steps", "a device");
  c.unit_bytes = r.take("footprint", "a unit");
  c.device_bytes = r.take("footprint", "a device");
  c.asleep_bytes = r.take("footprint", "a session asleep");
  c.connected_bytes = r.take("footprint", "a session connected");
  if (r.contender_of("reports") != nullptr) c.report_us = r.take("reports", "time per report");
  if (r.missing()) return *r.missing();
  return c;
}

} // namespace loa::bench
