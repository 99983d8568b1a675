#pragma once

#include <bench/harness/conductor.hpp>

#include <iosfwd>
#include <string>

namespace loa::bench {

/// A district's node with many sessions and reports that is killed while the city goes on and
/// publishes: how soon it serves again, and all have what they missed. The sessions live in the
/// node's own process, as entities with a slot in their unit and no socket, so that the limit of
/// open files is none of theirs.
struct outage_options {
  std::string hierarchy;
  std::string alert; ///< The text of a CAP alert.
  std::size_t sessions = 50'000;
  std::size_t facts = 100'000; ///< Reports in the node's journal.
};
/// Errors: too little memory.
[[nodiscard]] result<void> check(const outage_options& o);
[[nodiscard]] result<void> measure(const outage_options& o, conductor& c, section& into);

/// What the district's process does: runs the node of a config, says "serving", lets so many
/// sessions follow its lowest units, says "attached", and for each mark that it reads (the first
/// may be given) says "expecting" at once and "all" when each session has had an alert in which it
/// stands.
[[nodiscard]] result<void> hold_district(const std::string& config, std::size_t sessions,
                                         const std::string& mark, std::istream& in,
                                         std::ostream& out);

} // namespace loa::bench
