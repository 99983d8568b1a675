#include <bench/scenario/footprint.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>
#include <ostream>

namespace loa::cli {

void add_bench_footprint(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::footprint_options footprint;
    std::string alert;
  };
  auto* c = to.add_subcommand("footprint", "Memory per unit, device and session");
  auto o = std::make_shared<command>();
  c->add_option("--units", o->footprint.units, "Units; 10 000 if left out")
      ->check(CLI::Range(10, 150'000));
  c->add_option("--devices", o->footprint.devices, "Devices; 50 000 if left out")
      ->check(CLI::Range(1, 10'000'000));
  c->add_option("--sessions", o->footprint.sessions,
                "Sessions asleep, and as many awake; 200 000 if left out")
      ->check(CLI::Range(1, 50'000'000));
  c->add_option("--connections", o->footprint.connections,
                "Sessions connected over WebSocket; 5000 if left out")
      ->check(CLI::Range(1, 1'000'000));
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] {
    auto& f = o->footprint;
    if (auto good = find_hierarchy(f.hierarchy); !good) return fail(run.io, good.error());
    if (auto good = read_alert("", f.alert); !good) return fail(run.io, good.error());
    return run_checked(o->common, o->footprint, run.io);
  });
  explain(*c,
          "Makes many of each kind in a process of its own and divides by their number what its\n"
          "resident memory grew.\n\n"
          "  loa bench footprint --repetitions 3");
}

void add_bench_growing(CLI::App& to, invocation& run) {
  // Started by the footprint scenario; it stands in no list of commands.
  auto* c = to.add_subcommand("grow-city", "")->group("");
  auto directory = std::make_shared<std::string>();
  c->add_option("directory", *directory)->required();
  on_chosen(*c, run, [directory, &run] {
    const auto ended = bench::grow_city(*directory, run.io.in, run.io.out);
    return ended ? done : fail(run.io, ended.error());
  });
}

} // namespace loa::cli
