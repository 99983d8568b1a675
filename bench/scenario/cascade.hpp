#pragma once

#include <bench/harness/conductor.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace loa::bench {

/// An alert down a city in one process, from publishing to each session's delivery, beside the same
/// tree of processes in Erlang/OTP.
struct cascade_options {
  std::string hierarchy;
  std::size_t sessions = 1'000'000;
  std::size_t alerts = 3; ///< In each repetition.
  double rate = 0.5;      ///< Alerts a second.
  std::size_t text_octets = 1500;
  std::size_t sample = 16; ///< Latencies are kept of one session in so many.
  std::vector<std::string> peers;
};
[[nodiscard]] std::vector<std::string> cascade_peers();

/// Errors: too little memory for so many sessions, a name that is no peer's.
[[nodiscard]] result<void> check(const cascade_options& o);
[[nodiscard]] result<void> measure(const cascade_options& o, conductor& c, section& into);

/// What the city's own process does: opens its sessions, says "ready", and publishes a row of
/// alerts for each line "alerts N RATE" that it reads, to which it answers with a cascade_outcome
/// as JSON.
[[nodiscard]] result<void> hold_city(const cascade_options& o, const std::string& directory,
                                     std::istream& in, std::ostream& out);

} // namespace loa::bench
