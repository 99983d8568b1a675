#include <bindings/http/server.hpp>
#include <bindings/node/membership.hpp>
#include <bindings/node/reorganiser.hpp>
#include <bindings/node/split_driver.hpp>
#include <bindings/node/station.hpp>
#include <bindings/node/token_book.hpp>
#include <bindings/node/upkeep.hpp>
#include <loa/base/guarded_clock.hpp>
#include <loa/citizen/entity.hpp>
#include <loa/device/entity.hpp>
#include <loa/report/entity.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/store/writer.hpp>
#include <loa/unit/entity.hpp>

#include <fmt/format.h>

#include <atomic>
#include <mutex>

namespace loa::host {

namespace {

node::runtime_options runtime_options_of(const config& c) {
  const auto& limits = c.limits;
  node::runtime_options o;
  o.forget_followers = c.forget_after;
  o.threads = limits.threads;
  o.most_waking = limits.waking;
  o.most_asks = limits.asks;
  o.most_sessions = limits.citizens_per_unit;
  o.idle = limits.idle;
  return o;
}

std::vector<node::entity_kind> all_kinds() {
  return {node::kind_of<unit::entity>(), node::kind_of<device::entity>(),
          node::kind_of<citizen::entity>(), node::kind_of<report::entity>()};
}

} // namespace

/// The members stand in the order in which they come up; they go in the reverse one.
class station::impl {
public:
  impl(const config& c, station_parts parts) : config_(c), parts_(std::move(parts)) {}

  ~impl() { stop(std::chrono::seconds(10)); }

  result<void> open() {
    auto tree = read_units(config_);
    if (!tree) return tree.error();
    tree_ = *std::move(tree);
    if (auto opened = open_journal(); !opened) return opened;
    if (auto made = make_gateway(); !made) return made;
    if (auto started = start_node(); !started) return started;
    auto listening = gateway_->start(*backend_);
    if (!listening) return listening;
    upkeep_ = std::make_unique<upkeep>(
        upkeep::parts{*node_, *journal_, config_.data, metrics_, parts_.log});
    {
      const std::lock_guard lock(early_mutex_);
      reorganiser_ =
          std::make_unique<reorganiser>([this](const reorganiser::units& units) { adopt(units); });
      if (early_) reorganiser_->put(std::exchange(early_, nullptr)); // came during the start
    }
    ready_.store(true);
    return {};
  }

  bool stop(duration patience) {
    ready_.store(false);
    upkeep_.reset();
    {
      const std::lock_guard lock(early_mutex_);
      stopping_ = true;
    }
    reorganiser_.reset();
    bool clean = true;
    if (gateway_) {
      clean = gateway_->drain(patience);
      gateway_->stop();
    }
    if (node_) clean = node_->stop(patience) && clean;
    if (writer_) writer_->stop();
    return clean;
  }

  result<void> reload() {
    if (lines_)
      if (auto again = lines_->reload(); !again) return again;
    if (config_.http.certificate.empty()) return {};
    return gateway_->reload_certificates();
  }

  node::runtime& node() { return *node_; }
  const model::unit_tree& tree() const { return *tree_; }
  metric_registry& metrics() { return metrics_; }

  endpoint listening() const {
    auto where = endpoint::parse(config_.http.listen).value();
    where.port = gateway_->port();
    return where;
  }

private:
  [[nodiscard]] result<void> ready() const {
    if (ready_.load()) return {};
    return error{errc::unavailable, "The node is starting or stopping.", {}};
  }

  result<void> open_journal() {
    store::lmdb_options o;
    o.directory = (config_.data / journal_directory).string();
    o.node = config_.name;
    o.map_size = config_.limits.journal_size;
    auto opened = store::open_lmdb(o);
    if (!opened) return opened.error();
    journal_ = *std::move(opened);
    writer_ =
        std::make_unique<store::threaded_writer>(*journal_, store::writer_options{}, &metrics_);
    return {};
  }

  result<void> make_gateway() {
    const token_book book(config_.data);
    auto key = book.key();
    if (!key) return key.error();
    authority_ =
        std::make_unique<http::authority>(*std::move(key), book.revoked_file(), time_, parts_.log);
    http::server_parts parts{
        tree_, *authority_, metrics_, parts_.log, time_, parts_.random, [this] { return ready(); }};
    auto options = config_.http;
    options.node = config_.name;
    options.known_citizens = config_.data / "citizens.known";
    options.redirect_elsewhere = config_.cluster && config_.cluster->calls == elsewhere::redirect;
    auto made = http::server::create(std::move(options), std::move(parts));
    if (!made) return made.error();
    gateway_ = *std::move(made);
    return {};
  }

