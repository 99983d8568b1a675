#pragma once

#include <loa/city/book.hpp>
#include <loa/city/layout.hpp>
#include <loa/city/workload.hpp>
#include <loa/sim/faults.hpp>

#include <functional>

/// \file
/// Hours of a city in seconds: nodes, people and weather out of one seed, and at the end the
/// question whether every promise was kept.
///
///     auto end = loa::city::simulate({.seed = 7, .sky = sim::weather::storm});
///     for (const auto& b : end.broken) ...
namespace loa::city {

struct simulation_options {
  std::uint64_t seed = 1;
  layout places = spread(small_city(), 3);
  micros lasts = std::chrono::hours(1); ///< Until everything is well again and nothing new begins.
  sim::weather sky = sim::weather::calm;
  /// What goes wrong besides.
  sim::fault_plan also;
  workload_options people;
  bool draw_limits = true; ///< See sim::rehearsal_options.
  std::size_t trace_lines = 10'000;
  /// Is told every line of the world's trace as it is written.
  std::function<void(const sim::trace::line&)> listen;
};

struct simulation_figures {
  std::uint64_t bulletins = 0; ///< Accepted.
  std::uint64_t emergencies = 0;
  std::uint64_t refused = 0; ///< Bulletins that were not accepted.
  std::uint64_t frames = 0;  ///< That citizens were shown, repetitions included.
  std::uint64_t plays = 0;   ///< That devices began.
  std::uint64_t reports = 0;
  std::uint64_t steps_of_reports = 0;
  std::uint64_t faults = 0;
  std::uint64_t moves = 0;  ///< Of units to another node.
  std::uint64_t starts = 0; ///< Of nodes, beyond the first.
  std::uint64_t steps = 0;  ///< Of the simulation.
};

struct simulation_end {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0; ///< Of the trace.
  micros ended{0};        ///< When the city had come to rest.
  simulation_figures figures;
  std::vector<city::broken> broken; ///< Empty if every promise was kept.
};

[[nodiscard]] simulation_end simulate(const simulation_options& options);

/// What a promise says, in a few words.
[[nodiscard]] std::string_view promise_of(int number) noexcept;

} // namespace loa::city
