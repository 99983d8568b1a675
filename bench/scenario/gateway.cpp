#include <bench/measure/machine.hpp>
#include <bench/scenario/frame_length.hpp>
#include <bench/scenario/gateway.hpp>
#include <bench/scenario/server_contender.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

error wrong(std::string why) {
  return {errc::rule, std::move(why), {}};
}

/// Whose clients here follow one topic only.
bool knows_one_topic(const std::string& peer) {
  return peer == "ejabberd";
}

/// Bulletins of the background in a repetition; a unit keeps four times as many in force.
constexpr std::size_t most_in_a_commune = 500;

result<void> check_room(const fanout_plan& p) {
  constexpr std::uint64_t memory_per_connection = 24'000; // both ends, and the kernel's part
  constexpr std::uint64_t spare_files = 128;
  const auto here = room_here();
  const auto all = p.devices > 0
                       ? fmt::format("{} citizens and {} devices", p.subscribers, p.devices)
                       : fmt::format("{} connections", p.subscribers);
  if (p.connections() + spare_files > here.files)
    return wrong(
        fmt::format("{} need as many open files, and a process may have {} here. Let root raise "
                    "the limit (ulimit -H -n, or nofile in /etc/security/limits.conf), or measure "
                    "with {} of --connections and --devices together.",
                    all, here.files, here.files > spare_files ? here.files - spare_files : 0));
  if (p.connections() * memory_per_connection > here.memory)
    return wrong(fmt::format("{} need some {} MB of memory, and {} MB are free.", all,
                             p.connections() * memory_per_connection / 1'000'000,
                             here.memory / 1'000'000));
  return {};
}

result<void> check_load(const fanout_plan& p, std::size_t communes) {
  if (p.connections() == 0)
    return wrong("Nobody would listen; --connections or --devices of 1 or more.");
  if (p.slow > p.subscribers)
    return wrong(fmt::format("{} of {} citizens cannot be slow; --slow {} or fewer.", p.slow,
                             p.subscribers, p.subscribers));
  if (p.slow == p.connections())
    return wrong("Nobody waits for slow readers, and there would be nobody else; fewer --slow.");
  const auto most = std::min(communes, p.connections()) * most_in_a_commune;
  if (p.messages_beside() > most)
    return wrong(fmt::format("A --background of {} a second for {} alerts at {} a second are {} "
                             "bulletins; {} at most can be in force here, so fewer.",
                             p.beside, p.messages, p.rate, p.messages_beside(), most));
  return {};
}

result<void> check_node(const gateway_options& o) {
  if (o.loa.address.empty()) return {};
  if (o.loa.token.empty())
    return wrong(fmt::format("A node that runs already lets nobody publish without a token; name "
                             "the file of {} for its root with --token-file.",
                             o.load.devices > 0 ? "an administrator's" : "an editor's"));
  if (o.load.devices > 0 && o.loa.device_token.empty())
    return wrong("Devices need a token at a node that runs already; name the file of one with the "
                 "role device for its root with --device-token-file.");
  return {};
}

/// The settings that all contenders share.
std::vector<setting> settings_of(const fanout_plan& p, const message_shape& m) {
  std::vector<setting> out = {{"connections", std::to_string(p.connections())}};
  if (p.devices > 0)
    out.push_back({"of them devices", fmt::format("{} with Loa; others have no devices, and {} "
                                                  "more subscribers",
                                                  p.devices, p.devices)});
  out.push_back({"of them slow", std::to_string(p.slow)});
  if (p.ramp > 0) out.push_back({"connections a second", fmt::format("{}", p.ramp)});
  out.push_back({"alerts in a repetition", std::to_string(p.messages)});
  out.push_back({"alerts a second", fmt::format("{}", p.rate)});
  out.push_back({"octets of a frame", std::to_string(m.octets)});
  if (p.beside <= 0) return out;
  out.push_back({"background, messages a second", fmt::format("{}", p.beside)});
  out.push_back({"background, messages in a repetition", std::to_string(p.messages_beside())});
  out.push_back(
      {"background, to whom",
       fmt::format("number n to topic n % {0}, which every {0}th connection follows beside the "
                   "alerts; with Loa a routine bulletin of a commune",
                   m.beside.count)});
  out.push_back({"background, octets of a frame", std::to_string(m.octets_beside)});
  return out;
}

