// What a way between two nodes adds to a bulletin: city and commune on one node, and the commune on
// a second one, with a TLS line over loopback between them. Journals on disk in both cases.

#include <bindings/node/hierarchy.hpp>
#include <loa/citizen/entity.hpp>
#include <loa/device/entity.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/net/caf_transport.hpp>
#include <loa/net/issuing.hpp>
#include <loa/report/entity.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/unit/entity.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <semaphore>
#include <thread>

namespace {

using namespace loa;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr const char* units = R"({"source": "bench", "root":
  {"code": "79", "name": "City", "tier": "city", "children": [
    {"code": "760", "name": "District", "tier": "district", "children": [
      {"code": "26734", "name": "Commune", "tier": "commune"}]}]}})";

/// The one citizen, who acknowledges at once.
class lone_client final : public node::driver {
public:
  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name&, std::uint64_t, const node::feed_entry_ptr&) override {
    at = steady::now();
    got.release();
    return true;
  }
  void restarted(const name&) override {}

  steady::time_point at;
  std::binary_semaphore got{0};
};

struct options {
  int rounds = 300;
};

/// One node with its journal; it gives up the program where it cannot run.
class place {
public:
  place(const fs::path& directory, const std::string& name, lone_client& client,
        std::optional<node::cluster_parts> cluster)
      : journal_(store::open_lmdb({directory / name, name}).value()),
        writer_(*journal_) {
    node::runtime_options habits;
    habits.threads = 1;
    auto started =
        node::runtime::start(habits, {*journal_, writer_},
                             {node::kind_of<unit::entity>(), node::kind_of<device::entity>(),
                              node::kind_of<citizen::entity>(), node::kind_of<report::entity>()},
                             {{"citizen", &client}}, std::move(cluster));
    runtime = std::move(started).value();
    auto tree = model::unit_tree::load(units).value();
    if (auto told = host::configure_units(*runtime, {*journal_, writer_}, tree, {}); !told)
      throw std::runtime_error(told.error().to_string());
  }
  ~place() { (void)runtime->stop(10s); }

private:
  std::unique_ptr<store::journal> journal_;
  store::threaded_writer writer_;

public:
  std::unique_ptr<node::runtime> runtime;
};

model::bulletin notice(const path& city) {
  model::bulletin b;
  b.unit = city;
  b.id = model::make_bulletin_id(city, system_random());
  b.author = "bench";
  b.category = model::category::emergency;
  b.target = {city};
  b.channels = {model::channel::app};
  b.priority = model::priority::emergency;
  b.sent = b.effective = system_clock().now();
  b.expires = b.sent + 1h;
  b.headline["vi"] = "Cảnh báo lũ khẩn cấp";
  b.text["vi"] = std::string(400, 'x');
  return b;
}

/// Milliseconds from the call to publish at the city to the delivery in the commune, each round.
std::vector<double> measure(node::runtime& city, node::runtime& commune, lone_client& client,
                            int rounds) {
  const auto root = *path::parse("79");
  const auto home = *path::parse("79.760.26734");
  (void)commune
      .ask_and_wait(*name::parse("citizen/lan"),
                    wire::value::of(citizen::attach{1, {{home, std::nullopt}}, false}))
      .value();
  std::vector<double> times;
  for (int i = -20; i < rounds; ++i) { // the first ones find the way and warm up
    const auto start = steady::now();
    city.ask(name::of("unit", root), wire::value::of(unit::publish_bulletin{notice(root)}),
             [](const result<wire::value>&) {}, {{}, {}, store::urgency::emergency});
    client.got.acquire();
    if (i >= 0)
      times.push_back(std::chrono::duration<double, std::milli>(client.at - start).count());
    std::this_thread::sleep_for(3ms);
  }
  std::ranges::sort(times);
  return times;
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

int run(const options& o) {
  const auto directory = fs::path("build") / fmt::format("bench-hop-{}", ::getpid());
  fs::create_directories(directory);

  std::vector<double> one;
  {
    lone_client client;
    place alone(directory, "alone", client, std::nullopt);
    one = measure(*alone.runtime, *alone.runtime, client, o.rounds);
  }

  const auto now = system_clock().now();
  const auto authority = net::make_authority("bench", {now - 1h, 48h}, system_random()).value();
  write(directory / "authority.pem", authority.certificate_pem);
  const std::uint16_t port = static_cast<std::uint16_t>(20'000 + ::getpid() % 20'000);
  const auto placed = [&] {
    return net::placement::make(
               {{{"city", fmt::format("127.0.0.1:{}", port), {{*path::parse("79"), 1}}, {}},
                 {"district",
                  fmt::format("127.0.0.1:{}", port + 1),
                  {{*path::parse("79.760"), 1}},
                  {}}}})
        .value();
  };
  const auto member = [&](const std::string& node, std::uint16_t at) {
    const auto mine =
        net::issue(authority, {"bench", node}, {now - 1h, 24h}, system_random()).value();
    write(directory / (node + ".pem"), mine.certificate_pem);
    write(directory / (node + ".key"), mine.key_pem);
    return node::cluster_parts{
        net::identity::load(mine.certificate_pem, mine.key_pem, authority.certificate_pem).value(),
        placed(),
        net::open_caf_transport({.listen = fmt::format("127.0.0.1:{}", at),
                                 .certificate = directory / (node + ".pem"),
                                 .key = directory / (node + ".key"),
                                 .authority = directory / "authority.pem"}),
        {},
        nullptr,
        {}};
  };
  std::vector<double> two;
  {
    lone_client nobody;
    lone_client client;
    place city(directory, "city", nobody, member("city", port));
    place district(directory, "district", client,
                   member("district", static_cast<std::uint16_t>(port + 1)));
    two = measure(*city.runtime, *district.runtime, client, o.rounds);
  }
  const auto at = [](const std::vector<double>& v, double q) {
    return v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1))];
  };
  fmt::print("{{\"rounds\":{},\"one_node_ms\":{:.3f},\"two_nodes_ms\":{:.3f},\"hop_ms\":{:.3f},"
             "\"one_node_p99_ms\":{:.3f},\"two_nodes_p99_ms\":{:.3f}}}\n",
             o.rounds, at(one, .5), at(two, .5), at(two, .5) - at(one, .5), at(one, .99),
             at(two, .99));
  fs::remove_all(directory);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  CLI::App app("What a way between two nodes adds to the time from a bulletin's publication at the "
               "city to its delivery in a commune. One line of JSON on stdout.");
  app.add_option("--rounds", o.rounds, "Bulletins, one after the other")
      ->check(CLI::Range(1, 100'000));
  CLI11_PARSE(app, argc, argv);
  return run(o);
}
