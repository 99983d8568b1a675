// An alert down a whole city in one process: real units of the hierarchy of 2021, real citizen
// sessions, journal on disk. Measured from the publish call to the last session's delivery.

#include <bindings/node/hierarchy.hpp>
#include <loa/citizen/entity.hpp>
#include <loa/device/entity.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/report/entity.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/unit/entity.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

using namespace loa;
using steady = std::chrono::steady_clock;

double milliseconds_since(steady::time_point start) {
  return std::chrono::duration<double, std::milli>(steady::now() - start).count();
}

/// Resident octets of this process (proc(5), statm's second field, in pages).
std::size_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t pages = 0;
  statm >> size >> pages;
  return pages * 4096;
}

/// Counts deliveries, on a cache line for each group of units so that counting is not what is
/// measured.
class counting_clients final : public node::driver {
public:
  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name&, std::uint64_t channel, const node::feed_entry_ptr&) override {
    cells_[channel % cells_.size()].n.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  void restarted(const name&) override {}

  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto& c : cells_) sum += c.n.load(std::memory_order_relaxed);
    return sum;
  }

private:
  struct alignas(64) cell {
    std::atomic<std::uint64_t> n{0};
  };
  std::array<cell, 512> cells_;
};

/// Waits for something that happens on other threads, without taking their core.
template <class F>
void wait_for(F&& holds) {
  while (!holds()) std::this_thread::sleep_for(std::chrono::microseconds(500));
}

model::bulletin storm_warning(const path& city, random_source& random) {
  model::bulletin b;
  b.unit = city;
  b.id = model::make_bulletin_id(city, random);
  b.author = "bench";
  b.category = model::category::emergency;
  b.target = {city};
  b.channels = {model::channel::loudspeaker, model::channel::board, model::channel::app};
  b.priority = model::priority::emergency;
  b.sent = b.effective = system_clock().now();
  b.expires = b.sent + std::chrono::hours(24);
  b.headline["vi"] = "Cảnh báo lũ khẩn cấp trên sông Sài Gòn";
  for (int i = 0; i < 10; ++i)
    b.text["vi"] += "Nước sông Sài Gòn lên nhanh, vượt mức báo động ba. Người dân vùng trũng di "
                    "dời ngay đến nơi cao theo hướng dẫn của địa phương. ";
  return b;
}

struct options {
  std::uint64_t sessions = 1'000'000;
  int rounds = 9;
  std::string hierarchy = "examples/hcmc/2021.json";
};

int run(const options& o) {
  const auto directory =
      std::filesystem::path("build") / fmt::format("bench-cascade-{}", ::getpid());
  std::filesystem::create_directories(directory);
  const auto fail = [](const error& e) {
    fmt::print(stderr, "bench_cascade: {}\n", e.to_string());
    return 1;
  };
  auto tree = host::read_hierarchy(o.hierarchy);
  if (!tree) return fail(tree.error());
  auto journal = store::open_lmdb({directory.string(), "bench"});
  if (!journal) return fail(journal.error());
  store::threaded_writer writer(**journal);
  counting_clients clients;
  node::runtime_options habits;
  habits.idle = std::chrono::hours(1);
  const node::runtime_parts parts{**journal, writer};
  auto started =
      node::runtime::start(habits, parts,
                           {node::kind_of<unit::entity>(), node::kind_of<device::entity>(),
                            node::kind_of<citizen::entity>(), node::kind_of<report::entity>()},
                           {{"citizen", &clients}});
  if (!started) return fail(started.error());
  auto& node = **started;
  if (auto told = host::configure_units(node, parts, **tree, {}); !told) return fail(told.error());

  std::vector<path> communes;
  for (const auto& u : (*tree)->all())
    if ((*tree)->children(u.unit).empty()) communes.push_back(u.unit);

  const auto before = resident();
  const auto opening = steady::now();
  std::atomic<std::uint64_t> open{0};
  for (std::uint64_t i = 0; i < o.sessions; ++i) {
    if (i % 4096 == 0) wait_for([&] { return i - open.load() < 16'384; });
    const auto commune = i % communes.size();
    node.ask(name::of("citizen", *path::parse(fmt::format("c{}", i))),
             wire::value::of(citizen::attach{commune, {{communes[commune], std::nullopt}}, false}),
             [&](const result<wire::value>&) { ++open; });
  }
  wait_for([&] { return open == o.sessions; });
  // A slot is there when the unit counts it; ask each for what it has.
  for (std::size_t c = 0; c < communes.size(); ++c) {
    const auto expected = o.sessions / communes.size() + (c < o.sessions % communes.size() ? 1 : 0);
    wait_for([&] {
      auto r = node.ask_and_wait(name::of("unit", communes[c]), wire::value::of(unit::get_unit{}));
      const auto* status = r ? r->get<unit::unit_status>() : nullptr;
      return status && status->citizens.connected.value_or(0) >= expected;
    });
  }
  fmt::print(stderr, "{} sessions open after {:.1f} s\n", o.sessions,
             milliseconds_since(opening) / 1000);

  std::vector<double> last;
  std::vector<double> accepted;
  double per_session = 0;
  const auto city = (*tree)->root().unit;
  for (int round = 0; round < o.rounds; ++round) {
    const auto expected = clients.total() + o.sessions;
    const auto start = steady::now();
    auto r = node.ask_and_wait(
        name::of("unit", city),
        wire::value::of(unit::publish_bulletin{storm_warning(city, system_random())}),
        {{}, {}, store::urgency::emergency});
    if (!r) return fail(r.error());
    accepted.push_back(milliseconds_since(start));
    wait_for([&] { return clients.total() >= expected; });
    last.push_back(milliseconds_since(start));
    // As resident memory grew by opening them and sending each one message.
    if (round == 0)
      per_session = static_cast<double>(resident() - before) / static_cast<double>(o.sessions);
    // The acknowledgements belong to the round, and not to the time of the next.
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  }
  const auto median = [](std::vector<double> v) {
    std::ranges::nth_element(v, v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2));
    return v[v.size() / 2];
  };
  fmt::print("{{\"sessions\":{},\"rounds\":[{:.1f}],\"median_ms\":{:.1f},\"accepted_ms\":{:.2f},"
             "\"bytes_per_session\":{:.0f}}}\n",
             o.sessions, fmt::join(last, ","), median(last), median(accepted), per_session);
  std::fflush(stdout);
  node.stop(std::chrono::seconds(60));
  writer.stop();
  std::filesystem::remove_all(directory);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  CLI::App app("Time from publishing an alert at the city to the last session's delivery, in one "
               "process. One line of JSON on stdout.");
  app.add_option("--sessions", o.sessions, "Citizen sessions, spread evenly over the communes")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--rounds", o.rounds, "Alerts, one after the other")->check(CLI::Range(1, 1000));
  app.add_option("--hierarchy", o.hierarchy, "The hierarchy file")->check(CLI::ExistingFile);
  CLI11_PARSE(app, argc, argv);
  return run(o);
}
