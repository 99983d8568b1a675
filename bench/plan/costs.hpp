#pragma once

#include <bench/measure/record.hpp>

namespace loa::bench {

/// What one of each costs on the machine that was measured.
struct unit_costs {
  double accept_ms = 0; ///< From the POST to the 202: parse, decide, commit.
  double first_ms = 0;  ///< From the POST to the first citizen of the same node.
  double level_ms = 0;  ///< For a unit that takes an entry, commits it and passes it on.
  double hop_ms = 0;    ///< From a node that sends to the office of the one that receives.
  double commit_ms = 0; ///< On the node that received it.
  double copy_ms = 0;   ///< Of the sending node's processor, for each node to which it sends.
  double device_us = 0; ///< For a device that takes an entry.
  double per_connection_us = 0; ///< For each connection that gets the frame.
  double unit_bytes = 0;
  double device_bytes = 0;
  double asleep_bytes = 0; ///< A citizen who is known and not connected.
  double connected_bytes = 0;
  double report_us = 0; ///< Time per report where many come at once; 0 if not measured.
  static void describe(auto& self, auto& f) {
    f("accept_ms", self.accept_ms);
    f("first_ms", self.first_ms);
    f("level_ms", self.level_ms);
    f("hop_ms", self.hop_ms);
    f("commit_ms", self.commit_ms);
    f("copy_ms", self.copy_ms);
    f("device_us", self.device_us);
    f("per_connection_us", self.per_connection_us);
    f("unit_bytes", self.unit_bytes);
    f("device_bytes", self.device_bytes);
    f("asleep_bytes", self.asleep_bytes);
    f("connected_bytes", self.connected_bytes);
    f.optional("report_us", self.report_us);
  }
};

/// The costs that a run has measured: medians over its repetitions. Errors: a scenario is missing,
/// with the name of the one to run.
[[nodiscard]] result<unit_costs> costs_of(const run_record& run);

} // namespace loa::bench