  result<void> start_node() {
    const auto driver_of = [&](node::driver* inside, node::driver& outside,
                               std::unique_ptr<split_driver>& both) -> node::driver* {
      if (!inside) return &outside;
      both = std::make_unique<split_driver>(*inside, outside);
      return both.get();
    };
    const node::runtime_parts parts{*journal_,     *writer_,   time_,
                                    parts_.random, parts_.log, &metrics_};
    std::optional<node::cluster_parts> cluster;
    if (config_.cluster) {
      auto member = join_cluster(config_, parts_.log, time_,
                                 [this](const net::signed_document& d) { units_came(d); });
      if (!member) return member.error();
      member->parts.services.push_back(gateway_->calls_of_nodes());
      lines_ = member->lines;
      cluster = std::move(member->parts);
    }
    auto started = node::runtime::start(
        runtime_options_of(config_), parts, all_kinds(),
        {{"citizen", driver_of(parts_.citizens, gateway_->citizens(), citizens_)},
         {"device", driver_of(parts_.devices, gateway_->devices(), devices_)}},
        std::move(cluster));
    if (!started) return started.error();
    node_ = *std::move(started);
    backend_ = std::make_unique<http::runtime_backend>(*node_);
    return configure(*tree_, parts_.progress);
  }

  result<void> configure(const model::unit_tree& units, const work_progress& progress) {
    const node::runtime_parts parts{*journal_,     *writer_,   time_,
                                    parts_.random, parts_.log, &metrics_};
    return configure_units(*node_, parts, units, {config_.retention, config_.clocks}, progress);
  }

  /// Another node has given a newer hierarchy. On the transport's thread.
  void units_came(const net::signed_document& d) {
    auto units = model::unit_tree::load(d.content());
    if (!units) return; // the shelf has judged it
    auto next = std::make_shared<const model::unit_tree>(*std::move(units));
    const std::lock_guard lock(early_mutex_);
    if (stopping_) return;
    if (reorganiser_)
      reorganiser_->put(std::move(next));
    else
      early_ = std::move(next);
  }

  void adopt(const reorganiser::units& units) {
    if (auto told = configure(*units, {}); !told)
      return parts_.log.write(log_level::error, "cluster",
                              "The units could not be told of the newer hierarchy; they are told "
                              "at the next start.",
                              {{"why", told.error().detail}});
    gateway_->use(units);
    parts_.log.write(log_level::info, "cluster", "The newer hierarchy is in force.",
                     {{"units", std::to_string(units->size())}});
  }

  const config config_;
  const station_parts parts_;
  std::atomic<bool> ready_{false};
  metric_registry metrics_;
  const guarded_clock time_{parts_.log, &metrics_, parts_.time};
  std::shared_ptr<const model::unit_tree> tree_;
  std::unique_ptr<store::journal> journal_;
  std::unique_ptr<store::threaded_writer> writer_;
  std::unique_ptr<http::authority> authority_;
  std::unique_ptr<http::server> gateway_;
  std::unique_ptr<split_driver> citizens_;
  std::unique_ptr<split_driver> devices_;
  std::unique_ptr<node::runtime> node_;
  std::unique_ptr<http::runtime_backend> backend_;
  std::unique_ptr<upkeep> upkeep_;
  net::caf_transport* lines_ = nullptr; // the runtime's
  std::mutex early_mutex_;
  reorganiser::units early_;
  bool stopping_ = false;
  std::unique_ptr<reorganiser> reorganiser_;
};

station::station(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
station::~station() = default;

result<std::unique_ptr<station>> station::open(const config& c, station_parts parts) {
  auto i = std::make_unique<impl>(c, std::move(parts));
  if (auto opened = i->open(); !opened) return opened.error();
  return std::unique_ptr<station>(new station(std::move(i)));
}

node::runtime& station::node() {
  return impl_->node();
}
const model::unit_tree& station::tree() const {
  return impl_->tree();
}
metric_registry& station::metrics() {
  return impl_->metrics();
}
endpoint station::listening() const {
  return impl_->listening();
}
result<void> station::reload() {
  return impl_->reload();
}
bool station::stop(duration patience) {
  return impl_->stop(patience);
}

} // namespace loa::host
