#pragma once

#include <bench/harness/conductor.hpp>

#include <string>

namespace loa::bench {

/// A city of several node processes on this machine, beside the same city in one process: an alert
/// to all citizens; what a killed district misses and catches up; and what happens while no node
/// can reach another.
struct cluster_options {
  std::string hierarchy;
  std::string alert;     ///< The text of a CAP alert.
  std::size_t nodes = 5; ///< One for the root, the others share what is below it.
  std::size_t connections = 5'000;
  std::size_t alerts = 10;
  double rate = 2;
  double down = 3; ///< Seconds that the killed node is away; 0 leaves it out.
  double cut = 10; ///< Seconds that the lines between nodes are cut; 0 leaves it out.
};
/// Errors: more connections than files may be open, too little memory, more nodes than units.
[[nodiscard]] result<void> check(const cluster_options& o);
[[nodiscard]] result<void> measure(const cluster_options& o, conductor& c, section& into);

} // namespace loa::bench
