#include <bench/harness/server_process.hpp>
#include <bench/harness/talking_process.hpp>
#include <bench/measure/machine.hpp>
#include <bench/measure/spread.hpp>
#include <bench/peers/erlang.hpp>
#include <bench/scenario/cascade.hpp>
#include <bench/scenario/one_city.hpp>
#include <bindings/node/hierarchy.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <ostream>
#include <sstream>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;

constexpr wire::parse_limits outcome_limits{.octets = 64U << 20};

/// A city in a process of its own, which is opened once and then asked for rows of alerts: opening
/// a million sessions takes far longer than telling them something.
class city_contender : public contender {
public:
  city_contender(const cascade_options& o) : options_(o) {}

  result<repetition> measure(std::size_t number, conductor& c) override {
    if (!process_) {
      if (auto opened = open(c); !opened) return opened.error();
    }
    const noise_watch noise({process_->id()});
    process_->say(fmt::format("alerts {} {}", options_.alerts, options_.rate));
    auto line = process_->line(std::chrono::seconds(600));
    if (!line) return line.error();
    auto outcome = wire::from_json<cascade_outcome>(*line, outcome_limits);
    if (!outcome) return outcome.error();
    repetition out;
    out.disturbed = noise.since(0ns);
    out.figures.push_back({"last", "ms", spread_of(outcome->last_ms).median, better::lower});
    if (!outcome->accepted_ms.empty())
      out.figures.push_back(
          {"accepted", "ms", spread_of(outcome->accepted_ms).median, better::lower});
    if (number == 0 && outcome->memory > memory_before_)
      out.figures.push_back({"memory per session", "B",
                             static_cast<double>(outcome->memory - memory_before_) /
                                 static_cast<double>(options_.sessions),
                             better::lower});
    if (!outcome->deliveries.bins.empty())
      out.latencies.push_back({"delivery", std::move(outcome->deliveries)});
    out.levels = std::move(outcome->levels);
    return out;
  }

protected:
  [[nodiscard]] virtual result<talking_process> start(conductor& c) = 0;
  const cascade_options& options() const { return options_; }

private:
  /// It says "empty OCTETS" when it is there, and "ready" with all its sessions.
  result<void> open(conductor& c) {
    auto started = start(c);
    if (!started) return started.error();
    auto empty = started->line(120s);
    if (!empty) return empty.error();
    std::istringstream words(*empty);
    std::string word;
    words >> word >> memory_before_;
    auto ready = started->line(600s);
    if (!ready) return ready.error();
    if (*ready != "ready")
      return error{errc::unavailable, fmt::format("{} said \"{}\".", name(), *ready), {}};
    process_ = *std::move(started);
    return {};
  }

  cascade_options options_;
  std::optional<talking_process> process_;
  std::uint64_t memory_before_ = 0;
};

class loa_city final : public city_contender {
public:
  using city_contender::city_contender;
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {
        {"journal", "LMDB on disk, accepted after fsync"},
        {"threads", "one per core"},
        {"latencies", fmt::format("of one session in {}; the last is of all", options().sample)}};
  }

private:
  result<talking_process> start(conductor& c) override {
    auto where = c.directory("city");
    if (!where) return where.error();
    return talking_process::start({c.program().string(), "bench", "hold-city", "--hierarchy",
                                   options().hierarchy, "--sessions",
                                   std::to_string(options().sessions), "--text",
                                   std::to_string(options().text_octets), "--sample",
                                   std::to_string(options().sample), where->string()},
                                  (*where / "log").string(), c.stopping());
  }
};

class erlang_city final : public city_contender {
public:
  using city_contender::city_contender;
  std::string name() const override { return "Erlang/OTP"; }
  result<std::string> version() override { return erlang_version(); }
  std::vector<setting> settings() const override {
    return {{"journal", "none: each process keeps nothing"},
            {"schedulers", "one per core"},
            {"process limit", "raised to what the sessions need"}};
  }

private:
  result<talking_process> start(conductor& c) override {
    auto where = c.directory("erlang");
    if (!where) return where.error();
    auto tree = host::read_hierarchy(options().hierarchy);
    if (!tree) return tree.error();
    return start_erlang_city(*where, **tree, options().sessions, options().text_octets,
                             c.stopping());
  }
};

std::unique_ptr<contender> peer_of(const std::string& name, const cascade_options& o) {
  if (name == "erlang") return std::make_unique<erlang_city>(o);
  return nullptr;
}

} // namespace

std::vector<std::string> cascade_peers() {
  return {"erlang"};
}

result<void> check(const cascade_options& o) {
  const bool with_erlang = std::ranges::find(o.peers, "erlang") != o.peers.end();
  const std::uint64_t per_session = 1'000 + (with_erlang ? 3'000 : 0);
  const auto need = o.sessions * per_session + 300'000'000;
  const auto here = room_here();
  if (need > here.memory)
    return error{errc::rule,
                 fmt::format("{} sessions{} need some {} MB of memory, and {} MB are free; "
                             "measure with fewer --sessions.",
                             o.sessions, with_erlang ? ", with Erlang/OTP beside them," : "",
                             need / 1'000'000, here.memory / 1'000'000),
                 {}};
  for (const auto& name : o.peers)
    if (!peer_of(name, o))
      return error{errc::not_found,
                   fmt::format("There is no peer \"{}\" for the cascade; there are: {}.", name,
                               fmt::join(cascade_peers(), ", ")),
                   {}};
  return {};
}

result<void> measure(const cascade_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  into.scenario = "cascade";
  into.title = fmt::format("An alert down a city to {} sessions in one process", o.sessions);
  into.settings = {{"sessions", std::to_string(o.sessions)},
                   {"hierarchy", o.hierarchy},
                   {"alerts in a repetition", std::to_string(o.alerts)},
                   {"alerts a second", fmt::format("{}", o.rate)},
                   {"octets of text", std::to_string(o.text_octets)}};
  if (!o.peers.empty()) into.targets = {{"last", "Erlang/OTP", 0.5}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<loa_city>(o));
  for (const auto& name : o.peers) all.push_back(peer_of(name, o));
  return measure_all(std::move(all), c, into);
}

result<void> hold_city(const cascade_options& o, const std::string& directory, std::istream& in,
                       std::ostream& out) {
  auto tree = host::read_hierarchy(o.hierarchy);
  if (!tree) return tree.error();
  auto city = one_city::open(directory, *tree);
  if (!city) return city.error();
  out << "empty " << settled_memory() << std::endl;
  if (auto opened = (*city)->open_sessions(o.sessions); !opened) return opened.error();
  out << "ready" << std::endl;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string verb;
    std::size_t alerts = 0;
    double rate = 0;
    if (!(words >> verb >> alerts >> rate) || verb != "alerts" || rate <= 0)
      return error{errc::malformed, fmt::format("\"{}\" is no order.", line), {}};
    auto outcome = (*city)->cascade(alerts, rate, o.text_octets, o.sample);
    if (!outcome) return outcome.error();
    out << wire::to_json(*outcome) << std::endl;
  }
  return {};
}

} // namespace loa::bench
