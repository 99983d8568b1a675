#include <bench/measure/spread.hpp>
#include <bench/plan/plan.hpp>
#include <bench/plan/rehearsal.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace loa::bench {

namespace {

constexpr auto last_citizen = "until the last one has it";
constexpr auto last_device = "until the last device has it";
constexpr auto first_citizen = "until a first citizen has it";

growth grow(const plan_options& o, const city_shape& city, std::uint64_t seed,
            const std::string& parameter, std::size_t city_shape::*what,
            const std::vector<std::size_t>& values, conductor& c) {
  const bool of_devices = what == &city_shape::devices;
  growth g{parameter, "ms", {}, of_devices ? last_device : last_citizen};
  for (const auto v : values) {
    if (c.stopped()) break;
    auto other = city;
    other.*what = v;
    const auto computed = predict(o.costs, other);
    const auto seen = rehearse(o.costs, other, seed, o.loss);
    g.points.push_back({static_cast<double>(v), of_devices ? computed.devices_ms : computed.last_ms,
                        of_devices ? seen.devices_ms : seen.last_ms});
  }
  return g;
}

/// As many levels as there are tiers below a nation. What a city's depth costs would not be seen
/// beside the connections of a node, so it is that of the way to a first citizen.
growth grow_levels(const plan_options& o, std::uint64_t seed, bool own_nodes) {
  growth g{own_nodes ? "levels, each on a node of its own" : "levels on one node",
           "ms",
           {},
           first_citizen};
  for (const std::size_t levels : {1U, 2U, 3U, 4U})
    g.points.push_back({static_cast<double>(levels), predict_way(o.costs, levels, own_nodes),
                        rehearse_way(o.costs, levels, own_nodes, seed, o.loss, 200)});
  return g;
}

/// From a tenth to ten times of a number, three for each power of ten.
std::vector<std::size_t> around(std::size_t n) {
  std::vector<std::size_t> out;
  for (int i = -3; i <= 3; ++i) {
    const auto v = static_cast<std::size_t>(
        std::llround(static_cast<double>(std::max<std::size_t>(1, n)) * std::pow(10, i / 3.0)));
    if (v > 0 && (out.empty() || v > out.back())) out.push_back(v);
  }
  return out;
}

/// Around what is planned, and a hundred in any case.
std::vector<std::size_t> nodes_around(std::size_t planned) {
  auto out = around(std::max<std::size_t>(planned, 10));
  const auto at = std::ranges::lower_bound(out, std::size_t{100});
  if (at == out.end() || *at != 100) out.insert(at, 100);
  return out;
}

contender_record computed(const city_plan& p) {
  repetition r;
  r.figures = {
      {"last", "ms", p.expected.last_ms, better::lower},
      {"last device", "ms", p.expected.devices_ms, better::lower},
      {"nodes", "", static_cast<double>(p.city.nodes), better::lower},
      {"connections of a node", "", static_cast<double>(p.expected.connections), better::neither},
      {"memory of a node", "MB", p.expected.node_memory / 1e6, better::lower},
      {"share of a node's reports", "%", 100 * p.expected.report_load, better::lower}};
  for (const auto& part : p.expected.parts)
    r.figures.push_back({"of it: " + part.name, "ms", part.ms, better::neither});
  return {"model", "", {}, {std::move(r)}};
}

/// The median of what the repetitions see with that city.
double last_seen(const plan_options& o, const city_shape& city, const conductor& c) {
  std::vector<double> all;
  for (std::size_t n = 0; n < c.repetitions() && !c.stopped(); ++n)
    all.push_back(rehearse(o.costs, city, c.seed() + n, o.loss).last_ms);
  return all.empty() ? 0 : spread_of(all).median;
}

/// Chance and what is lost cost what the model leaves out: more nodes, until virtual time is
/// content, too. After so many tries it is not the number of nodes that is wrong.
void confirm(city_plan& p, const plan_options& o, const conductor& c) {
  constexpr int tries = 8;
  const auto by_model = p.city.nodes;
  const auto most = std::max<std::size_t>(1, p.city.units); // a node has a unit at least
  double first = 0;
  for (int n = 0; n < tries && !c.stopped(); ++n) {
    const auto seen = last_seen(o, p.city, c);
    if (n == 0) first = seen;
    if (seen <= o.wanted.latency_ms || p.city.nodes == most) break;
    const auto more = static_cast<double>(p.city.nodes) * seen / o.wanted.latency_ms;
    p.city.nodes =
        std::min(most, std::max(p.city.nodes + 1, static_cast<std::size_t>(std::ceil(more))));
  }
  if (p.city.nodes == by_model) return;
  p.expected = predict(o.costs, p.city);
  p.expected.report_load = report_load(o.costs, p.city, o.wanted.reports_per_citizen);
  p.bottleneck += fmt::format(" In virtual time {} nodes take {:.0f} ms, since chance and lost "
                              "chunks cost what the sum leaves out; so the plan has {}.",
                              by_model, first, p.city.nodes);
}

} // namespace

