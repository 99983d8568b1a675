#include <loa/base/probe.hpp>
#include <loa/node/internal/homes.hpp>
#include <loa/supervision/restart_window.hpp>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <unordered_map>

namespace loa::node {

namespace {

/// The restart windows of all homes. One actor, since a crash is rare and a window is all a home
/// needs.
class homes_actor final : public caf::event_based_actor {
public:
  homes_actor(caf::actor_config& config, node_core& core)
      : caf::event_based_actor(config),
        core_(core),
        limit_{static_cast<std::uint32_t>(core.options.restart_intensity),
               core.options.restart_period} {}

  caf::behavior make_behavior() override {
    core_.homes = caf::actor_cast<caf::actor>(this);
    return {[this](const crash_report& r) { on_crash(r); }};
  }

private:
  /// Homes whose crashes are remembered; beyond it all are forgotten.
  static inline limit max_homes{"node.homes", 10'000, 1};

  void on_crash(const crash_report& r) {
    const auto now = core_.parts.monotonic.now().time_since_epoch();
    if (!windows_.contains(std::string(r.who.home_text())) && max_homes.reached_by(windows_.size()))
      windows_.clear();
    auto& window = windows_[std::string(r.who.home_text())];
    auto next = supervision::note_restart(std::move(window), now, limit_);
    window = std::move(next.restarts);
    if (window.size() > 1) LOA_PROBE("home: two crashes within one window");
    if (next.within_limit) return restart(r.who);
    windows_.erase(std::string(r.who.home_text()));
    stop_home(r.who.home());
    // A home that had to be stopped is a restart in the eyes of the next supervisor above.
    auto above = supervision::note_restart(std::move(stops_), now, limit_);
    stops_ = std::move(above.restarts);
    if (above.within_limit) return;
    core_.parts.log.write(log_level::error, "supervisor",
                          "Too many homes were stopped; their supervisor gives up.");
    quit(caf::exit_reason::user_shutdown);
  }

  void restart(const loa::name& who) {
    core_.restarts.fetch_add(1, std::memory_order_relaxed);
    core_.metrics.restarts.add();
    const auto kind = core_.kinds.find(who.kind());
    if (kind == core_.kinds.end()) return;
    if (kind->second.durable) {
      LOA_PROBE("home: an entity begins anew after a crash");
      core_.send(who, load_letter{});
      return;
    }
    if (auto* clients = kind->second.clients)
      core_.guarded("driver", kind->first, [&] { clients->restarted(who); });
  }

  void stop_home(const path& home) {
    core_.parts.log.write(log_level::error, "supervisor",
                          "Too many crashes; the whole home is stopped and starts anew.",
                          {{"home", home.str()}});
    for (const auto& who : core_.names.names([&](const loa::name& n) { return n.home() == home; }))
      core_.names.send_if_awake(who, mail_of(stop_letter{}));
  }

  node_core& core_;
  supervision::restart_limit limit_;
  std::unordered_map<std::string, std::vector<duration>> windows_;
  std::vector<duration> stops_;
};

} // namespace

supervision::child_factory homes_factory(node_core& core) {
  return [&core](caf::local_actor* parent) -> result<caf::actor> {
    return caf::actor_cast<caf::actor>(parent->spawn<homes_actor>(core));
  };
}

} // namespace loa::node
