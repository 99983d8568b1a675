#include <bench/load/citizen.hpp>
#include <bench/load/fanout.hpp>
#include <bench/measure/machine.hpp>
#include <bench/scenario/city_of_nodes.hpp>
#include <bench/scenario/hop_times.hpp>
#include <bench/scenario/one_city.hpp>
#include <bench/scenario/steps.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <memory>
#include <thread>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// All tiers that stand below each other.
constexpr std::array<std::string_view, 5> tiers{"nation", "city", "district", "commune", "hamlet"};
constexpr std::size_t octets = 400; ///< Of an alert's text within a process.
constexpr double rate = 50;         ///< Alerts a second.

/// One unit under the other, so many levels below the first; of the last one so many.
std::string chain(std::size_t levels, std::size_t last = 1) {
  std::string text = R"({"source":"bench","root":)";
  std::string end = "}";
  for (std::size_t i = 0; i <= levels; ++i) {
    const auto tier = i == levels ? tiers.back() : tiers[i];
    for (std::size_t n = 0; n < (i == levels ? last : 1); ++n)
      text += fmt::format(R"({}{{"code":"{}","name":"U","tier":"{}")", n > 0 ? "}," : "",
                          100 * (i + 1) + n, tier);
    if (i < levels) {
      text += R"(,"children":[)";
      end.insert(0, "]}");
    } else {
      text += "}";
    }
  }
  return text + end;
}

/// A city of so many districts with a commune each.
std::string star(std::size_t districts) {
  std::string text =
      R"({"source":"bench","root":{"code":"1","name":"C","tier":"city","children":[)";
  for (std::size_t d = 0; d < districts; ++d)
    text += fmt::format(R"({}{{"code":"{}","name":"D","tier":"district","children":[)"
                        R"({{"code":"{}","name":"K","tier":"commune"}}]}})",
                        d > 0 ? "," : "", 100 + d, 1000 + d);
  return text + "]}}";
}

/// Processor seconds of this process without the thread that asks, which only waits.
double work() {
  timespec own{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
  return thread_seconds(::getpid()) - static_cast<double>(own.tv_sec) -
         static_cast<double>(own.tv_nsec) * 1e-9;
}

/// What an alert cost in a city within this process.
struct spent {
  double work_us = 0;
  double reached_us = 0; ///< Until the session had it, the median.
};

result<spent> spend(one_city& city, std::size_t alerts, const conductor& c) {
  // The first ones wake all.
  if (auto first = city.cascade(5, rate, octets, 1, c.stopping()); !first) return first.error();
  std::this_thread::sleep_for(500ms);
  const auto before = work();
  auto out = city.cascade(alerts, rate, octets, 1, c.stopping());
  if (!out) return out.error();
  std::this_thread::sleep_for(500ms); // acknowledgements are a part of it
  auto reached = histogram::from_sparse(out->deliveries);
  if (!reached) return reached.error();
  return spent{(work() - before) * 1e6 / static_cast<double>(alerts),
               static_cast<double>(reached->at(0.5)) / 1000};
}

result<std::unique_ptr<one_city>> city_in(const fs::path& where, const std::string& hierarchy) {
  auto tree = model::unit_tree::load(hierarchy);
  if (!tree) return tree.error();
  auto city = one_city::open(where, std::make_shared<const model::unit_tree>(*std::move(tree)));
  if (!city) return city.error();
  if (auto good = (*city)->open_sessions(1); !good) return good.error();
  return city;
}

/// Processor seconds of the threads of a node that do nothing else than speak to other nodes. What
/// its other threads take when idle would cover what a copy costs.
double sending(int node) {
  return thread_seconds(node, "loa.transport") + thread_seconds(node, "caf.multiplexer");
}

double per_one_more(double few, double many, std::size_t more) {
  return std::max(0.0, many - few) / static_cast<double>(more);
}

class stepping final : public contender {
public:
  explicit stepping(steps_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"levels and devices", "entities in one process, with a journal on disk"},
            {"nodes", "a process each, mutual TLS on loopback, one citizen at each"},
            {"devices", "no player connected"}};
  }

  result<repetition> measure(std::size_t number, conductor& c) override {
    repetition out;
    c.say("steps: levels");
    if (auto good = levels(c, out); !good) return good.error();
    c.say("steps: devices");
    if (auto good = devices(c, out); !good) return good.error();
    const auto mark = fmt::format("BENCH-{}-{}", c.seed(), number);
    c.say("steps: a city of 2 nodes");
    auto few = nodes(1, mark + "-f-", c);
    if (!few) return few.error();
    c.say(fmt::format("steps: a city of {} nodes", options_.nodes + 1));
    auto many = nodes(options_.nodes, mark + "-m-", c);
    if (!many) return many.error();
    out.figures.push_back({"sending to 1 node", "us", few->work_us, better::lower});
    out.figures.push_back(
        {fmt::format("sending to {} nodes", options_.nodes), "us", many->work_us, better::lower});
    out.figures.push_back({"a copy to a node", "us",
                           per_one_more(few->work_us, many->work_us, options_.nodes - 1),
                           better::lower});
    add_hop_figures("", few->under_way, out);
    out.figures.push_back({"a commit", "ms", few->commits.mean() * 1000, better::lower});
    return out;
  }

