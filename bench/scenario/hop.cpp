#include <bench/harness/server_process.hpp>
#include <bench/measure/machine.hpp>
#include <bench/scenario/hop.hpp>
#include <bench/scenario/hop_times.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/citizen/entity.hpp>
#include <loa/device/entity.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/net/caf_transport.hpp>
#include <loa/net/issuing.hpp>
#include <loa/report/entity.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/unit/entity.hpp>

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <semaphore>
#include <thread>

namespace loa::bench {

namespace {

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

/// One node with its journal.
class place {
public:
  static result<std::unique_ptr<place>> open(const fs::path& directory, const std::string& name,
                                             lone_client& client,
                                             std::optional<node::cluster_parts> cluster) {
    store::lmdb_options o;
    o.directory = (directory / name).string();
    o.node = name;
    auto journal = store::open_lmdb(o);
    if (!journal) return journal.error();
    auto made = std::unique_ptr<place>(new place(*std::move(journal)));
    node::runtime_options habits;
    habits.threads = 1;
    node::runtime_parts parts{*made->journal_, made->writer_};
    parts.metrics = &made->metrics_;
    auto started =
        node::runtime::start(habits, parts,
                             {node::kind_of<unit::entity>(), node::kind_of<device::entity>(),
                              node::kind_of<citizen::entity>(), node::kind_of<report::entity>()},
                             {{"citizen", &client}}, std::move(cluster));
    if (!started) return started.error();
    made->runtime_ = *std::move(started);
    auto tree = model::unit_tree::load(units);
    if (!tree) return tree.error();
    if (auto told = host::configure_units(*made->runtime_, parts, *tree, {}); !told)
      return told.error();
    return made;
  }
  ~place() {
    if (runtime_) (void)runtime_->stop(10s);
  }
  node::runtime& runtime() { return *runtime_; }
  metric_registry& metrics() { return metrics_; }

private:
  explicit place(std::unique_ptr<store::journal> j) : journal_(std::move(j)), writer_(*journal_) {}

  metric_registry metrics_;
  std::unique_ptr<store::journal> journal_;
  store::threaded_writer writer_;
  std::unique_ptr<node::runtime> runtime_;
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

/// Nanoseconds from the call to publish at the city to the delivery in the commune.
result<histogram> times_of(node::runtime& city, node::runtime& commune, lone_client& client,
                           std::size_t bulletins, conductor& c) {
  constexpr std::size_t warm_up = 20; // the first ones find the way
  const auto root = *path::parse("79");
  const auto home = *path::parse("79.760.26734");
  auto attached =
      commune.ask_and_wait(*name::parse("citizen/lan"),
                           wire::value::of(citizen::attach{1, {{home, std::nullopt}}, false}));
  if (!attached) return attached.error();
  histogram out;
  for (std::size_t i = 0; i < warm_up + bulletins && !c.stopped(); ++i) {
    const auto start = steady::now();
    city.ask(name::of("unit", root), wire::value::of(unit::publish_bulletin{notice(root)}),
             [](const result<wire::value>&) {}, {{}, {}, store::urgency::emergency});
    if (!client.got.try_acquire_for(30s))
      return error{errc::timeout, "A bulletin did not come in 30 s.", {}};
    if (i >= warm_up)
      out.record(static_cast<std::uint64_t>(std::chrono::nanoseconds(client.at - start).count()));
    std::this_thread::sleep_for(3ms);
  }
  return out;
}

/// Two nodes that prove themselves to each other with an authority of their own.
class pair_of_nodes {
public:
  explicit pair_of_nodes(fs::path where) : where_(std::move(where)) {}

