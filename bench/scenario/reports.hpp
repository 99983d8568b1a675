#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/peers/server.hpp>

#include <string>

namespace loa::bench {

/// Citizens' reports to a node: how soon each is accepted durably, how many in a second, and how
/// soon one that is escalated is with the unit above.
struct reports_options {
  loa_options loa;
  double rate = 2'000;           ///< Reports a second while their latency is measured.
  std::chrono::seconds lasts{3}; ///< Each of the two parts: at that rate, and as fast as can be.
  std::size_t in_flight = 64;    ///< In the second part, on as many connections.
  std::size_t escalations = 100; ///< One after the other.
};
/// Errors: numbers that do not fit each other.
[[nodiscard]] result<void> check(const reports_options& o);
[[nodiscard]] result<void> measure(const reports_options& o, conductor& c, section& into);

} // namespace loa::bench
