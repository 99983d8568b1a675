#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/load/fanout.hpp>
#include <bench/peers/server.hpp>

#include <string>
#include <vector>

namespace loa::bench {

/// Alerts to many connections of one server on loopback: the 202, each receipt, the last receipt;
/// if wanted to devices too, beside a steady background of bulletins, after a ramp of connections.
struct gateway_options {
  fanout_plan load; ///< `topics` is the scenario's own.
  loa_options loa;  ///< So are `devices` and `bulletin_text`.
  /// Who is measured beside us, by the names that `gateway_peers` gives.
  std::vector<std::string> peers;
};
[[nodiscard]] std::vector<std::string> gateway_peers();

/// Errors: more connections than files may be open, too little memory, nobody to listen, more
/// bulletins than can be in force, a token that is missing, a name that is no peer's; before
/// anything is started.
[[nodiscard]] result<void> check(const gateway_options& o);
/// What was measured before an error or an end stands in `into`.
[[nodiscard]] result<void> measure(const gateway_options& o, conductor& c, section& into);

} // namespace loa::bench
