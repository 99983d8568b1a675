#include <bench/measure/machine.hpp>
#include <bench/scenario/frame_length.hpp>
#include <bench/scenario/gateway.hpp>
#include <loa/base/random.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

/// A server of that kind as a contender for carrying messages to many.
class fanout_contender final : public contender {
public:
  fanout_contender(std::unique_ptr<server_kind> kind, const fanout_plan& load,
                   const message_shape& shape)
      : kind_(std::move(kind)),
        load_(load),
        shape_(shape) {}
  std::string name() const override { return kind_->name(); }
  result<std::string> version() override { return kind_->version(); }
  std::vector<setting> settings() const override { return kind_->settings(); }

  result<repetition> measure(std::size_t number, conductor& c) override {
    auto server = kind_->start(c, shape_);
    if (!server) return server.error();
    const auto& s = **server;
    seeded_random names(c.seed() * 1000 + number);
    const auto mark = "BENCH-" + random_id(names, 8);
    return run_fanout(load_,
                      {s.host(),
                       {s.port()},
                       s.port(),
                       s.subscribers(),
                       [&s] { return s.publisher(); },
                       s.processes()},
                      mark, [&c] { return c.stopped(); });
  }

private:
  std::unique_ptr<server_kind> kind_;
  fanout_plan load_;
  message_shape shape_;
};

} // namespace

std::vector<std::string> gateway_peers() {
  return {"floor", "nats-server", "jetstream", "mosquitto-qos0", "mosquitto-qos1", "ejabberd"};
}

result<void> check(const gateway_options& o) {
  constexpr std::uint64_t memory_per_connection = 24'000; // both ends, and the kernel's part
  constexpr std::uint64_t spare_files = 128;
  const auto here = room_here();
  if (o.load.subscribers + spare_files > here.files)
    return error{
        errc::rule,
        fmt::format("{} connections need as many open files, and a process may have {} here. Let "
                    "root raise the limit (ulimit -H -n, or nofile in /etc/security/limits.conf), "
                    "or measure with --connections {}.",
                    o.load.subscribers, here.files,
                    here.files > spare_files ? here.files - spare_files : 0),
        {}};
  if (o.load.subscribers * memory_per_connection > here.memory)
    return error{errc::rule,
                 fmt::format("{} connections need some {} MB of memory, and {} MB are free.",
                             o.load.subscribers,
                             o.load.subscribers * memory_per_connection / 1'000'000,
                             here.memory / 1'000'000),
                 {}};
  const auto known = gateway_peers();
  for (const auto& name : o.peers)
    if (std::ranges::find(known, name) == known.end())
      return error{errc::not_found,
                   fmt::format("There is no peer \"{}\" for the gateway; there are: {}.", name,
                               fmt::join(known, ", ")),
                   {}};
  return {};
}

result<void> measure(const gateway_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  if (c.require_peers())
    if (auto good = all_there(o.peers); !good) return good.error();
  raise_file_limit();
  into.scenario = "gateway";
  into.title = fmt::format("An alert to {} connections on loopback", o.load.subscribers);
  auto octets = frame_length(*loa_server(o.loa), c);
  if (!octets) return octets.error();
  into.settings = {{"connections", std::to_string(o.load.subscribers)},
                   {"of them slow", std::to_string(o.load.slow)},
                   {"alerts in a repetition", std::to_string(o.load.messages)},
                   {"alerts a second", fmt::format("{}", o.load.rate)},
                   {"octets of a frame", std::to_string(*octets)}};
  const message_shape shape{*octets};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<fanout_contender>(loa_server(o.loa), o.load, shape));
  for (const auto& name : o.peers)
    all.push_back(std::make_unique<fanout_contender>(peer_named(name), o.load, shape));
  into.targets = {{"last", "nats-server", 1.0}, {"last", "floor", 1.3}};
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
