#include <bindings/cli/demo_member.hpp>
#include <bindings/cli/internal/command.hpp>
#include <bindings/node/signals.hpp>

#include <fmt/format.h>

#include <ostream>

namespace loa::cli {

using namespace std::chrono_literals;

std::vector<std::string> member_arguments(const member_options& o) {
  return {"demo",
          "--member",
          o.config,
          "--memory",
          std::to_string(o.memory),
          "--citizens",
          std::to_string(o.demo.citizens),
          "--devices-per-commune",
          std::to_string(o.demo.devices_per_commune),
          "--hierarchy",
          o.demo.hierarchy};
}

int run_member(const member_options& o, streams& io) {
  host::signals signals;
  bool stopped = false;
  const auto asked_to_stop = [&] {
    return stopped = stopped || signals.wait(0ms) == host::request::stop;
  };
  auto plan = plan_demo(o.demo);
  if (!plan) return fail(io, plan.error());
  auto memory = shared_memory::open(o.memory, arrivals::octets_for(plan->clients()));
  if (!memory) return fail(io, memory.error());
  auto checked = host::read_config(o.config);
  if (!checked.value) return fail(io, checked.mistakes.front());

  arrivals seen(plan->clients(), *std::move(memory));
  demo_crowd crowd(*plan, seen);
  const auto log = host::make_log({.least = log_level::warning}, io.err);
  host::station_parts parts{.log = *log};
  parts.citizens = &crowd.citizens();
  parts.devices = &crowd.loudspeakers();
  auto station = host::station::open(*checked.value, parts);
  if (!station) return fail(io, station.error());
  progress unseen(io.err, false, [] { return std::chrono::steady_clock::time_point(); });
  if (auto all = crowd.bring_in(**station, unseen, asked_to_stop); !all)
    return fail(io, all.error());
  io.out << fmt::format("ready {}\n", crowd.memory_of_citizens()) << std::flush;
  while (!asked_to_stop() && signals.wait(1h) != host::request::stop) {
  }
  (*station)->stop();
  return done;
}

} // namespace loa::cli
