#pragma once

#include <loa/net/placement.hpp>
#include <loa/node/cluster.hpp>
#include <loa/node/internal/adoptions.hpp>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace loa::node {

/// Which node hosts what, as the placement in force says and this node has adopted. Any thread.
class routes {
public:
  routes(std::string own, adoptions adopted, net::placement first)
      : own_(std::move(own)),
        adopted_(std::move(adopted)),
        placement_(std::make_shared<const net::placement>(std::move(first))) {}

  /// What is true under one placement. Lives no longer than the routes.
  class view {
  public:
    view(const routes& of, std::shared_ptr<const net::placement> p)
        : of_(&of),
          placement_(std::move(p)) {}
    [[nodiscard]] bool here(const path& unit) const {
      const auto place = placement_->host_of(unit);
      return place && of_->serves(*place);
    }

  private:
    const routes* of_;
    std::shared_ptr<const net::placement> placement_;
  };

  [[nodiscard]] const std::string& own() const noexcept { return own_; }
  [[nodiscard]] std::shared_ptr<const net::placement> placement() const {
    return placement_.load();
  }
  [[nodiscard]] view now() const { return {*this, placement()}; }
  void replace(net::placement newer) {
    placement_.store(std::make_shared<const net::placement>(std::move(newer)));
  }

  [[nodiscard]] whereabouts find(const path& unit) const {
    const auto now = placement();
    const auto place = now->host_of(unit);
    if (!place) return {{}, false, {}};
    return {place->node->node, serves(*place), place->node->http};
  }
  [[nodiscard]] bool here(const path& unit) const { return now().here(unit); }
  /// True if what lives under `unit` may be spoken for by `node`.
  [[nodiscard]] bool speaks_for(std::string_view node, const path& unit) const {
    const auto now = placement();
    const auto place = now->host_of(unit);
    return place && place->node->node == node;
  }
  /// The nodes that host what is right above or below a prefix of this one.
  [[nodiscard]] std::set<std::string> neighbours() const {
    const auto now = placement();
    std::set<std::string> all;
    for (const auto& n : now->document().nodes)
      for (const auto& h : n.hosts) {
        const auto above = now->host_of(h.prefix.parent());
        if (!above || above->node->node == n.node) continue;
        if (n.node == own_) all.insert(above->node->node);
        if (above->node->node == own_) all.insert(n.node);
      }
    return all;
  }
  /// What the placement gives to this node and it has yet to adopt.
  [[nodiscard]] std::vector<net::node_place::hosted> not_adopted() const {
    const auto now = placement();
    std::vector<net::node_place::hosted> all;
    if (const auto* mine = now->find(own_))
      for (const auto& h : mine->hosts)
        if (!serves({mine, h.prefix, h.epoch})) all.push_back(h);
    return all;
  }

private:
  [[nodiscard]] bool serves(const net::placement::place& p) const {
    return p.node->node == own_ && adopted_.allow(p);
  }

  std::string own_;
  adoptions adopted_;
  std::atomic<std::shared_ptr<const net::placement>> placement_;
};

} // namespace loa::node
