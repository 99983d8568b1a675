#pragma once

#include <loa/sim/machine.hpp>
#include <loa/sim/network.hpp>
#include <loa/sim/schedule.hpp>
#include <loa/sim/trace.hpp>

#include <memory>
#include <string_view>
#include <vector>

/// \file
/// A world of machines in one thread and in virtual time. Everything that may go one way or the
/// other is decided by one seed: which actor of which machine works next, how long a disk takes,
/// every id. So what happened once happens again, in every process.
///
///     loa::sim::world w(seed);
///     auto& city = w.add({"city", {}, kinds});
///     city.start();
///     w.after(5s, [&] { city.kill(); });
///     w.after(9s, [&] { city.start(); });
///     w.run_until(60s);
namespace loa::sim {

struct world_options {
  /// The true time of day at the world's zero.
  instant begins = from_millis(1'756'677'600'000); // 2025-09-01T05:00:00+07:00
  std::size_t trace_lines = 10'000;
};

/// See the file's comment. One thread.
class world {
public:
  explicit world(std::uint64_t seed, const world_options& options = {});
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  [[nodiscard]] const micros& now() const noexcept { return now_; }
  /// The true time of day.
  [[nodiscard]] instant time() const { return begins_ + std::chrono::floor<duration>(now_); }
  [[nodiscard]] instant begins() const noexcept { return begins_; }
  [[nodiscard]] sim::trace& trace() noexcept { return trace_; }
  /// For whoever acts in the world. What it draws changes what comes after.
  [[nodiscard]] seeded_random& random() noexcept { return random_; }

  /// What lies between the machines.
  [[nodiscard]] sim::network& network() noexcept { return network_; }

  machine& add(machine_plan plan);
  /// Null if there is none of that name.
  [[nodiscard]] machine* find(std::string_view name) const;
  [[nodiscard]] const std::vector<std::unique_ptr<machine>>& machines() const noexcept {
    return machines_;
  }

  void at(micros when, schedule::action what) {
    if (!ended_) schedule_.add(when, std::move(what));
  }
  void after(micros delay, schedule::action what) { at(now_ + delay, std::move(what)); }
  void say(std::string_view who, std::string what) { trace_.say(now_, who, std::move(what)); }

  /// The next message of an actor, or the next event; false if nothing will ever happen any more.
  bool step();
  /// Lets everything happen up to this time, which it then is.
  void run_until(micros when);
  /// Steps made.
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

private:
  /// So much work at one instant is work without end; then time goes on.
  static constexpr std::uint64_t most_steps_at_once = 10'000'000;

  [[nodiscard]] std::optional<micros> next() const;
  /// Moves time to what comes next and lets one of those who are due begin.
  void begin_next(micros when);
  /// One of those that have something to do, or null.
  machine* choose_ready();

  micros now_{0};
  instant begins_;
  seeded_random random_;
  seeded_random order_;
  schedule schedule_;
  sim::trace trace_;
  sim::network network_;
  std::vector<std::unique_ptr<machine>> machines_;
  std::uint64_t steps_ = 0;
  std::uint64_t steps_now_ = 0;
  bool ended_ = false;
};

} // namespace loa::sim
