#include <bench/scenario/clocks.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>

namespace loa::cli {

void add_bench_clocks(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::clocks_options clocks;
    std::string alert;
    std::string units = "all";
    std::size_t seconds = 60;
    std::size_t clock = 300;
    std::size_t quiet = 20;
    std::size_t every = 500;
  };
  auto* c =
      to.add_subcommand("clocks", "A rush of reports, and the end of all their clocks at once");
  auto o = std::make_shared<command>();
  o->common.repetitions = 1;
  c->add_option("--rate", o->clocks.rate, "Reports a second, each sent when it is due; 8000")
      ->check(between(1, 1e6));
  c->add_option("--seconds", o->seconds, "How long the rush lasts; 60 if left out")
      ->check(CLI::Range(1, 3'600));
  c->add_option("--units", o->units, "Who gets the reports: one lowest unit, or all in turn; all")
      ->check(CLI::IsMember({"one", "all"}));
  c->add_option("--connections", o->clocks.connections, "Kept while reports are sent; 8")
      ->check(CLI::Range(1, 1'000));
  c->add_option("--depth", o->clocks.depth, "Requests under way on each connection; 16")
      ->check(CLI::Range(1, 1'000));
  c->add_option("--clock", o->clock,
                "Seconds until a report's first clock ends; 300 if left out. It must be long\n"
                "enough for the rush and for reading all reports back twice")
      ->check(CLI::Range(2, 86'400));
  c->add_option("--sessions", o->clocks.sessions, "Citizens who get the alerts; 624 if left out")
      ->check(CLI::Range(1, 1'000'000));
  c->add_option("--quiet", o->quiet, "Seconds for which alerts are measured before the rush; 20")
      ->check(CLI::Range(1, 3'600));
  c->add_option("--every", o->every, "Milliseconds from one alert to the next; 500 if left out")
      ->check(CLI::Range(10, 60'000));
  c->add_option("--hierarchy", o->clocks.hierarchy,
                "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  c->add_option("--alert", o->alert, "A CAP alert, published as if it were new")
      ->check(CLI::ExistingFile);
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    auto& k = o->clocks;
    k.one_unit = o->units == "one";
    k.lasts = std::chrono::seconds(o->seconds);
    k.clock = std::chrono::seconds(o->clock);
    k.quiet = std::chrono::seconds(o->quiet);
    k.every = std::chrono::milliseconds(o->every);
    if (auto good = find_hierarchy(k.hierarchy); !good) return fail(run.io, good.error());
    if (auto good = read_alert(o->alert, k.alert); !good) return fail(run.io, good.error());
    return run_checked(o->common, o->clocks, run.io);
  });
  explain(*c,
          "Starts a node and publishes alerts, to see how soon the last citizen has each. Then\n"
          "posts reports at a fixed rate, reads every one of them back, kills the node (kill -9),\n"
          "starts it again and reads them all again. When their clocks end, within as short a\n"
          "time as they came, it publishes alerts again: how much longer do they take? At last\n"
          "every report must be with the unit above. One that is lost, or a message that was put\n"
          "aside, ends the measurement with exit code 1. Measured once unless --repetitions says\n"
          "more.\n\n"
          "  loa bench clocks --units one\n"
          "  loa bench clocks --rate 1000 --seconds 10 --clock 40   # a quick look");
}

} // namespace loa::cli