private:
  /// What an alert cost in a city of several processes.
  struct crossing {
    double work_us = 0; ///< Of what speaks to other nodes at the root's node.
    buckets under_way;
    buckets commits; ///< Of the second node.
  };

  result<void> levels(conductor& c, repetition& into) const {
    constexpr std::size_t shallow = 1;
    constexpr auto deep = tiers.size() - 1;
    spent of[2];
    for (const auto levels : {shallow, deep}) {
      auto where = c.directory(fmt::format("levels-{}", levels));
      if (!where) return where.error();
      auto city = city_in(*where, chain(levels));
      if (!city) return city.error();
      auto one = spend(**city, options_.alerts, c);
      if (!one) return one.error();
      of[levels == deep] = *one;
    }
    into.figures.push_back({"a level", "us",
                            per_one_more(of[0].work_us, of[1].work_us, deep - shallow),
                            better::lower});
    into.figures.push_back({"a level, as time went by", "us",
                            per_one_more(of[0].reached_us, of[1].reached_us, deep - shallow),
                            better::lower});
    return {};
  }

  result<void> devices(conductor& c, repetition& into) const {
    constexpr std::size_t units = 4;
    auto where = c.directory("devices");
    if (!where) return where.error();
    auto city = city_in(*where, chain(1, units));
    if (!city) return city.error();
    const auto alerts = std::min<std::size_t>(options_.alerts, 30);
    auto without = spend(**city, alerts, c);
    if (!without) return without.error();
    if (auto good = (*city)->register_devices(options_.devices); !good) return good.error();
    auto with = spend(**city, alerts, c);
    if (!with) return with.error();
    into.figures.push_back({"a device", "us",
                            per_one_more(without->work_us, with->work_us, options_.devices),
                            better::lower});
    return {};
  }

  result<crossing> nodes(std::size_t further, const std::string& mark, conductor& c) const {
    const auto stopped = [&c] { return c.stopped(); };
    auto where = c.directory(fmt::format("nodes-{}", further));
    if (!where) return where.error();
    const auto hierarchy = *where / "hierarchy.json";
    std::ofstream(hierarchy) << star(further);
    auto city = city_of_nodes::start(c, *where, hierarchy.string(), further + 1);
    if (!city) return city.error();
    const auto send = [&](std::size_t alerts, const std::string& as) {
      std::vector<std::uint16_t> ports;
      for (std::size_t i = 0; i < (*city)->lowest().size(); ++i)
        ports.push_back((*city)->http((*city)->home_of(i)));
      fanout_plan plan;
      plan.subscribers = further;
      plan.messages = alerts;
      plan.rate = rate;
      return run_fanout(plan,
                        {0x7f000001, ports, (*city)->http(0),
                         std::make_unique<citizens>(as, (*city)->lowest(), true),
                         [&] {
                           return std::make_unique<alert_poster>((*city)->root(), (*city)->token(),
                                                                 options_.alert);
                         },
                         (*city)->processes()},
                        mark + as, stopped);
    };
    if (auto warm = send(5, "warm"); !warm) return warm.error();
    constexpr auto commit = "loa_journal_commit_seconds";
    const hop_times hops(**city);
    const auto commits = buckets_of((*city)->http(1), commit);
    const auto root = (*city)->processes().front();
    using steady = std::chrono::steady_clock;
    const auto seconds_since = [](steady::time_point t) {
      return std::chrono::duration<double>(steady::now() - t).count();
    };
    std::this_thread::sleep_for(500ms);
    auto began = steady::now();
    auto before = sending(root);
    std::this_thread::sleep_for(1500ms);
    const auto idle = (sending(root) - before) / seconds_since(began);
    began = steady::now();
    before = sending(root);
    auto sent = send(options_.alerts, "steps");
    if (!sent) return sent.error();
    std::this_thread::sleep_for(500ms); // acknowledgements are a part of it
    crossing out;
    out.work_us = (sending(root) - before - idle * seconds_since(began)) * 1e6 /
                  static_cast<double>(options_.alerts);
    out.under_way = hops.since();
    out.commits = between(commits, buckets_of((*city)->http(1), commit));
    return out;
  }

  steps_options options_;
};

} // namespace

result<void> check(const steps_options& o) {
  if (o.alerts < 1 || o.alerts > 200 || o.nodes < 2 || o.devices < 1)
    return error{errc::rule, "There are 1 to 200 alerts, 2 nodes at least, and devices.", {}};
  const auto need = (o.nodes + 1) * 60'000'000 + o.devices * 20'000;
  if (const auto here = room_here(); need > here.memory)
    return error{errc::rule,
                 fmt::format("So much needs some {} MB of memory, and {} MB are free.",
                             need / 1'000'000, here.memory / 1'000'000),
                 {}};
  return {};
}

result<void> measure(const steps_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  into.scenario = "steps";
  into.title = "What one more of each costs an alert on its way down";
  into.settings = {{"alerts in each city", std::to_string(o.alerts)},
                   {"alerts a second", fmt::format("{}", rate)},
                   {"levels", fmt::format("1 and {}", tiers.size() - 1)},
                   {"devices", fmt::format("none and {}", o.devices)},
                   {"nodes beside the root's", fmt::format("1 and {}", o.nodes)}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<stepping>(o));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
