#include <bench/plan/rehearsal.hpp>
#include <bench/plan/stage.hpp>

#include <algorithm>
#include <vector>

namespace loa::bench {

namespace {

/// Connections that are written to as one step; far below what can be told apart in the figures.
constexpr std::size_t step = 500;

double ms(stage::micros d) {
  return static_cast<double>(d.count()) / 1000;
}

class rehearsal {
public:
  rehearsal(const unit_costs& c, const city_shape& city, std::uint64_t seed, double loss)
      : costs(c),
        shape(city),
        on(city.nodes, seed, loss, [this](std::size_t node) { arrived(node); }) {}

  rehearsed run() {
    for (std::size_t n = 1; n < shape.nodes; ++n) lines.push_back(on.connect(0, n));
    on.settle();
    begin = on.now();
    on.after(costs.accept_ms, [this] { accepted(); });
    on.run_until([this] { return reached == shape.citizens + shape.devices; });
    return std::move(outcome);
  }

private:
  void accepted() {
    if (shape.nodes == 1) return arrived(0);
    copy_to(0);
  }
  /// One copy after the other, as the root's node works.
  void copy_to(std::size_t i) {
    if (i == lines.size()) return;
    on.after(costs.copy_ms, [this, i] {
      on.send(0, lines[i]);
      copy_to(i + 1);
    });
  }
  void arrived(std::size_t node) {
    const auto levels = costs.level_ms * static_cast<double>(shape.depth);
    const auto own = std::max(0.0, costs.first_ms - costs.accept_ms);
    const auto hop = shape.nodes > 1 ? costs.hop_ms + costs.commit_ms : 0;
    on.after(hop + levels + own, [this, node] {
      tell_devices(share(shape.devices, node), share(shape.citizens, node));
    });
  }
  void tell_devices(std::size_t left, std::size_t citizens) {
    if (left == 0) return tell(citizens);
    const auto now = std::min(step, left);
    on.after((costs.device_us + costs.per_connection_us) * static_cast<double>(now) / 1000,
             [this, left, citizens, now] {
               outcome.devices_ms = note(now);
               tell_devices(left - now, citizens);
             });
  }
  void tell(std::size_t left) {
    if (left == 0) return;
    const auto now = std::min(step, left);
    on.after(costs.per_connection_us * static_cast<double>(now) / 1000, [this, left, now] {
      note(now);
      tell(left - now);
    });
  }
  double note(std::size_t told) {
    const auto took = on.now() - begin;
    outcome.latencies.record(static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count()),
                             told);
    reached += told;
    return outcome.last_ms = ms(took);
  }

  [[nodiscard]] std::size_t share(std::size_t all, std::size_t node) const {
    if (shape.nodes == 1) return all;
    const auto serving = shape.nodes - 1;
    return node == 0 ? 0 : all * node / serving - all * (node - 1) / serving;
  }

  const unit_costs& costs;
  const city_shape& shape;
  stage on;
  std::vector<net::line_id> lines;
  stage::micros begin{0};
  std::size_t reached = 0;
  rehearsed outcome;
};

/// An alert down a way, again and again. Node n hosts level n if each level has a node.
class way_down {
public:
  way_down(const unit_costs& c, std::size_t l, bool own_nodes, std::uint64_t seed, double loss)
      : costs(c),
        levels(l),
        on(own_nodes ? l + 1 : 1, seed, loss, [this](std::size_t node) { arrived(node); }) {
    for (std::size_t n = 0; own_nodes && n < levels; ++n) lines.push_back(on.connect(n, n + 1));
    on.settle();
  }

  double run(std::size_t alerts) {
    stage::micros all{0};
    for (std::size_t i = 0; i < alerts; ++i) {
      there = false;
      const auto begin = on.now();
      on.after(costs.accept_ms, [this] { taken(0); });
      on.run_until([this] { return there; });
      all += at - begin;
    }
    return ms(all) / static_cast<double>(alerts);
  }

private:
  void arrived(std::size_t level) {
    on.after(costs.hop_ms + costs.commit_ms + costs.level_ms, [this, level] { taken(level); });
  }
  /// A level has it.
  void taken(std::size_t level) {
    if (level == levels)
      return on.after(std::max(0.0, costs.first_ms - costs.accept_ms), [this] {
        there = true;
        at = on.now();
      });
    if (lines.empty()) return on.after(costs.level_ms, [this, level] { taken(level + 1); });
    on.after(costs.copy_ms, [this, level] { on.send(level, lines[level]); });
  }

  const unit_costs& costs;
  std::size_t levels;
  stage on;
  std::vector<net::line_id> lines;
  bool there = false;
  stage::micros at{0};
};

} // namespace

rehearsed rehearse(const unit_costs& costs, const city_shape& city, std::uint64_t seed,
                   double loss) {
  return rehearsal(costs, city, seed, loss).run();
}

double rehearse_way(const unit_costs& costs, std::size_t levels, bool own_nodes, std::uint64_t seed,
                    double loss, std::size_t alerts) {
  return way_down(costs, levels, own_nodes, seed, loss).run(alerts);
}

} // namespace loa::bench
