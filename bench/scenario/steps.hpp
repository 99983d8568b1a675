#pragma once

#include <bench/harness/conductor.hpp>

#include <string>

namespace loa::bench {

/// What one more of each costs an alert on its way down, as a plan needs it: a level within a node,
/// a device, a node to which the root's node sends, the way to it, the commit there. One more of
/// something is the processor time that a large city took more than a small one which is alike
/// otherwise: unlike time that went by it does not grow because all nodes share this machine.
struct steps_options {
  std::string alert;         ///< The text of a CAP alert.
  std::size_t alerts = 200;  ///< In each city of a repetition, at most 200.
  std::size_t devices = 400; ///< Of the city with many.
  std::size_t nodes = 9;     ///< Beside the root's, of the city with many.
};
/// Errors: numbers that do not fit, too little memory.
[[nodiscard]] result<void> check(const steps_options& o);
[[nodiscard]] result<void> measure(const steps_options& o, conductor& c, section& into);

} // namespace loa::bench
