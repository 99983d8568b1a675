#include <bench/scenario/reports.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>

namespace loa::cli {

void add_bench_reports(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::reports_options reports;
    std::size_t seconds = 3;
  };
  auto* c = to.add_subcommand("reports", "Citizens' reports accepted durably, and their way up");
  auto o = std::make_shared<command>();
  c->add_option("--rate", o->reports.rate,
                "Reports a second while their latency is measured, sent when they are due; 2000")
      ->check(between(0.1, 1e6));
  c->add_option("--in-flight", o->reports.in_flight,
                "Reports under way while throughput is measured, each on its connection; 64")
      ->check(CLI::Range(1, 1'000));
  c->add_option("--seconds", o->seconds, "Of each of the two parts; 3 if left out")
      ->check(CLI::Range(1, 600));
  c->add_option("--escalations", o->reports.escalations,
                "Reports that go one level up, one after the other; 100 if left out")
      ->check(CLI::Range(1, 100'000));
  c->add_option("--hierarchy", o->reports.loa.hierarchy,
                "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    auto& r = o->reports;
    r.lasts = std::chrono::seconds(o->seconds);
    if (auto good = find_hierarchy(r.loa.hierarchy); !good) return fail(run.io, good.error());
    return run_checked(o->common, o->reports, run.io);
  });
  explain(*c, "Starts a node and posts reports of many citizens to its communes: first at a fixed\n"
              "rate, counted from when each was due; then with a number always under way. Then\n"
              "escalates reports one by one until the unit above has each.\n\n"
              "  loa bench reports --rate 5000 --seconds 10");
}

} // namespace loa::cli
