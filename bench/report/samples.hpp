#pragma once

#include <bench/measure/record.hpp>

#include <string>
#include <vector>

/// \file
/// What two runs have in common that can be compared.
namespace loa::bench {

/// One figure of what is ours, a value for each repetition, in two runs.
struct sample {
  std::string scenario;
  std::string figure; ///< Also "delivery p99" of latencies, in ms.
  std::string unit;
  better is = better::lower; ///< Never `neither`.
  bool timed = false;        ///< It depends on how fast the machine is.
  std::vector<double> before;
  std::vector<double> after;
  /// The same divided by what a program that is not ours took for the same work side by side. Both
  /// are empty where there is none in both runs, and for figures that are not about time: those do
  /// not depend on how fast the machine is.
  std::vector<double> before_relative;
  std::vector<double> after_relative;
  std::string relative_to; ///< "floor", "raw LMDB"
};

struct samples {
  std::vector<sample> all;
  std::vector<std::string> left_out; ///< Sentences: what only one of the two has, or has otherwise.
};

/// Sections belong together that have the same scenario and the same settings. A pure function.
[[nodiscard]] samples samples_of(const run_record& before, const run_record& after);

/// Whether it is the same machine and kernel, so that times can be compared as they are.
[[nodiscard]] bool same_machine(const circumstances& a, const circumstances& b);

/// Sentences for everything that differs between the runs beside the figures: machine, kernel,
/// compiler, commit, versions and settings of ours.
[[nodiscard]] std::vector<std::string> differing(const run_record& before, const run_record& after);

} // namespace loa::bench