result<city_plan> plan(const plan_options& o, conductor& c, section& into) {
  auto planned = plan_city(o.costs, o.city, o.wanted);
  if (!planned) return planned.error();
  confirm(*planned, o, c);
  const auto& city = planned->city;
  into.scenario = "plan";
  into.title = fmt::format("{} citizens and {} devices within {:.0f} ms", city.citizens,
                           city.devices, o.wanted.latency_ms);
  into.settings = {
      {"citizens connected", std::to_string(city.citizens)},
      {"devices", std::to_string(city.devices)},
      {"units", std::to_string(city.units)},
      {"levels below the root", std::to_string(city.depth)},
      {"measured: a level, ms", fmt::format("{:.3g}", o.costs.level_ms)},
      {"measured: a copy to a node, ms", fmt::format("{:.3g}", o.costs.copy_ms)},
      {"measured: a hop, ms", fmt::format("{:.3g}", o.costs.hop_ms)},
      {"measured: a commit, ms", fmt::format("{:.3g}", o.costs.commit_ms)},
      {"measured: a device, us", fmt::format("{:.3g}", o.costs.device_us)},
      {"measured: a connection, us", fmt::format("{:.3g}", o.costs.per_connection_us)},
      {"wanted latency, ms", fmt::format("{}", o.wanted.latency_ms)},
      {"memory of a node, MB", fmt::format("{}", o.wanted.node_memory / 1'000'000)},
      {"reports of a citizen in a day", fmt::format("{}", o.wanted.reports_per_citizen)},
      {"chunks sent again between nodes", fmt::format("{}", o.loss)},
      {"bottleneck", planned->bottleneck}};
  into.contenders.push_back(computed(*planned));
  contender_record rehearsals{"in virtual time", "", {}, {}};
  for (std::size_t n = 0; n < c.repetitions() && !c.stopped(); ++n) {
    const auto r = rehearse(o.costs, city, c.seed() + n, o.loss);
    repetition one;
    one.figures.push_back({"last", "ms", r.last_ms, better::lower});
    one.figures.push_back({"last device", "ms", r.devices_ms, better::lower});
    one.latencies.push_back({"delivery", r.latencies.to_sparse()});
    rehearsals.repetitions.push_back(std::move(one));
  }
  const auto seen = spread_of(values_of(rehearsals, "last"));
  if (seen.median > o.wanted.latency_ms)
    into.warnings.push_back(fmt::format(
        "In virtual time the last one had the alert after {:.0f} ms, which is later than wanted, "
        "and more nodes did not mend it: see how often chunks are lost between nodes.",
        seen.median));
  into.contenders.push_back(std::move(rehearsals));
  for (const bool own_nodes : {true, false})
    into.grows.push_back(grow_levels(o, c.seed(), own_nodes));
  for (const auto& [name, what, values] :
       {std::tuple{"sessions", &city_shape::citizens, around(city.citizens)},
        std::tuple{"devices", &city_shape::devices,
                   around(std::max<std::size_t>(city.devices, 100))},
        std::tuple{"nodes", &city_shape::nodes, nodes_around(city.nodes)}})
    into.grows.push_back(grow(o, city, c.seed(), name, what, values, c));
  return planned;
}

} // namespace loa::bench
