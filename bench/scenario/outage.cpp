#include <bench/harness/talking_process.hpp>
#include <bench/measure/machine.hpp>
#include <bench/scenario/filled_node.hpp>
#include <bench/scenario/outage.hpp>
#include <bench/scenario/publish_one.hpp>
#include <bindings/node/config.hpp>
#include <loa/base/random.hpp>

#include <fmt/format.h>

#include <memory>
#include <thread>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
constexpr auto patience = 120s;
/// What was acknowledged is stored after so long.
constexpr auto settling = 2s;

double ms(steady::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

class lost_district final : public contender {
public:
  explicit lost_district(outage_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"ended by", "kill -9"},
            {"counted from", "exec"},
            {"sessions", "entities in the district's process, without sockets"}};
  }

  result<repetition> measure(std::size_t number, conductor& c) override {
    if (!city_)
      if (auto good = prepare(c); !good) return good.error();
    seeded_random names(c.seed() * 1000 + number);
    const auto mark = "BENCH-" + random_id(names, 8) + "-";
    if (auto good = miss_an_alert(c, mark); !good) return good.error();
    const auto began = steady::now();
    auto node = start(c, mark + "m-");
    if (!node) return node.error();
    repetition out;
    for (const auto& [said, figure] :
         {std::pair{"serving", "serving"}, std::pair{"attached", "all attached"},
          std::pair{"expecting", ""}, std::pair{"all", "all caught up"}}) {
      if (auto good = hear(*node, said); !good) return good.error();
      if (*figure != '\0')
        out.figures.push_back({figure, "ms", ms(steady::now() - began), better::lower});
    }
    node->kill();
    return out;
  }

private:
  result<void> prepare(conductor& c) {
    auto where = c.directory("outage");
    if (!where) return where.error();
    auto city = city_of_nodes::start(c, *where, options_.hierarchy, 2, true);
    if (!city) return city.error();
    const auto checked = host::read_config((*city)->config(1));
    if (!checked.value) return checked.mistakes.front();
    c.say(fmt::format("outage: filling a journal with {} reports", options_.facts));
    if (auto good = fill_node(*checked.value, 0, options_.facts, c.stopping()); !good)
      return good.error();
    log_ = *where / "district.log";
    city_ = *std::move(city);
    return {};
  }

  result<talking_process> start(conductor& c, const std::string& mark) const {
    return talking_process::start({c.program().string(), "bench", "hold-district", "--sessions",
                                   std::to_string(options_.sessions), "--mark", mark,
                                   city_->config(1).string()},
                                  log_.string(), c.stopping());
  }

  static result<void> hear(talking_process& from, std::string_view word) {
    auto line = from.line(patience);
    if (!line) return line.error();
    if (*line == word) return {};
    return error{errc::unavailable, fmt::format("The district said \"{}\".", *line), {}};
  }

  /// All have an alert, the district is killed, and the city publishes the one that is missed.
  result<void> miss_an_alert(conductor& c, const std::string& mark) const {
    auto node = start(c, mark + "b-");
    if (!node) return node.error();
    for (const auto* said : {"serving", "attached", "expecting"})
      if (auto good = hear(*node, said); !good) return good.error();
    if (auto good = publish(mark + "b-"); !good) return good.error();
    if (auto good = hear(*node, "all"); !good) return good.error();
    std::this_thread::sleep_for(settling);
    node->kill();
    return publish(mark + "m-");
  }
  result<void> publish(const std::string& mark) const {
    return publish_one(*city_, 0, city_->root(), options_.alert, mark, 0);
  }

  outage_options options_;
  std::unique_ptr<city_of_nodes> city_;
  std::filesystem::path log_;
};

} // namespace

result<void> check(const outage_options& o) {
  const auto need = o.sessions * 3'000 + o.facts * 2'000 + 200'000'000;
  if (const auto here = room_here(); need > here.memory)
    return error{errc::rule,
                 fmt::format("So much needs some {} MB of memory, and {} MB are free; measure "
                             "with fewer --sessions or --reports.",
                             need / 1'000'000, here.memory / 1'000'000),
                 {}};
  return {};
}

result<void> measure(const outage_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  into.scenario = "outage";
  into.title = fmt::format("A killed district with {} sessions and {} reports, and what it missed",
                           o.sessions, o.facts);
  into.settings = {{"sessions", std::to_string(o.sessions)},
                   {"reports", std::to_string(o.facts)},
                   {"hierarchy", o.hierarchy}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<lost_district>(o));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