  struct measured {
    histogram times;
    buckets under_way; ///< As the district's metrics tell.
  };
  result<measured> measure(std::size_t bulletins, conductor& c) {
    auto authority = net::make_authority("bench", {now_ - 1h, 48h}, system_random());
    auto first = free_port();
    auto second = free_port();
    if (!authority) return authority.error();
    if (!first || !second) return error{errc::unavailable, "No ports are free.", {}};
    std::ofstream(where_ / "authority.pem") << authority->certificate_pem;
    ports_[0] = *first;
    ports_[1] = *second;
    lone_client nobody;
    lone_client client;
    auto city_parts = member(*authority, 0);
    auto district_parts = member(*authority, 1);
    if (!city_parts) return city_parts.error();
    if (!district_parts) return district_parts.error();
    auto city = place::open(where_, "city", nobody, *std::move(city_parts));
    if (!city) return city.error();
    auto district = place::open(where_, "district", client, *std::move(district_parts));
    if (!district) return district.error();
    auto times = times_of((*city)->runtime(), (*district)->runtime(), client, bulletins, c);
    if (!times) return times.error();
    const auto read =
        (*district)->metrics().get_histogram("loa_hop_seconds", "", {{"lane", "emergency"}}).read();
    return measured{*std::move(times), {read.bounds, read.counts, read.sum}};
  }

private:
  result<node::cluster_parts> member(const net::issued& by, std::size_t which) const {
    const std::string name = which == 0 ? "city" : "district";
    auto mine = net::issue(by, {"bench", name}, {now_ - 1h, 24h}, system_random());
    if (!mine) return mine.error();
    const auto certificate = where_ / (name + ".pem");
    const auto key = where_ / (name + ".key");
    std::ofstream(certificate) << mine->certificate_pem;
    std::ofstream(key) << mine->key_pem;
    auto identity = net::identity::load(mine->certificate_pem, mine->key_pem, by.certificate_pem);
    if (!identity) return identity.error();
    auto placed = net::placement::make(
        {{{"city", fmt::format("127.0.0.1:{}", ports_[0]), {{*path::parse("79"), 1}}, {}},
          {"district",
           fmt::format("127.0.0.1:{}", ports_[1]),
           {{*path::parse("79.760"), 1}},
           {}}}});
    if (!placed) return placed.error();
    return node::cluster_parts{
        *std::move(identity),
        *std::move(placed),
        net::open_caf_transport({.listen = fmt::format("127.0.0.1:{}", ports_[which]),
                                 .certificate = certificate,
                                 .key = key,
                                 .authority = where_ / "authority.pem"}),
        {},
        nullptr,
        {}};
  }

  fs::path where_;
  instant now_ = system_clock().now();
  std::uint16_t ports_[2] = {0, 0};
};

class hopping final : public contender {
public:
  explicit hopping(hop_options o) : options_(o) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"between the nodes", "mutual TLS over loopback, handshake and MAC of their own"},
            {"journal", "LMDB on disk, fsync on both nodes"},
            {"threads for entities", "1 on each node"}};
  }

  result<repetition> measure(std::size_t, conductor& c) override {
    auto where = c.directory("hop");
    if (!where) return where.error();
    const noise_watch noise({});
    auto one = alone(*where, c);
    if (!one) return one.error();
    auto two = pair_of_nodes(*where).measure(options_.bulletins, c);
    if (!two) return two.error();
    if (c.stopped()) return error{errc::unavailable, "Stopped.", {}};
    const auto ms = [](const histogram& h) { return static_cast<double>(h.at(0.5)) / 1e6; };
    repetition out;
    out.figures = {
        {"on one node", "ms", ms(*one), better::lower},
        {"on two nodes", "ms", ms(two->times), better::lower},
        {"the hop, its commit included", "ms", ms(two->times) - ms(*one), better::lower}};
    add_hop_figures("", two->under_way, out);
    out.latencies = {{"on one node", one->to_sparse()}, {"on two nodes", two->times.to_sparse()}};
    out.disturbed = noise.since(0ns);
    out.disturbed.generator_cpu = 0; // the measured works in this process
    return out;
  }

private:
  result<histogram> alone(const fs::path& where, conductor& c) const {
    lone_client client;
    auto node = place::open(where, "alone", client, std::nullopt);
    if (!node) return node.error();
    return times_of((*node)->runtime(), (*node)->runtime(), client, options_.bulletins, c);
  }

  hop_options options_;
};

} // namespace

result<void> check(const hop_options&) {
  return {};
}

result<void> measure(const hop_options& o, conductor& c, section& into) {
  into.scenario = "hop";
  into.title = "What the way from one node to another adds to a bulletin";
  into.settings = {{"bulletins in a repetition", std::to_string(o.bulletins)}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<hopping>(o));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
