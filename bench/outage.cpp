// How soon a district's node that was killed serves again, and when all who were connected to it
// have what was published at the city meanwhile. City and district are real processes.

#include <bench/client/alert_publisher.hpp>
#include <bench/client/crowd.hpp>
#include <bench/client/figures.hpp>
#include <bench/client/files.hpp>
#include <bench/client/many_reports.hpp>
#include <bench/client/node_run.hpp>
#include <bindings/node/station.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

namespace {

using namespace loa;
using steady = std::chrono::steady_clock;

constexpr double most_ready_ms = 3'000;
constexpr double most_caught_up_ms = 10'000;
/// Of a node and of this program, beside those of the sessions.
constexpr std::size_t other_files = 256;

struct options {
  std::string loa = "build/release/bin/loa";
  std::string city;
  std::string district;
  std::string hierarchy;
  std::string below;
  std::string alert;
  std::string token;
  std::size_t sessions = 50'000;
  std::size_t reports = 100'000;
  int rounds = 3;
  int down = 5;
};

struct outage {
  double ready_ms = 0;     ///< From the exec to the first good answer of /readyz.
  double connected_ms = 0; ///< To the last session's handshake.
  double caught_up_ms = 0; ///< To the last session's receipt of the alert.
  std::size_t missed = 0;
};

host::config config_of(const std::string& file) {
  auto read = host::read_config(file);
  for (const auto& m : read.mistakes) fmt::print(stderr, "{}\n", m.to_string());
  if (!read.value) bench::give_up(file + " cannot be used");
  return *std::move(read.value);
}

std::uint16_t port_of(const host::config& c) {
  return host::endpoint::parse(c.http.listen)->port;
}

std::vector<path> lowest_below(const model::unit_tree& tree, const path& top) {
  std::vector<path> out;
  for (const auto& u : tree.all())
    if (tree.children(u.unit).empty() && top.contains(u.unit)) out.push_back(u.unit);
  return out;
}

result<void> fill(const host::config& district, const std::vector<path>& units,
                  std::size_t reports) {
  auto station = host::station::open(district, {});
  if (!station) return station.error();
  if (auto taken = bench::take_reports((*station)->node(), units, reports); !taken)
    return taken.error();
  if (!(*station)->stop(std::chrono::seconds(60)))
    return error{errc::unavailable, "The node did not come to rest.", {}};
  return {};
}

/// The city's node, which lives on, the district's, and all who listen there.
class scene {
public:
  scene(const options& o, std::uint16_t city, std::uint16_t district, std::string root,
        const bench::subscriber_protocol& protocol)
      : options_(o),
        city_port_(city),
        district_port_(district),
        root_(std::move(root)),
        alert_(bench::file_text(o.alert)),
        token_(bench::file_text(o.token)),
        city_(o.loa, o.city, city),
        crowd_(district, o.sessions, protocol) {
    token_.erase(token_.find_last_not_of(" \r\n") + 1);
    static_cast<void>(city_.ms_until("/readyz"));
    static_cast<void>(start_district());
    crowd_.connect(std::chrono::seconds(300));
  }

  outage measure() {
    // All have what there is, and what they acknowledged is stored before the blow falls.
    publish();
    crowd_.listen(std::chrono::seconds(60), true);
    if (crowd_.received() < options_.sessions)
      bench::give_up(fmt::format("only {} of {} sessions got the alert before the outage",
                                 crowd_.received(), options_.sessions));
    crowd_.listen(std::chrono::seconds(2), false);

    district_->kill();
    crowd_.hang_up();
    publish();
    std::this_thread::sleep_for(std::chrono::seconds(options_.down));

    const auto since_start = [&](steady::time_point t) {
      return std::chrono::duration<double, std::milli>(t - district_->begin()).count();
    };
    outage o;
    o.ready_ms = start_district();
    crowd_.connect(std::chrono::seconds(60));
    o.connected_ms = since_start(steady::now());
    crowd_.listen(std::chrono::seconds(60), true);
    o.caught_up_ms = since_start(crowd_.last());
    o.missed = options_.sessions - crowd_.received();
    return o;
  }

  [[nodiscard]] const bench::crowd& crowd() const { return crowd_; }

private:
  double start_district() {
    district_.emplace(options_.loa, options_.district, district_port_);
    return district_->ms_until("/readyz");
  }

