#pragma once

#include <loa/net/placement.hpp>
#include <loa/node/cluster.hpp>

#include <atomic>
#include <memory>

namespace loa::node {

/// Which node hosts what, as the placement in force says. Any thread.
class routes {
public:
  routes(std::string own, net::placement first)
      : own_(std::move(own)),
        placement_(std::make_shared<const net::placement>(std::move(first))) {}

  [[nodiscard]] const std::string& own() const noexcept { return own_; }
  [[nodiscard]] std::shared_ptr<const net::placement> placement() const {
    return placement_.load();
  }
  void replace(net::placement newer) {
    placement_.store(std::make_shared<const net::placement>(std::move(newer)));
  }

  [[nodiscard]] whereabouts find(const path& unit) const {
    const auto now = placement();
    const auto place = now->host_of(unit);
    if (!place) return {{}, false, {}};
    return {place->node->node, place->node->node == own_, place->node->http};
  }
  [[nodiscard]] bool here(const path& unit) const { return find(unit).here; }
  /// True if what lives under `unit` may be spoken for by `node`.
  [[nodiscard]] bool speaks_for(std::string_view node, const path& unit) const {
    const auto now = placement();
    const auto place = now->host_of(unit);
    return place && place->node->node == node;
  }

private:
  std::string own_;
  std::atomic<std::shared_ptr<const net::placement>> placement_;
};

} // namespace loa::node
