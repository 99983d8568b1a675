#include <bench/load/citizen.hpp>
#include <bench/load/fanout.hpp>
#include <bench/measure/machine.hpp>
#include <bench/measure/spread.hpp>
#include <bench/scenario/city_of_nodes.hpp>
#include <bench/scenario/cluster.hpp>
#include <bench/scenario/hop_times.hpp>
#include <bench/scenario/publish_one.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/base/random.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
using steady = crowd::steady;
constexpr auto patience = 60s;

double ms(steady::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

/// Citizens of all communes, each at the node of his commune.
class city_crowd {
public:
  city_crowd(const city_of_nodes& city, std::size_t count)
      : protocol_("bench", city.lowest(), true),
        all_({0x7f000001, ports_of(city), count}, protocol_) {}
  [[nodiscard]] crowd& all() { return all_; }
  [[nodiscard]] static std::vector<std::uint16_t> ports_of(const city_of_nodes& city) {
    std::vector<std::uint16_t> out;
    for (std::size_t i = 0; i < city.lowest().size(); ++i)
      out.push_back(city.http(city.home_of(i)));
    return out;
  }

private:
  citizens protocol_;
  crowd all_;
};

class many_nodes final : public contender {
public:
  many_nodes(cluster_options o, std::size_t nodes) : options_(std::move(o)), nodes_(nodes) {}
  std::string name() const override {
    return nodes_ == 1 ? "one node" : fmt::format("{} nodes", nodes_);
  }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"processes", std::to_string(nodes_)},
            {"between nodes", nodes_ == 1 ? "nothing" : "mutual TLS on loopback, by a forwarder"},
            {"acknowledgements", "every frame, durable"}};
  }

  result<repetition> measure(std::size_t number, conductor& c) override {
    const auto stopped = [&c] { return c.stopped(); };
    auto where = c.directory(fmt::format("city-{}", nodes_));
    if (!where) return where.error();
    auto city = city_of_nodes::start(c, *where, options_.hierarchy, nodes_);
    if (!city) return city.error();
    seeded_random names(c.seed() * 1000 + number);
    const auto mark = "BENCH-" + random_id(names, 8);
    fanout_plan plan;
    plan.subscribers = options_.connections;
    plan.messages = options_.alerts;
    plan.rate = options_.rate;
    const hop_times hops(**city);
    auto out = run_fanout(plan,
                          {0x7f000001, city_crowd::ports_of(**city), (*city)->http(0),
                           std::make_unique<citizens>("bench", (*city)->lowest(), true),
                           [&] {
                             return std::make_unique<alert_poster>(
                                 (*city)->root(), (*city)->token(), options_.alert);
                           },
                           (*city)->processes()},
                          mark, stopped);
    if (!out || nodes_ == 1) return out;
    add_hop_figures("", hops.since(), *out);
    city_crowd people(**city, options_.connections);
    if (auto good = people.all().connect(patience, stopped); !good) return good.error();
    if (options_.down > 0)
      if (auto good = lose_a_node(**city, people.all(), mark + "-d-", c, *out); !good)
        return good.error();
    if (options_.cut > 0)
      if (auto good = cut_lines(**city, people.all(), mark + "-c-", c, *out); !good)
        return good.error();
    return out;
  }