  /// At the city, on a connection of its own: a node closes those that are idle.
  void publish() {
    const auto identifier =
        fmt::format("OUTAGE-{}", std::chrono::system_clock::now().time_since_epoch().count());
    crowd_.expect(identifier);
    bench::alert_publisher(city_port_, root_, alert_, token_).publish(identifier);
  }

  const options& options_;
  const std::uint16_t city_port_;
  const std::uint16_t district_port_;
  const std::string root_;
  const std::string alert_;
  std::string token_;
  bench::node_run city_;
  std::optional<bench::node_run> district_;
  bench::crowd crowd_;
};

bool kept(const char* what, const std::vector<double>& ms, double most) {
  const auto worst = std::ranges::max(ms);
  if (worst < most) return true;
  fmt::print(stderr, "missed: {} in {:.0f} ms, and it took up to {:.0f} ms\n", what, most, worst);
  return false;
}

int run(const options& o) {
  bench::need_files(o.sessions + other_files);
  const auto tree = bench::hierarchy(o.hierarchy);
  const auto top = path::parse(o.below);
  const auto units = top ? lowest_below(tree, *top) : std::vector<path>();
  if (units.empty()) bench::give_up("the hierarchy has no unit " + o.below);
  const auto city = config_of(o.city);
  const auto district = config_of(o.district);
  const auto begin = steady::now();
  if (auto filled = fill(district, units, o.reports); !filled)
    bench::give_up(filled.error().to_string());
  fmt::print(stderr, "{} reports after {:.1f} s\n", o.reports,
             std::chrono::duration<double>(steady::now() - begin).count());

  std::vector<std::string> followed;
  for (const auto& u : units) followed.push_back(u.str());
  const bench::citizen_protocol protocol("b", std::move(followed), true);
  scene s(o, port_of(city), port_of(district), tree.root().unit.str(), protocol);
  std::vector<double> ready;
  std::vector<double> connected;
  std::vector<double> caught_up;
  std::size_t missed = 0;
  for (int i = 0; i < o.rounds; ++i) {
    const auto one = s.measure();
    ready.push_back(one.ready_ms);
    connected.push_back(one.connected_ms);
    caught_up.push_back(one.caught_up_ms);
    missed += one.missed;
  }
  fmt::print("{{\"sessions\":{},\"reports\":{},\"down_s\":{},\"ready_ms\":{},"
             "\"median_ready_ms\":{:.1f},\"connected_ms\":{},\"median_connected_ms\":{:.1f},"
             "\"caught_up_ms\":{},\"median_caught_up_ms\":{:.1f},\"missed\":{},\"repeated\":{},"
             "\"failed\":{}}}\n",
             o.sessions, o.reports, o.down, bench::json_array(ready), bench::median(ready),
             bench::json_array(connected), bench::median(connected), bench::json_array(caught_up),
             bench::median(caught_up), missed, s.crowd().repeated(), s.crowd().failures());
  if (s.crowd().failures() > 0)
    fmt::print(stderr, "first failure: {}\n", s.crowd().first_failure());
  const bool soon_ready = kept("the node serves", ready, most_ready_ms);
  const bool soon_caught_up = kept("all have caught up", caught_up, most_caught_up_ms);
  return soon_ready && soon_caught_up && missed == 0 && s.crowd().failures() == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  CLI::App app("Fills the journal of a district's node with reports, lets citizens connect to it, "
               "kills it, publishes an alert at the city, and starts it again, several times. One "
               "line of JSON on stdout; exit code 1 if the node did not serve within 3 s, or not "
               "all had the alert within 10 s of its start.");
  app.add_option("city", o.city, "The config of the city's node")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("district", o.district, "The config of the district's node, its data new")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--below", o.below, "The district, whose lowest units have reports and citizens")
      ->required();
  app.add_option("--hierarchy", o.hierarchy, "The units of both")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--alert", o.alert, "The CAP alert to publish, each time under a new identifier")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--token", o.token, "An editor's token")->required()->check(CLI::ExistingFile);
  app.add_option("--loa", o.loa, "The program")->check(CLI::ExistingFile);
  app.add_option("--sessions", o.sessions, "Citizens connected")->check(CLI::Range(1, 1'000'000));
  app.add_option("--reports", o.reports, "Reports received")->check(CLI::Range(1, 10'000'000));
  app.add_option("--rounds", o.rounds, "Outages")->check(CLI::Range(1, 1000));
  app.add_option("--down", o.down, "Seconds that each lasts")->check(CLI::Range(0, 3600));
  CLI11_PARSE(app, argc, argv);
  return run(o);
}
