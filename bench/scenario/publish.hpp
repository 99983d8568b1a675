#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/load/durable.hpp>
#include <bench/peers/server.hpp>

#include <string>
#include <vector>

namespace loa::bench {

/// Durable publishing on loopback: how soon a publication is accepted, and how many in a second,
/// while a few listeners get each. The same work for all: one message is stored, and goes to all of
/// them. With Loa it is a bulletin of one of sixteen communes, since a commune keeps no more than
/// 2000 in force.
struct publish_options {
  publish_plan load;
  loa_options loa;         ///< `acknowledges` and `bulletin_text` are the scenario's own.
  std::size_t text = 1000; ///< Octets of a bulletin's text; its frame has some more.
  /// Who is measured beside us, by the names that `publish_peers` gives.
  std::vector<std::string> peers;
};
[[nodiscard]] std::vector<std::string> publish_peers();

/// Errors: numbers that do not fit each other or a peer, a name that is no peer's; before anything
/// is started.
[[nodiscard]] result<void> check(const publish_options& o);
/// What was measured before an error or an end stands in `into`.
[[nodiscard]] result<void> measure(const publish_options& o, conductor& c, section& into);

} // namespace loa::bench
