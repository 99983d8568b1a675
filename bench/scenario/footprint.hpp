#pragma once

#include <bench/harness/conductor.hpp>

#include <iosfwd>
#include <string>

namespace loa::bench {

/// What one more of each kind takes in memory: a unit, a device, a session asleep and awake in a
/// process without sockets, and a session connected to a node over WebSocket.
struct footprint_options {
  std::size_t units = 10'000;
  std::size_t devices = 50'000;
  std::size_t sessions = 200'000;
  std::size_t connections = 5'000;
  std::string hierarchy; ///< Of the node that citizens connect to.
  std::string alert;     ///< The text of a CAP alert, for that node.
};
/// Errors: more connections than files may be open, too little memory.
[[nodiscard]] result<void> check(const footprint_options& o);
[[nodiscard]] result<void> measure(const footprint_options& o, conductor& c, section& into);

/// What the measured process does: for each line "units N", "devices N", "asleep N" or "awake N"
/// that it reads it makes so many more and says how many octets of it are resident then. The first
/// line it says without being asked, when it has nothing yet.
[[nodiscard]] result<void> grow_city(const std::string& directory, std::istream& in,
                                     std::ostream& out);

} // namespace loa::bench
