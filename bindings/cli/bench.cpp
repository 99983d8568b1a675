#include <bindings/cli/internal/bench.hpp>

namespace loa::cli {

void add_bench(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("bench", "Measure the way of alerts, beside other systems");
  c->require_subcommand(1);
  for (auto* add : {add_bench_cascade, add_bench_gateway, add_bench_publish,   add_bench_reports,
                    add_bench_clocks,  add_bench_journal, add_bench_restart,   add_bench_hop,
                    add_bench_cluster, add_bench_outage,  add_bench_footprint, add_bench_compare,
                    add_bench_steps,   add_bench_plan,    add_bench_diff,      add_bench_report,
                    add_bench_floor,   add_bench_city,    add_bench_district,  add_bench_growing})
    add(*c, run);
  explain(*c,
          "Each scenario measures one thing and explains itself: loa bench gateway --help.\n"
          "Client and server share this machine, so let nothing else run on it, and compare only\n"
          "what one run measured side by side.\n\n"
          "  loa bench gateway --connections 2000 --report gateway.html");
}

} // namespace loa::cli
