#pragma once

#include <bench/harness/conductor.hpp>

#include <string>

namespace loa::bench {

/// A rush of citizens' reports, all of them read back before and after `kill -9`, and then the end
/// of all their first clocks within the same time, while alerts are published.
struct clocks_options {
  std::string hierarchy;
  std::string alert;     ///< The text of a CAP alert.
  bool one_unit = false; ///< All reports to one of the lowest units; else to all of them in turn.
  double rate = 8'000;   ///< Reports a second, each sent when it is due.
  std::chrono::seconds lasts{60};
  std::size_t connections = 8; ///< Kept; and on each so many under way at a time:
  std::size_t depth = 16;
  /// From a report's acceptance until its first clock ends; long enough for reading back twice.
  std::chrono::seconds clock{300};
  std::size_t sessions = 624;           ///< Citizens who get the alerts, over the lowest units.
  std::chrono::seconds quiet{20};       ///< Alerts are measured so long before the rush.
  std::chrono::milliseconds every{500}; ///< An alert so often.
};
/// Errors: numbers that do not fit each other, too little memory.
[[nodiscard]] result<void> check(const clocks_options& o);
/// Errors also: a report that was accepted cannot be read, or did not go to the unit above when its
/// clock had ended, or a message was put aside; then what was measured until then is kept.
[[nodiscard]] result<void> measure(const clocks_options& o, conductor& c, section& into);

} // namespace loa::bench
