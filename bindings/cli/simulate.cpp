#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/rehearsal_program.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/hierarchy.hpp>
#include <bindings/node/units_of_measure.hpp>
#include <loa/city/simulation.hpp>
#include <loa/sim/account.hpp>
#include <loa/sim/counts.hpp>
#include <loa/sim/program_options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

using nlohmann::json;
using sim::micros;
using namespace std::chrono_literals;

/// When `--down` begins.
constexpr micros down_at = 10min;

struct simulate_options {
  std::string program;
  std::string hierarchy;
  std::string nodes = "3";
  std::uint64_t seed = 1;
  std::string seeds;
  double hours = 1;
  std::string faults = "rain";
  std::string down;
  std::string down_for = "1 h";
  std::string counts;
  std::vector<std::string> sum;
  bool json = false;
};

/// A number of nodes, or the file of a placement.
result<city::layout> layout_of(const simulate_options& o) {
  auto tree = city::small_city();
  if (!o.hierarchy.empty()) {
    auto read = host::read_hierarchy(o.hierarchy);
    if (!read) return read.error();
    tree = *std::move(read);
  }
  if (o.nodes.find_first_not_of("0123456789") == std::string::npos && !o.nodes.empty()) {
    // No city has as many units.
    return city::spread(std::move(tree), o.nodes.size() > 6 ? 999'999 : std::stoul(o.nodes));
  }
  const auto text = host::read_file(o.nodes, 16U << 20);
  if (!text) return text.error();
  auto document = wire::from_json<net::placement_document>(*text);
  if (!document) return document.error();
  auto placed = net::placement::make(*std::move(document));
  if (!placed) return placed.error();
  for (const auto& u : tree->all())
    if (!placed->host_of(u.unit))
      return error{
          errc::rule, fmt::format("{}: no node hosts the unit {}.", o.nodes, u.unit.str()), {}};
  return city::layout{std::move(tree), *std::move(placed)};
}

result<city::simulation_options> plan_of(const simulate_options& o) {
  auto places = layout_of(o);
  if (!places) return places.error();
  city::simulation_options s;
  s.places = *std::move(places);
  s.sky = *sim::weather_of(o.faults);
  s.lasts = micros(static_cast<micros::rep>(o.hours * 3.6e9));
  if (o.down.empty()) return s;
  const auto unit = path::parse(o.down);
  if (!unit) return unit.error();
  if (!s.places.tree->find(*unit))
    return error{
        errc::not_found, fmt::format("There is no unit {} in the hierarchy.", unit->str()), {}};
  const auto length = host::parse_span(o.down_for);
  if (!length) return length.error();
  sim::fault f;
  f.at = down_at;
  f.lasts = *length;
  f.what = sim::trouble::killed;
  f.node = s.places.host_of(*unit);
  s.also.push_back(std::move(f));
  s.lasts = std::max<micros>(s.lasts, down_at + *length + 10min);
  return s;
}

std::string command_for(const simulate_options& o, std::uint64_t seed) {
  auto text = fmt::format("loa simulate --seed {} --hours {} --faults {} --nodes {}", seed, o.hours,
                          o.faults, sim::quoted(o.nodes));
  if (!o.hierarchy.empty()) text += " --hierarchy " + sim::quoted(o.hierarchy);
  if (!o.down.empty()) text += fmt::format(" --down {} --for \"{}\"", o.down, o.down_for);
  return text;
}

json as_json(const city::simulation_end& end, const std::string& command) {
  const auto& f = end.figures;
  json broken = json::array();
  for (const auto& b : end.broken)
    broken.push_back({{"promise", b.promise},
                      {"name", city::promise_of(b.promise)},
                      {"who", b.who},
                      {"what", b.what},
                      {"at", sim::clock_text(b.at)}});
  return {{"seed", end.seed},
          {"trace", fmt::format("{:016x}", end.hash)},
          {"at_rest", sim::clock_text(end.ended)},
          {"bulletins", f.bulletins},
          {"emergencies", f.emergencies},
          {"refused", f.refused},
          {"frames", f.frames},
          {"plays", f.plays},
          {"reports", f.reports},
          {"report_steps", f.steps_of_reports},
          {"faults", f.faults},
          {"restarts", f.starts},
          {"moves", f.moves},
          {"broken", std::move(broken)},
          {"repeat", command}};
}

/// For the account, in words.
sim::rehearsal_end in_words(const city::simulation_end& end) {
  const auto& f = end.figures;
  sim::rehearsal_end told;
  told.seed = end.seed;
  told.ended = end.ended;
  told.faults = f.faults;
  told.starts = f.starts;
  told.figures = {{"moves of units to another node", f.moves},
                  {"bulletins accepted", f.bulletins},
                  {"emergencies among them", f.emergencies},
                  {"bulletins not accepted", f.refused},
                  {"frames shown to citizens", f.frames},
                  {"bulletins played or shown by devices", f.plays},
                  {"reports", f.reports},
                  {"steps taken with them", f.steps_of_reports}};
  for (const auto& b : end.broken)
    told.broken.push_back({b.who, b.what, b.at,
                           fmt::format("Promise {} ({})", b.promise, city::promise_of(b.promise))});
  return told;
}

int simulate(const simulate_options& o, streams& io) {
  const auto seeds = o.seeds.empty() ? sim::seed_range{o.seed, o.seed} : sim::parse_seeds(o.seeds);
  if (!seeds) return fail(io, seeds.error()), wrong_usage;
  auto plan = plan_of(o);
  if (!plan) return fail(io, plan.error());
  sim::account account(io.out, *seeds, [&o](std::uint64_t seed) { return command_for(o, seed); });
  if (!o.json) plan->listen = account.timeline();
  bool kept = true;
  auto told = json::array();
  for (auto seed = seeds->from;; ++seed) {
    plan->seed = seed;
    const auto end = city::simulate(*plan);
    kept = kept && end.broken.empty();
    if (o.json)
      told.push_back(as_json(end, command_for(o, seed)));
    else
      account.add(in_words(end));
    if (seed == seeds->to) break;
  }
  if (o.json)
    io.out << (seeds->one() ? told.front() : told).dump(2) << '\n';
  else
    account.finish();
  if (!o.counts.empty())
    if (auto written = sim::write_counts(o.counts, sim::counted_here()); !written)
      return fail(io, written.error());
  return kept ? done : failed;
}

/// Adds up what several runs have reached.
int sum_up(const std::vector<std::string>& files, streams& io) {
  sim::counts all;
  for (const auto& f : files) {
    const auto read = sim::read_counts(f);
    if (!read) return fail(io, read.error());
    all += *read;
  }
  using enum align;
  table limits({{"Limit", left}, {"Default", right}, {"Floor", right}, {"Crossed", right}});
  for (const auto& [name, l] : all.limits)
    limits.row({name, grouped(l.usual), grouped(l.floor), grouped(l.crossed)});
  limits.print(io.out);
  if (!all.probes.empty()) {
    io.out << '\n';
    table probes({{"Place", left}, {"Reached", right}});
    for (const auto& [name, n] : all.probes) probes.row({name, grouped(n)});
    probes.print(io.out);
  }
  const auto never = all.never();
  if (never.empty()) return done;
  io.out << "\nNever reached:\n";
  for (const auto& name : never) io.out << "  " << name << '\n';
  return failed;
}

} // namespace

