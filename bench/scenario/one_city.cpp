#include <bench/measure/machine.hpp>
#include <bench/scenario/counting_clients.hpp>
#include <bench/scenario/one_city.hpp>
#include <bindings/node/ask_window.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/citizen/entity.hpp>
#include <loa/device/entity.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/report/entity.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/unit/entity.hpp>

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
using steady = counting_clients::steady;

constexpr auto patience = 120s;

/// Of alerts: when each was accepted, how many were answered, and whether one was refused.
struct answers {
  explicit answers(std::size_t alerts) : at(alerts) {}
  std::vector<std::atomic<std::int64_t>> at;
  std::atomic<std::size_t> count{0};
  std::atomic<bool> refused{false};
};

double ms(steady::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

model::bulletin storm_warning(const path& city, std::size_t text_octets) {
  model::bulletin b;
  b.unit = city;
  b.id = model::make_bulletin_id(city, system_random());
  b.author = "bench";
  b.category = model::category::emergency;
  b.target = {city};
  b.channels = {model::channel::loudspeaker, model::channel::board, model::channel::app};
  b.priority = model::priority::emergency;
  b.sent = b.effective = system_clock().now();
  b.expires = b.sent + 1h;
  b.headline["vi"] = "Cảnh báo lũ khẩn cấp trên sông Sài Gòn";
  auto& text = b.text["vi"];
  while (text.size() < text_octets) text += "Nuoc song Sai Gon len nhanh, vuot muc bao dong ba. ";
  return b;
}

name session_name(std::size_t n) {
  return name::of("citizen", *path::parse(fmt::format("c{}", n)));
}

name visitor_name(std::size_t n) {
  return name::of("citizen", *path::parse(fmt::format("v{}", n)));
}

} // namespace

class one_city::impl {
public:
  impl(const std::filesystem::path& directory, std::shared_ptr<const model::unit_tree> t,
       std::unique_ptr<store::journal> j)
      : where(directory),
        tree(std::move(t)),
        journal(std::move(j)),
        writer(*journal) {
    for (const auto& u : tree->all())
      if (tree->children(u.unit).empty()) lowest.push_back(u.unit);
  }
  ~impl() {
    if (node) node->stop(60s);
    writer.stop();
  }

  result<void> start() {
    node::runtime_options habits;
    habits.idle = 1h;
    const node::runtime_parts parts{*journal, writer};
    auto started =
        node::runtime::start(habits, parts,
                             {node::kind_of<unit::entity>(), node::kind_of<device::entity>(),
                              node::kind_of<citizen::entity>(), node::kind_of<report::entity>()},
                             {{"citizen", &clients}});
    if (!started) return started.error();
    node = *std::move(started);
    return host::configure_units(*node, parts, *tree, {});
  }

  wire::value attaching(std::uint64_t channel, const path& unit) const {
    return wire::value::of(citizen::attach{channel, {{unit, std::nullopt}}, false});
  }

  /// A slot is there when the unit counts it; asks each for what it has.
  result<void> settle(std::size_t all) {
    const auto until = steady::now() + patience;
    for (std::size_t i = 0; i < lowest.size(); ++i) {
      const auto expected = all / lowest.size() + (i < all % lowest.size() ? 1 : 0);
      for (;;) {
        auto r = node->ask_and_wait(name::of("unit", lowest[i]), wire::value::of(unit::get_unit{}));
        const auto* status = r ? r->get<unit::unit_status>() : nullptr;
        if (status && status->citizens.connected.value_or(0) >= expected) break;
        if (steady::now() > until)
          return error{errc::timeout, "The sessions were not all counted in time.", {}};
        std::this_thread::sleep_for(1ms);
      }
    }
    return {};
  }

  /// A listener at every unit, so that it can be told when an alert was there.
  result<void> place_probes() {
    if (!probes.empty()) return {};
    for (const auto& u : tree->all())
      probes.push_back({u.unit, std::string(wire::enum_name(u.level))});
    clients.admit(sessions, probes.size());
    host::ask_window asking(*node, 1024);
    for (std::size_t i = 0; i < probes.size(); ++i)
      asking.ask(name::of("citizen", *path::parse(fmt::format("probe{}", i))),
                 attaching(counting_clients::probes + i, probes[i].unit));
    return asking.finish();
  }

  std::vector<level_reached> levels_of(std::size_t alert, steady::time_point due) const;

  struct probe {
    path unit;
    std::string tier;
  };
  std::filesystem::path where;
  std::shared_ptr<const model::unit_tree> tree;
  std::unique_ptr<store::journal> journal;
  store::threaded_writer writer;
  counting_clients clients;
  std::unique_ptr<node::runtime> node;
  std::vector<path> lowest;
  std::vector<probe> probes;
  std::size_t sessions = 0;
};

std::vector<level_reached> one_city::impl::levels_of(std::size_t alert,
                                                     steady::time_point due) const {
  std::vector<level_reached> out;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const auto t = clients.probe(i, alert);
    if (t == steady::time_point{}) continue;
    const auto at = ms(t - due);
    auto level = std::ranges::find(out, probes[i].tier, &level_reached::level);
    if (level == out.end()) level = out.insert(level, {probes[i].tier, at, at, 0});
    level->first_ms = std::min(level->first_ms, at);
    level->last_ms = std::max(level->last_ms, at);
    ++level->count;
  }
  return out;
}

