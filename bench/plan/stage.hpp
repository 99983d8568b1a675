#pragma once

#include <loa/sim/world.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace loa::bench {

/// Nodes in virtual time, joined by the simulation's network, that send each other an alert and
/// take measured times for it, spread by chance. One thread.
class stage {
public:
  using micros = sim::micros;
  /// Called when an alert has come to a node.
  using arrival = std::function<void(std::size_t node)>;
  stage(std::size_t nodes, std::uint64_t seed, double loss, arrival arrived);
  ~stage();

  /// A line between two nodes, which is there when `settle` returns.
  net::line_id connect(std::size_t from, std::size_t to);
  void settle();
  void send(std::size_t from, net::line_id line);

  [[nodiscard]] micros now() const { return world_.now(); }
  /// Does something after a while that is `mean_ms` on average: half of it always, half of it
  /// exponentially by chance, as waiting times are.
  void after(double mean_ms, std::function<void()> what);
  /// Lets time pass until this holds, or for so long that it never will.
  void run_until(const std::function<bool()>& holds);

private:
  class member;
  sim::world world_;
  arrival arrived_;
  std::vector<std::unique_ptr<member>> members_;
};

} // namespace loa::bench
