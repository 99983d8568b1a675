#include <bench/harness/server_process.hpp>
#include <bench/load/citizen.hpp>
#include <bench/load/crowd.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/publishing.hpp>
#include <bench/measure/machine.hpp>
#include <bench/scenario/filled_node.hpp>
#include <bench/scenario/restart.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/base/random.hpp>

#include <fmt/format.h>

#include <fstream>
#include <memory>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
using steady = crowd::steady;
constexpr auto patience = 60s;

double ms(steady::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

class restarting_node final : public contender {
public:
  explicit restarting_node(restart_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"ended by", "kill -9"}, {"counted from", "exec"}};
  }

  result<repetition> measure(std::size_t number, conductor& c) override {
    const auto stopped = [&c] { return c.stopped(); };
    if (config_.empty())
      if (auto good = prepare(c); !good) return good.error();
    seeded_random names(c.seed() * 1000 + number);
    const auto mark = "BENCH-" + random_id(names, 8) + "-";
    if (auto good = miss_an_alert(c, mark); !good) return good.error();

    const noise_watch noise({});
    const auto began = steady::now();
    auto node = start(c);
    if (!node) return node.error();
    const auto get = [&](const std::string& target) {
      return node->wait_until([&] { return status_of_get(port_, target) == 200; }, patience);
    };
    if (auto good = get("/readyz"); !good) return good.error();
    const auto ready = steady::now();
    const citizens protocol("bench", lowest_, true);
    crowd all({0x7f000001, {port_}, options_.followers}, protocol);
    all.expect(mark, {began});
    all.sent();
    if (auto good = all.connect(patience, stopped); !good) return good.error();
    const auto connected = steady::now();
    while (all.of(0).count < all.quick() && steady::now() < began + patience && !stopped())
      all.listen(steady::now() + 100ms, true);
    if (auto good = get("/v1/reports/" + code_); !good) return good.error();
    if (stopped()) return error{errc::unavailable, "Stopped.", {}};

    repetition out;
    const auto& got = all.of(0);
    out.figures = {
        {"serving", "ms", ms(ready - began), better::lower},
        {"first delivery", "ms", ms(got.first - began), better::lower},
        {"all connected", "ms", ms(connected - began), better::lower},
        {"all caught up", "ms", ms(got.last - began), better::lower},
        {"missed", "", static_cast<double>(all.quick() - got.count), better::lower},
    };
    out.latencies.push_back({"caught up", got.latencies.to_sparse()});
    out.disturbed = noise.since(0ns);
    out.disturbed.others_cpu = 0; // the node's own work cannot be told from others' here
    node->kill();
    return out;
  }

private:
  result<void> prepare(conductor& c) {
    auto where = c.directory("node");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    port_ = *port;
    auto tree = host::read_hierarchy(options_.hierarchy);
    if (!tree) return tree.error();
    root_ = (*tree)->root().unit.str();
    for (const auto& u : (*tree)->all())
      if ((*tree)->children(u.unit).empty()) lowest_.push_back(u.unit.str());
    config_ = *where / "node.json";
    log_ = *where / "log";
    std::ofstream(config_) << fmt::format(
        R"({{"name": "bench", "data": "data", "hierarchy": "{}", "http": {{"listen": "127.0.0.1:{}"}}}})",
        std::filesystem::absolute(options_.hierarchy).string(), port_);
    token_ = first_line_of(fmt::format("'{}' token add --config '{}' --role editor --unit {}",
                                       c.program().string(), config_.string(), root_));
    const auto checked = host::read_config(config_);
    if (!checked.value) return checked.mistakes.front();
    c.say(fmt::format("restart: filling a journal with {} names and {} reports", options_.names,
                      options_.facts));
    auto code = fill_node(*checked.value, options_.names, std::max<std::size_t>(1, options_.facts),
                          c.stopping());
    if (!code) return code.error();
    code_ = *std::move(code);
    return {};
  }

  result<server_process> start(conductor& c) const {
    return server_process::start({{c.program().string(), "node", config_.string()}, log_, {}, {}},
                                 c.stopping());
  }

  /// Everybody follows, hangs up, an alert is accepted, and the node is killed.
  result<void> miss_an_alert(conductor& c, const std::string& mark) const {
    auto node = start(c);
    if (!node) return node.error();
    if (auto good =
            node->wait_until([&] { return status_of_get(port_, "/readyz") == 200; }, patience);
        !good)
      return good.error();
    const citizens protocol("bench", lowest_, true);
    {
      crowd all({0x7f000001, {port_}, options_.followers}, protocol);
      if (auto good = all.connect(patience, [&c] { return c.stopped(); }); !good)
        return good.error();
      all.listen(steady::now() + 500ms);
    }
    auto source = publishing::open(
        0x7f000001, port_, 1,
        [this] { return std::make_unique<alert_poster>(root_, token_, options_.alert); }, patience,
        c.stopping());
    if (!source) return source.error();
    publishing::plan plan;
    plan.mark = mark;
    plan.messages = 1;
    plan.begin = steady::now() + 300ms; // the node has noticed by then who has gone
    (*source)->begin(plan);
    (*source)->finish(patience, c.stopping());
    if ((*source)->answered() != 1)
      return error{
          errc::unavailable, "The alert was not accepted: " + (*source)->first_failure(), {}};
    node->kill();
    return {};
  }

  restart_options options_;
  std::filesystem::path config_;
  std::filesystem::path log_;
  std::uint16_t port_ = 0;
  std::string root_;
  std::vector<std::string> lowest_;
  std::string token_;
  std::string code_;
};

} // namespace

result<void> check(const restart_options& o) {
  const auto here = room_here();
  if (o.followers + 128 > here.files)
    return error{
        errc::rule,
        fmt::format("{} followers need as many open files, and a process may have {} here; "
                    "measure with fewer --followers.",
                    o.followers, here.files),
        {}};
  const auto need = o.names * 1'500 + o.facts * 2'000 + o.followers * 24'000;
  if (need > here.memory)
    return error{errc::rule,
                 fmt::format("So much needs some {} MB of memory, and {} MB are free; measure "
                             "with fewer --names, --reports or --followers.",
                             need / 1'000'000, here.memory / 1'000'000),
                 {}};
  return {};
}

result<void> measure(const restart_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  raise_file_limit();
  into.scenario = "restart";
  into.title =
      fmt::format("A killed node with {} names and {} reports, and {} citizens who come back",
                  o.names, o.facts, o.followers);
  into.settings = {{"names", std::to_string(o.names)},
                   {"reports", std::to_string(o.facts)},
                   {"followers", std::to_string(o.followers)},
                   {"hierarchy", o.hierarchy}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<restarting_node>(o));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