/// Frames as long as Loa's, for all.
result<message_shape> shape_of(const gateway_options& o, conductor& c) {
  auto alone = o.loa;
  alone.devices = 0;
  auto octets = frame_length(*loa_server(alone), c);
  if (!octets) return octets.error();
  message_shape out{*octets, {}, 0};
  if (o.load.beside <= 0) return out;
  alone.bulletin_text = alone.text_beside;
  alone.acknowledges = false; // this one follows several units
  octets = frame_length(*loa_server(alone), c);
  if (!octets) return octets.error();
  out.beside.count = o.load.topics;
  out.octets_beside = *octets;
  return out;
}

server_measurement fanout_of(const fanout_plan& load) {
  return [load](const running_server& s, const std::string& mark,
                const std::function<bool()>& stopped) {
    return run_fanout(load,
                      {s.host(),
                       {s.port()},
                       s.port(),
                       s.subscribers(),
                       [&s] { return s.publisher(); },
                       s.processes(),
                       s.devices(),
                       [&s] { return s.publisher_beside(); }},
                      mark, stopped);
  };
}

std::string title_of(const fanout_plan& p) {
  auto out = p.devices > 0 ? fmt::format("An alert to {} citizens and {} devices on loopback",
                                         p.subscribers, p.devices)
                           : fmt::format("An alert to {} connections on loopback", p.subscribers);
  if (p.beside > 0) out += fmt::format(", beside {} bulletins a second", p.beside);
  return out;
}

} // namespace

std::vector<std::string> gateway_peers() {
  return {"floor", "nats-server", "jetstream", "mosquitto-qos0", "mosquitto-qos1", "ejabberd"};
}

result<void> check(const gateway_options& o) {
  auto communes = lowest_units(o.loa.hierarchy);
  if (!communes) return communes.error();
  if (auto good = check_load(o.load, communes->size()); !good) return good.error();
  if (auto good = check_room(o.load); !good) return good.error();
  if (auto good = check_node(o); !good) return good.error();
  const auto known = gateway_peers();
  for (const auto& name : o.peers)
    if (std::ranges::find(known, name) == known.end())
      return error{errc::not_found,
                   fmt::format("There is no peer \"{}\" for the gateway; there are: {}.", name,
                               fmt::join(known, ", ")),
                   {}};
  return {};
}

result<void> measure(const gateway_options& asked, conductor& c, section& into) {
  if (auto good = check(asked); !good) return good.error();
  auto o = asked;
  auto communes = lowest_units(o.loa.hierarchy);
  if (!communes) return communes.error();
  o.loa.devices = o.load.devices;
  o.load.topics = std::min(communes->size(), o.load.connections());
  if (o.load.beside > 0)
    std::erase_if(o.peers, [&](const std::string& name) {
      if (!knows_one_topic(name)) return false;
      into.warnings.push_back(fmt::format(
          "{} is left out: its clients here follow one node only, and could not be given the same "
          "background.",
          name));
      c.say(into.warnings.back());
      return true;
    });
  if (c.require_peers())
    if (auto good = all_there(o.peers); !good) return good.error();
  raise_file_limit();
  auto shape = shape_of(o, c);
  if (!shape) return shape.error();
  into.scenario = "gateway";
  into.title = title_of(o.load);
  into.settings = settings_of(o.load, *shape);
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<server_contender>(loa_server(o.loa), *shape, fanout_of(o.load)));
  for (const auto& name : o.peers)
    all.push_back(std::make_unique<server_contender>(peer_named(name), *shape, fanout_of(o.load)));
  // Nobody misses a peer that was not asked for.
  for (const auto& t : std::vector<target>{{"last", "nats-server", 1.0}, {"last", "floor", 1.3}})
    if (std::ranges::find(o.peers, t.than) != o.peers.end()) into.targets.push_back(t);
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