one_city::one_city(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
one_city::~one_city() = default;

result<std::unique_ptr<one_city>> one_city::open(const std::filesystem::path& directory,
                                                 std::shared_ptr<const model::unit_tree> tree) {
  store::lmdb_options o;
  o.directory = directory.string();
  o.node = "bench";
  auto journal = store::open_lmdb(o);
  if (!journal) return journal.error();
  auto i = std::make_unique<impl>(directory, std::move(tree), *std::move(journal));
  if (auto started = i->start(); !started) return started.error();
  return std::unique_ptr<one_city>(new one_city(std::move(i)));
}

result<void> one_city::open_sessions(std::size_t count) {
  auto& c = *impl_;
  const auto all = c.sessions + count;
  c.clients.admit(all, c.probes.size());
  host::ask_window asking(*c.node, 16'384);
  for (std::size_t n = c.sessions; n < all; ++n)
    asking.ask(session_name(n), c.attaching(n, c.lowest[n % c.lowest.size()]));
  if (auto good = asking.finish(); !good) return good.error();
  c.sessions = all;
  return c.settle(all);
}

result<void> one_city::visit(std::size_t count) {
  auto& c = *impl_;
  constexpr std::size_t at_once = 2'000;
  c.clients.admit(count, c.probes.size());
  for (std::size_t from = 0; from < count; from += at_once) {
    const auto to = std::min(count, from + at_once);
    host::ask_window asking(*c.node, at_once);
    for (auto n = from; n < to; ++n)
      asking.ask(visitor_name(n), c.attaching(n, c.lowest[n % c.lowest.size()]));
    if (auto good = asking.finish(); !good) return good.error();
    for (auto n = from; n < to; ++n)
      asking.ask(visitor_name(n), wire::value::of(citizen::detach{n}));
    if (auto good = asking.finish(); !good) return good.error();
  }
  return {};
}

result<void> one_city::register_devices(std::size_t count) {
  auto& c = *impl_;
  host::ask_window asking(*c.node, 1024);
  for (std::size_t n = 0; n < count; ++n) {
    unit::register_device r;
    r.id = fmt::format("spk-{}", n / c.lowest.size());
    r.name = "Cụm loa";
    asking.ask(name::of("unit", c.lowest[n % c.lowest.size()]), wire::value::of(std::move(r)));
  }
  return asking.finish();
}

result<cascade_outcome> one_city::cascade(std::size_t alerts, double rate, std::size_t text_octets,
                                          std::size_t sample,
                                          const std::function<bool()>& stopped) {
  auto& c = *impl_;
  if (auto good = c.place_probes(); !good) return good.error();
  const auto root = c.tree->root().unit;
  const auto every = std::chrono::nanoseconds(std::llround(1e9 / rate));
  std::vector<steady::time_point> due;
  const auto begin = steady::now() + 20ms;
  for (std::size_t i = 0; i < alerts; ++i) due.push_back(begin + every * static_cast<long>(i));
  c.clients.expect(due, sample);

  cascade_outcome out;
  // Answers may come when this has given up.
  const auto got = std::make_shared<answers>(alerts);
  out.last_ms.resize(alerts);
  std::size_t sent = 0;
  std::size_t complete = 0;
  auto until = due.back() + patience;
  while (complete < alerts || got->count < alerts) {
    const auto now = steady::now();
    if (stopped && stopped()) return error{errc::unavailable, "Stopped.", {}};
    if (got->refused) return error{errc::unavailable, "An alert was not accepted.", {}};
    if (now > until) return error{errc::timeout, "Not every session had every alert in time.", {}};
    if (sent < alerts && now >= due[sent]) {
      const auto i = sent++;
      c.node->ask(name::of("unit", root),
                  wire::value::of(unit::publish_bulletin{storm_warning(root, text_octets)}),
                  [got, i](const result<wire::value>& r) {
                    got->at[i] = steady::now().time_since_epoch().count();
                    if (!r) got->refused = true;
                    ++got->count;
                  },
                  {{}, {}, store::urgency::emergency});
      continue;
    }
    if (complete < sent && c.clients.reached(complete) >= c.sessions) {
      out.last_ms[complete] = ms(steady::now() - due[complete]);
      ++complete;
      continue;
    }
    std::this_thread::sleep_for(200us); // without taking the core of those who work
  }
  for (std::size_t i = 0; i < alerts; ++i)
    out.accepted_ms.push_back(ms(steady::time_point(steady::duration(got->at[i])) - due[i]));
  out.deliveries = c.clients.latencies().to_sparse();
  out.levels = c.levels_of(alerts - 1, due.back());
  out.levels.push_back(
      {"session", ms(c.clients.soonest(alerts - 1)), out.last_ms.back(), c.sessions});
  out.memory = resident_memory(::getpid());
  return out;
}

std::size_t one_city::sessions() const {
  return impl_->sessions;
}

std::uint64_t settled_memory() {
  ::malloc_trim(0);
  return resident_memory(::getpid());
}

} // namespace loa::bench
