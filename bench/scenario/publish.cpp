#include <bench/load/postgres.hpp>
#include <bench/measure/machine.hpp>
#include <bench/scenario/frame_length.hpp>
#include <bench/scenario/publish.hpp>
#include <bench/scenario/server_contender.hpp>
#include <loa/model/bulletin.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

constexpr std::size_t postgres_connections = 100; // its default
constexpr std::size_t around_text = 700;          // the most that a frame has beside its text
constexpr std::size_t kept_by_unit = 2'000;       // bulletins in force
constexpr std::size_t kept_by_loa = units_of_bulletins * kept_by_unit;

/// How many of a second part find room in the units: it ends sooner for servers that are faster.
std::size_t room_for(const publish_plan& p) {
  // Each row begins with the first unit, so some units get more than others.
  constexpr std::size_t rows = 4;
  const auto uneven = units_of_bulletins * rows;
  const auto taken = p.at_rate() + publish_plan::warm_up_slow + publish_plan::warm_up_fast + uneven;
  return kept_by_loa - std::min(kept_by_loa, taken);
}

/// Our listeners acknowledge nothing, as those of the peers.
loa_options ours(const publish_options& o) {
  auto out = o.loa;
  out.acknowledges = false;
  out.bulletin_text = o.text;
  return out;
}

error wrong(std::string why) {
  return {errc::rule, std::move(why), {}};
}

result<void> check_load(const publish_plan& p) {
  if (p.in_flight < p.connections)
    return wrong(fmt::format("{} publications under way leave some of {} connections without one; "
                             "--connections {} or fewer.",
                             p.in_flight, p.connections, p.in_flight));
  if (p.at_rate() == 0 || p.at_rate() > kept_by_loa / 2)
    return wrong(fmt::format("{} a second for {} s are {} publications; between 1 and {} can be "
                             "measured, since units keep no more in force.",
                             p.rate, p.lasts.count(), p.at_rate(), kept_by_loa / 2));
  constexpr std::uint64_t spare_files = 128;
  if (const auto here = room_here(); p.listeners + p.connections + spare_files > here.files)
    return wrong(
        fmt::format("{} listeners and {} publishers need as many open files, and a process "
                    "may have {} here; measure with fewer --listeners or --connections.",
                    p.listeners, p.connections, here.files));
  if (room_for(p) == 0)
    return wrong("So many connections and publications leave no room for measuring throughput.");
  return {};
}

/// What PostgreSQL cannot do as it is configured by default.
result<void> check_for_postgres(const publish_options& o) {
  const auto connections = o.load.listeners + o.load.connections;
  if (connections > postgres_connections)
    return wrong(fmt::format("PostgreSQL admits {} connections, and {} are wanted; fewer "
                             "--listeners or --connections, or leave it out with --peers.",
                             postgres_connections, connections));
  if (o.text + around_text > longest_notification)
    return wrong(fmt::format("PostgreSQL notifies of {} octets at most: --octets {} or fewer, or "
                             "leave it out with --peers.",
                             longest_notification, longest_notification - around_text));
  return {};
}

} // namespace

std::vector<std::string> publish_peers() {
  return {"jetstream", "jetstream-synced", "postgresql", "floor"};
}

result<void> check(const publish_options& o) {
  const auto known = publish_peers();
  for (const auto& name : o.peers)
    if (std::ranges::find(known, name) == known.end())
      return error{errc::not_found,
                   fmt::format("There is no peer \"{}\" for publishing; there are: {}.", name,
                               fmt::join(known, ", ")),
                   {}};
  if (o.text == 0 || o.text > model::bulletin_limits::text)
    return wrong(
        fmt::format("A bulletin's text has 1 to {} octets.", model::bulletin_limits::text));
  if (auto good = check_load(o.load); !good) return good.error();
  if (std::ranges::find(o.peers, "postgresql") != o.peers.end()) return check_for_postgres(o);
  return {};
}

result<void> measure(const publish_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  if (c.require_peers())
    if (auto good = all_there(o.peers); !good) return good.error();
  raise_file_limit();
  auto load = o.load;
  load.most = room_for(load);
  into.scenario = "publish";
  into.title = fmt::format("Durable publishing on loopback, {} listeners", load.listeners);
  auto octets = frame_length(*loa_server(ours(o)), c);
  if (!octets) return octets.error();
  into.settings = {{"listeners", std::to_string(load.listeners)},
                   {"publications a second, for latency", fmt::format("{}", load.rate)},
                   {"seconds of each part", std::to_string(load.lasts.count())},
                   {"publications of the second part, at most", std::to_string(load.most)},
                   {"under way, for throughput", std::to_string(load.in_flight)},
                   {"publishing connections", std::to_string(load.connections)},
                   {"octets of a message", std::to_string(*octets)}};
  const server_measurement one = [load](const running_server& s, const std::string& mark,
                                        const std::function<bool()>& stopped) {
    return run_publish(load,
                       {s.host(), s.port(), s.subscribers(), [&s] { return s.publisher(); },
                        [&s] { return s.processes(); }},
                       mark, stopped);
  };
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<server_contender>(loa_server(ours(o)), message_shape{}, one));
  for (const auto& name : o.peers)
    all.push_back(
        std::make_unique<server_contender>(peer_named(name), message_shape{*octets}, one));
  for (const auto* figure : {"accepted", "time per publication"})
    for (const auto* than : {"jetstream", "jetstream-synced", "postgresql"})
      if (std::ranges::find(o.peers, than) != o.peers.end()) // nobody misses what was not asked for
        into.targets.push_back({figure, than, 1.0});
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
