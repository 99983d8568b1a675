#include <loa/sim/internal/process.hpp>

namespace loa::sim {

process::process(surroundings s)
    : at_(std::move(s)),
      random_(at_.seed),
      log_(at_.log, alive_),
      time_(log_, &metrics_, at_.wall, at_.monotonic),
      writer_(at_.on, random_, at_.after),
      engine_(random_, [this] { return writer_.hurry() || at_.hurry_transport(); }) {
  engine_.set_time(at_.now);
}

process::~process() {
  die();
}

result<void> process::start(const machine_plan& plan) {
  if (auto counted = at_.on.journal().restart(); !counted) return counted;
  std::vector<std::pair<std::string, node::driver*>> drivers;
  for (const auto& [name, to] : plan.drivers) {
    gates_.push_back(std::make_unique<driver_gate>(*to, alive_));
    drivers.emplace_back(name, gates_.back().get());
  }
  std::optional<node::cluster_parts> cluster;
  if (plan.join) cluster = plan.join(at_.plug_in());
  auto started = node::runtime::start(
      plan.options,
      {at_.on.journal(), writer_, time_, random_, log_, &metrics_, at_.monotonic, &engine_},
      plan.kinds(), std::move(drivers), std::move(cluster));
  if (!started) return started.error();
  node_ = *std::move(started);
  return {};
}

bool process::stop() {
  const bool clean = node_->stop();
  while (writer_.hurry()) {
  }
  return clean;
}

void process::die() {
  if (!alive_) return;
  alive_ = false;
  writer_.die();
  node_.reset();
}

} // namespace loa::sim