private:
  /// Listens until an alert has come to so many, or patience ends.
  static void listen_for(crowd& all, std::size_t message, std::size_t count, conductor& c) {
    const auto end = steady::now() + patience;
    while (all.of(message).count < count && steady::now() < end && !c.stopped())
      all.listen(steady::now() + 50ms);
  }

  /// The last node is killed, an alert is published at the root, the node comes again.
  result<void> lose_a_node(city_of_nodes& city, crowd& all, const std::string& mark, conductor& c,
                           repetition& into) const {
    const auto victim = city.size() - 1;
    hop_times hops(city);
    const auto begin = steady::now();
    city.kill(victim);
    hops.restarts(victim);
    all.expect(mark, {begin});
    all.sent();
    if (auto good = publish_one(city, 0, city.root(), options_.alert, mark, 0); !good)
      return good.error();
    const auto back = begin + std::chrono::milliseconds(std::lround(options_.down * 1000));
    all.listen(back);
    const auto others = all.of(0);
    const auto began = steady::now();
    if (auto good = city.start_again(victim); !good) return good.error();
    if (auto good = city.wait_for(victim, "/readyz"); !good) return good.error();
    const auto serving = steady::now();
    if (auto good = all.connect(patience, [&c] { return c.stopped(); }); !good) return good.error();
    listen_for(all, 0, all.quick(), c);
    into.figures.push_back(
        {"a node lost: the others have it", "ms", ms(others.last - begin), better::lower});
    into.figures.push_back({"a node lost: serves again", "ms", ms(serving - began), better::lower});
    into.figures.push_back(
        {"a node lost: all caught up", "ms", ms(all.of(0).last - began), better::lower});
    into.figures.push_back({"a node lost: missed", "",
                            static_cast<double>(all.quick() - all.of(0).count), better::lower});
    add_hop_figures("a node lost: ", hops.since(), into);
    return {};
  }

  /// No node reaches another; the root and an island publish each for themselves; then the lines
  /// are whole again.
  result<void> cut_lines(city_of_nodes& city, crowd& all, const std::string& mark, conductor& c,
                         repetition& into) const {
    const hop_times hops(city);
    city.lines()->cut();
    all.listen(steady::now() + 100ms); // what was on the lines has come
    const auto begin = steady::now();
    const auto island = city.size() - 1;
    std::size_t below_top = 0;
    for (std::size_t n = 0; n < all.quick(); ++n)
      if (city.lowest()[n % city.lowest().size()].starts_with(city.top_of(island) + "."))
        ++below_top;
    // Number 0 is the root's, which nobody can have yet, number 1 the island's own.
    all.expect(mark, {begin, begin});
    if (auto good = publish_one(city, 0, city.root(), options_.alert, mark, 0); !good)
      return good.error();
    const auto own_due = steady::now();
    if (auto good = publish_one(city, island, city.top_of(island), options_.alert, mark, 1); !good)
      return good.error();
    listen_for(all, 1, below_top, c);
    const auto own = all.of(1);
    const auto too_early = all.of(0).count;
    all.listen(begin + std::chrono::milliseconds(std::lround(options_.cut * 1000)));
    city.lines()->mend();
    const auto whole = steady::now();
    listen_for(all, 0, all.quick(), c);
    into.figures.push_back(
        {"lines cut: an island's own alert", "ms", ms(own.last - own_due), better::lower});
    into.figures.push_back({"lines cut: islanders without it", "",
                            static_cast<double>(below_top - std::min(below_top, own.count)),
                            better::lower});
    into.figures.push_back(
        {"lines cut: reached all the same", "", static_cast<double>(too_early), better::neither});
    into.figures.push_back(
        {"lines whole again: all caught up", "ms", ms(all.of(0).last - whole), better::lower});
    into.figures.push_back({"lines whole again: missed", "",
                            static_cast<double>(all.quick() - all.of(0).count), better::lower});
    add_hop_figures("lines cut: ", hops.since(), into);
    return {};
  }

  cluster_options options_;
  std::size_t nodes_;
};

} // namespace

result<void> check(const cluster_options& o) {
  constexpr std::uint64_t memory_per_node = 60'000'000;
  const auto here = room_here();
  if (o.connections + 256 > here.files)
    return error{errc::rule,
                 fmt::format("{} connections need as many open files, and a process may have {} "
                             "here; measure with fewer --connections.",
                             o.connections, here.files),
                 {}};
  const auto need = o.connections * 24'000 + o.nodes * memory_per_node;
  if (need > here.memory)
    return error{errc::rule,
                 fmt::format("So much needs some {} MB of memory, and {} MB are free.",
                             need / 1'000'000, here.memory / 1'000'000),
                 {}};
  auto tree = host::read_hierarchy(o.hierarchy);
  if (!tree) return tree.error();
  const auto below = (*tree)->children((*tree)->root().unit).size();
  if (o.nodes > below + 1)
    return error{errc::rule,
                 fmt::format("{} has {} units below its root, so there are at most {} --nodes.",
                             o.hierarchy, below, below + 1),
                 {}};
  return {};
}

result<void> measure(const cluster_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  raise_file_limit();
  into.scenario = "cluster";
  into.title = fmt::format("A city of {} node processes and {} citizens", o.nodes, o.connections);
  into.settings = {{"nodes", std::to_string(o.nodes)},
                   {"connections", std::to_string(o.connections)},
                   {"alerts in a repetition", std::to_string(o.alerts)},
                   {"alerts a second", fmt::format("{}", o.rate)},
                   {"seconds a node is lost", fmt::format("{}", o.down)},
                   {"seconds the lines are cut", fmt::format("{}", o.cut)}};
  into.targets = {{"last", "one node", 2.0}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<many_nodes>(o, o.nodes));
  all.push_back(std::make_unique<many_nodes>(o, 1));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
