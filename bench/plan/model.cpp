#include <bench/plan/model.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

/// Of a node before it has anything: code, buffers, the journal's own.
constexpr double node_base = 20e6;
/// A day's reports of which share come in the busiest hour.
constexpr double busiest_hour = 0.1;

/// Of the fullest node, where the root's node serves nobody itself if there are others.
std::size_t share(std::size_t all, std::size_t nodes) {
  const auto serving = nodes > 1 ? nodes - 1 : 1;
  return (all + serving - 1) / serving;
}

bool fits(const forecast& f, const demands& d) {
  return f.last_ms <= d.latency_ms &&
         (d.node_memory == 0 || f.node_memory <= static_cast<double>(d.node_memory)) &&
         f.report_load <= 1;
}

forecast predict_with(const unit_costs& c, city_shape city, std::size_t nodes, const demands& d) {
  city.nodes = nodes;
  auto f = predict(c, city);
  f.report_load = report_load(c, city, d.reports_per_citizen);
  return f;
}

std::string sentence(const forecast& fewer, const demands& d) {
  if (fewer.last_ms > d.latency_ms) {
    const auto worst = std::ranges::max_element(fewer.parts, {}, &forecast::part::ms);
    return fmt::format("Latency: with one node less the last one would have an alert after {:.0f} "
                       "ms, and {:.0f} ms of that are {}.",
                       fewer.last_ms, worst->ms, worst->name);
  }
  if (fewer.report_load > 1)
    return fmt::format("Reports: with one node less they would take {:.0f} % of what a node can "
                       "store in the busiest hour.",
                       100 * fewer.report_load);
  return fmt::format("Memory: with one node less the fullest would need {:.1f} GB.",
                     fewer.node_memory / 1e9);
}

} // namespace

forecast predict(const unit_costs& c, const city_shape& city) {
  forecast f;
  const auto citizens = share(city.citizens, city.nodes);
  const auto devices = share(city.devices, city.nodes);
  f.connections = citizens + devices;
  const bool many = city.nodes > 1;
  f.parts = {
      {"the acceptance", c.accept_ms},
      {"copies to the nodes", many ? c.copy_ms * static_cast<double>(city.nodes - 1) : 0},
      {"the hop to a node", many ? c.hop_ms : 0},
      {"the commit there", many ? c.commit_ms : 0},
      {"the levels", c.level_ms * static_cast<double>(city.depth)},
      {"the first frame", std::max(0.0, c.first_ms - c.accept_ms)},
      {"the devices of a node", c.device_us * static_cast<double>(devices) / 1000},
      {"the connections of a node",
       c.per_connection_us * static_cast<double>(f.connections) / 1000},
  };
  for (const auto& p : f.parts) f.last_ms += p.ms;
  f.devices_ms = f.last_ms - c.per_connection_us * static_cast<double>(citizens) / 1000;
  f.node_memory = node_base + c.unit_bytes * static_cast<double>(share(city.units, city.nodes)) +
                  c.device_bytes * static_cast<double>(devices) +
                  (c.asleep_bytes + c.connected_bytes) * static_cast<double>(citizens);
  return f;
}

double predict_way(const unit_costs& c, std::size_t levels, bool own_nodes) {
  const auto level = c.level_ms + (own_nodes ? c.copy_ms + c.hop_ms + c.commit_ms : 0);
  return c.first_ms + level * static_cast<double>(levels);
}

double report_load(const unit_costs& c, const city_shape& city, double reports_per_citizen) {
  const auto in_the_hour =
      static_cast<double>(share(city.citizens, city.nodes)) * reports_per_citizen * busiest_hour;
  return in_the_hour * c.report_us / 3600e6;
}

result<city_plan> plan_city(const unit_costs& costs, city_shape city, const demands& wanted) {
  const auto most = std::max<std::size_t>(1, city.units);
  // Latency falls with the number of nodes until their copies cost more than they save, so the
  // first that fits is looked for from below.
  for (std::size_t nodes = 1; nodes <= most; ++nodes) {
    const auto f = predict_with(costs, city, nodes, wanted);
    if (!fits(f, wanted)) continue;
    city.nodes = nodes;
    return city_plan{city, f,
                     nodes == 1 ? "None: one node does."
                                : sentence(predict_with(costs, city, nodes - 1, wanted), wanted)};
  }
  auto best = predict_with(costs, city, 1, wanted);
  std::size_t at = 1;
  for (std::size_t nodes = 2; nodes <= most; ++nodes)
    if (auto f = predict_with(costs, city, nodes, wanted); f.last_ms < best.last_ms) {
      best = std::move(f);
      at = nodes;
    }
  return error{
      errc::rule,
      fmt::format("No number of nodes up to one for each of the {} units does: with {} "
                  "nodes the last one has an alert after {:.0f} ms, and a node takes {:.1f} "
                  "GB. Ask for a longer latency, or allow more memory.",
                  city.units, at, best.last_ms, best.node_memory / 1e9),
      {}};
}

} // namespace loa::bench
