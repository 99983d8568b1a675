#pragma once

#include <loa/net/placement.hpp>
#include <loa/node/cluster.hpp>
#include <loa/node/internal/adoptions.hpp>
#include <loa/store/prefix_copy.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace loa::node {

/// Which node hosts what, as the placement in force says and this node has adopted, and what of it
/// is held because it is about to go. Any thread may ask; one changes.
class routes {
  struct state {
    std::shared_ptr<const net::placement> placed;
    adoptions adopted;
    std::optional<store::unit_set> held;
  };

public:
  routes(std::string own, adoptions adopted, net::placement first)
      : own_(std::move(own)),
        state_(std::make_shared<const state>(state{
            std::make_shared<const net::placement>(std::move(first)), std::move(adopted), {}})) {}

  /// What is true at one instant. Lives no longer than the routes.
  class view {
  public:
    view(const routes& of, std::shared_ptr<const state> s) : of_(&of), state_(std::move(s)) {}
    [[nodiscard]] bool here(const path& unit) const {
      const auto place = state_->placed->host_of(unit);
      return place && of_->serves(*state_, unit, *place);
    }
    [[nodiscard]] const net::placement& placement() const { return *state_->placed; }
    /// True if the placement gives the unit to this node, which may serve it by what its journal
    /// says, be it held or not.
    [[nodiscard]] bool owns(const path& unit) const {
      const auto place = state_->placed->host_of(unit);
      return place && place->node->node == of_->own_ && state_->adopted.allow(unit, *place);
    }
    [[nodiscard]] const adoptions& adopted() const { return state_->adopted; }

  private:
    const routes* of_;
    std::shared_ptr<const state> state_;
  };

  [[nodiscard]] const std::string& own() const noexcept { return own_; }
  [[nodiscard]] std::shared_ptr<const net::placement> placement() const {
    return state_.load()->placed;
  }
  [[nodiscard]] view now() const { return {*this, state_.load()}; }

  // Changes, each at once as a whole.
  void replace(net::placement newer) {
    change([&](state& s) { s.placed = std::make_shared<const net::placement>(std::move(newer)); });
  }
  void hold(store::unit_set units) {
    change([&](state& s) { s.held = std::move(units); });
  }
  void let_go() {
    change([](state& s) { s.held.reset(); });
  }
  void released(const path& prefix, std::uint64_t epoch) {
    change([&](state& s) { s.adopted.release(prefix, epoch); });
  }
  void adopted(const path& prefix, const adoptions::adopted& how) {
    change([&](state& s) { s.adopted.adopt(prefix, how); });
  }

  [[nodiscard]] whereabouts find(const path& unit) const {
    const auto s = state_.load();
    const auto place = s->placed->host_of(unit);
    if (!place) return {{}, false, {}};
    return {place->node->node, serves(*s, unit, *place), place->node->http};
  }
  [[nodiscard]] bool here(const path& unit) const { return now().here(unit); }
  /// True if it is about to go to another node, or has gone and not everybody knows it.
  [[nodiscard]] bool leaving(const path& unit) const {
    const auto s = state_.load();
    if (s->held && s->held->contains(unit)) return true;
    const auto place = s->placed->host_of(unit);
    return place && place->node->node == own_ && !s->adopted.allow(unit, *place) &&
           place->epoch == 1;
  }
  /// How the prefix was adopted.
  [[nodiscard]] adoptions::adopted adoption_of(const path& prefix) const {
    return state_.load()->adopted.of(prefix);
  }
  /// The least that the epoch of a unit's feed is.
  [[nodiscard]] std::uint64_t feeds_of(const path& unit) const {
    return state_.load()->adopted.feeds_of(unit);
  }
  /// The epoch of the prefix that a unit is in; 0 if nobody has it.
  [[nodiscard]] std::uint64_t epoch_of(const path& unit) const {
    const auto s = state_.load();
    const auto place = s->placed->host_of(unit);
    return place ? place->epoch : 0;
  }
  /// The epoch under which this node speaks for a unit; nothing if it is another's by now, or was
  /// meanwhile.
  [[nodiscard]] std::optional<std::uint64_t> speaks_under(const path& unit) const {
    const auto s = state_.load();
    const auto place = s->placed->host_of(unit);
    if (!place || place->node->node != own_ || !s->adopted.allow(unit, *place)) return std::nullopt;
    return place->epoch;
  }
  /// True if what lives under `unit` may be spoken for by `node`.
  [[nodiscard]] bool speaks_for(std::string_view node, const path& unit) const {
    const auto placed = placement();
    const auto place = placed->host_of(unit);
    return place && place->node->node == node;
  }
  /// The nodes that host what is right above or below a prefix of this one.
  [[nodiscard]] std::set<std::string> neighbours() const {
    const auto placed = placement();
    std::set<std::string> all;
    for (const auto& n : placed->document().nodes)
      for (const auto& h : n.hosts) {
        const auto above = placed->host_of(h.prefix.parent());
        if (!above || above->node->node == n.node) continue;
        if (n.node == own_) all.insert(above->node->node);
        if (above->node->node == own_) all.insert(n.node);
      }
    return all;
  }
  /// What the placement gives to this node and it has yet to adopt.
  [[nodiscard]] std::vector<net::node_place::hosted> not_adopted() const {
    const auto s = state_.load();
    std::vector<net::node_place::hosted> all;
    if (const auto* mine = s->placed->find(own_))
      for (const auto& h : mine->hosts)
        if (!s->adopted.allow(h.prefix, {mine, h.prefix, h.epoch})) all.push_back(h);
    return all;
  }

private:
  [[nodiscard]] bool serves(const state& s, const path& unit,
                            const net::placement::place& p) const {
    return p.node->node == own_ && s.adopted.allow(unit, p) && !(s.held && s.held->contains(unit));
  }
  template <class F>
  void change(F&& f) {
    auto next = std::make_shared<state>(*state_.load());
    f(*next);
    state_.store(std::move(next));
  }

  std::string own_;
  std::atomic<std::shared_ptr<const state>> state_;
};

} // namespace loa::node