void add_simulate(CLI::App& to, invocation& run) {
  auto* c =
      to.add_subcommand("simulate", "Try a city of many nodes in virtual time, in any weather");
  auto o = std::make_shared<simulate_options>();
  auto* program = c->add_option(
      "--program", o->program,
      "A program of your own that rehearses your entities (loa::sim::main), instead of the city");
  c->add_option("--hierarchy", o->hierarchy,
                "Hierarchy file of the city; without it one of two districts and four communes")
      ->excludes(program);
  auto* nodes =
      c->add_option(
           "--nodes", o->nodes,
           "How many nodes share the units, or a placement file that says which hosts what")
          ->capture_default_str();
  auto* seed = c->add_option("--seed", o->seed, "What happens is decided by this number alone")
                   ->capture_default_str();
  c->add_option("--seeds", o->seeds, "FROM..TO: one after the other, and no timeline")
      ->excludes(seed);
  c->add_option("--hours", o->hours, "Hours of virtual time; one takes about a second")
      ->check(between(sim::least_hours, sim::most_hours))
      ->capture_default_str();
  c->add_option("--faults", o->faults, "How much goes wrong")
      ->check(CLI::IsMember({"calm", "rain", "storm"}))
      ->capture_default_str();
  c->add_option("--down", o->down, "The node that hosts this unit is killed after ten minutes ...")
      ->excludes(program);
  c->add_option("--for", o->down_for, "... and comes again after so long, for example 2h")
      ->capture_default_str();
  c->add_option(
      "--counts", o->counts,
      "A file that gets, as JSON, how often each limit was crossed and each probe reached");
  c->add_option("--sum", o->sum,
                "Runs nothing: adds up files of --counts and prints a table; exit code 1 if "
                "something was never reached");
  c->add_flag("--json", o->json, "Print the outcome as JSON, and no timeline");
  explain(
      *c,
      "Runs whole nodes, the network between them, officials, citizens, loudspeakers and boards\n"
      "in one process and in virtual time. Units move between nodes, nodes are killed, disks "
      "fill,\n"
      "ways are cut, clocks jump, as the seed says; at the end everything is well again, and what\n"
      "people saw is compared with what Loa promises. The same seed gives the same run, so "
      "whatever\n"
      "breaks can be looked at again. Exit code 1: a promise was broken, the last line says "
      "which.\n\n"
      "What happens if district 769 is down for two hours in a storm?\n\n"
      "  loa simulate --faults storm --down 79.769 --for 2h\n\n"
      "The city as it is, on eight nodes, for a day; and a hundred seeds:\n\n"
      "  loa simulate --hierarchy examples/hcmc/2021.json --nodes 8 --hours 24\n"
      "  loa simulate --seeds 1..100 --faults storm\n\n"
      "Entities of your own in the same weather: examples/libraries.cpp shows such a program.\n\n"
      "  loa simulate --program ./my_simulation --seeds 1..100 --faults storm");
  on_chosen(*c, run, [o, &run, nodes] {
    if (!o->sum.empty()) return sum_up(o->sum, run.io);
    if (o->program.empty()) return simulate(*o, run.io);
    const auto seeds = o->seeds.empty() ? std::to_string(o->seed) : o->seeds;
    return run_rehearsal({o->program, seeds, fmt::format("{}", o->hours), o->faults,
                          nodes->count() == 0 ? "" : o->nodes, o->counts, o->json},
                         run.io);
  });
}

} // namespace loa::cli
