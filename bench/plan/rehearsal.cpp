#include <bench/plan/rehearsal.hpp>
#include <loa/sim/world.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace loa::bench {

namespace {

using sim::micros;

constexpr std::size_t frame_octets = 2000;
/// Connections that are written to as one step; far below what can be told apart in the figures.
constexpr std::size_t step = 500;

class rehearsal;

/// A node: receives the alert's copy and tells who is connected to it.
class stage_node final : public net::transport_events {
public:
  stage_node(rehearsal& all, std::size_t number) : all_(all), number_(number) {}
  void on_accepted(net::line_id) override {}
  void on_connected(net::line_id line) override;
  void on_received(net::line_id, bytes) override;
  void on_closed(net::line_id, const std::string&) override {}
  void on_time() override {}

  std::unique_ptr<net::transport> transport;

private:
  rehearsal& all_;
  std::size_t number_;
};

class rehearsal {
public:
  rehearsal(const unit_costs& c, const city_shape& city, std::uint64_t seed, double loss)
      : costs(c),
        shape(city),
        world(seed) {
    sim::way usual;
    usual.loss = loss;
    world.network().set_all(usual);
  }

  rehearsed run() {
    for (std::size_t n = 0; n < shape.nodes; ++n) {
      sim::machine_plan plan;
      plan.name = fmt::format("node-{}", n);
      plan.kinds = [] { return std::vector<node::entity_kind>(); };
      auto& machine = world.add(std::move(plan));
      (void)machine.start(); // the network carries nothing for a machine that is off
      nodes.push_back(std::make_unique<stage_node>(*this, n));
      nodes.back()->transport = world.network().plug_in(machine, address_of(n), steady_clock());
      (void)nodes.back()->transport->start(*nodes.back());
    }
    for (std::size_t n = 1; n < shape.nodes; ++n)
      lines.push_back(nodes[0]->transport->connect(address_of(n)));
    world.run_until(std::chrono::seconds(5)); // every line is there
    begin = world.now();
    world.after(chance(costs.accept_ms), [this] { accepted(); });
    // Until nothing happens any more, in pieces: how long it takes is the question.
    for (int i = 0; i < 100'000 && reached < all(); ++i)
      world.run_until(world.now() + std::chrono::milliseconds(10));
    for (auto& n : nodes) n->transport->stop();
    return std::move(outcome);
  }

  /// Around a mean of so many milliseconds: half of it always, half of it exponentially by chance,
  /// as waiting times are.
  micros chance(double mean_ms) {
    const auto u = (static_cast<double>(world.random().next() >> 11) + 1) / 9007199254740993.0;
    return micros(std::llround(1000 * mean_ms * (0.5 - 0.5 * std::log(u))));
  }

  void accepted() {
    if (shape.nodes == 1) return arrived(0);
    copy_to(0);
  }
  /// One copy after the other, as the root's node works.
  void copy_to(std::size_t i) {
    if (i == lines.size()) return;
    world.after(chance(costs.copy_ms), [this, i] {
      nodes[0]->transport->send(lines[i], bytes(frame_octets, 'x'));
      copy_to(i + 1);
    });
  }
  void arrived(std::size_t node) {
    const auto levels = costs.level_ms * static_cast<double>(shape.depth);
    const auto own = std::max(0.0, costs.first_ms - costs.accept_ms);
    const auto hop = shape.nodes > 1 ? costs.hop_ms : 0;
    world.after(chance(hop + levels + own), [this, node] { tell(node, connections_of(node)); });
  }
  void tell(std::size_t node, std::size_t left) {
    if (left == 0) return;
    const auto now = std::min(step, left);
    world.after(chance(costs.per_connection_us * static_cast<double>(now) / 1000),
                [this, node, left, now] {
                  const auto took = world.now() - begin;
                  outcome.latencies.record(
                      static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count()), now);
                  outcome.last_ms = static_cast<double>(took.count()) / 1000;
                  reached += now;
                  tell(node, left - now);
                });
  }

  [[nodiscard]] std::size_t all() const { return shape.citizens + shape.devices; }
  [[nodiscard]] std::size_t connections_of(std::size_t node) const {
    if (shape.nodes == 1) return all();
    const auto serving = shape.nodes - 1;
    return node == 0 ? 0 : all() * node / serving - all() * (node - 1) / serving;
  }
  static std::string address_of(std::size_t n) { return fmt::format("node-{}:1", n); }

  const unit_costs& costs;
  const city_shape& shape;
  sim::world world;
  std::vector<std::unique_ptr<stage_node>> nodes;
  std::vector<net::line_id> lines;
  micros begin{0};
  std::size_t reached = 0;
  rehearsed outcome;
};

void stage_node::on_connected(net::line_id) {}
void stage_node::on_received(net::line_id, bytes) {
  all_.arrived(number_);
}

} // namespace

rehearsed rehearse(const unit_costs& costs, const city_shape& city, std::uint64_t seed,
                   double loss) {
  return rehearsal(costs, city, seed, loss).run();
}

} // namespace loa::bench
