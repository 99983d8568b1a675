#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/hierarchy.hpp>
#include <bindings/node/units_of_measure.hpp>
#include <loa/city/simulation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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
  std::string hierarchy;
  std::string nodes = "3";
  std::uint64_t seed = 1;
  std::string seeds;
  double hours = 1;
  std::string faults = "rain";
  std::string down;
  std::string down_for = "1 h";
  bool json = false;
};

/// "01:02:03.456", since the beginning of the world.
std::string clock_text(micros at) {
  const auto ms = at.count() / 1000;
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

result<std::uint64_t> number(std::string_view text, std::string_view what) {
  std::uint64_t n = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (wrong != std::errc() || end != text.data() + text.size())
    return error{errc::malformed, fmt::format("\"{}\" is no number: {}.", text, what), {}};
  return n;
}

struct seed_range {
  std::uint64_t from = 1, to = 1;
};

result<seed_range> seeds_of(const simulate_options& o) {
  if (o.seeds.empty()) return seed_range{o.seed, o.seed};
  const auto dots = o.seeds.find("..");
  const auto text = std::string_view(o.seeds);
  const auto from = number(text.substr(0, dots), "seeds read FROM..TO");
  if (!from) return from.error();
  const auto to =
      dots == std::string::npos ? from : number(text.substr(dots + 2), "seeds read FROM..TO");
  if (!to) return to.error();
  if (*to < *from) return error{errc::malformed, "The last seed comes before the first.", {}};
  return seed_range{*from, *to};
}

/// A number of nodes, or the file of a placement.
result<city::layout> layout_of(const simulate_options& o) {
  auto tree = city::small_city();
  if (!o.hierarchy.empty()) {
    auto read = host::read_hierarchy(o.hierarchy);
    if (!read) return read.error();
    tree = *std::move(read);
  }
  if (o.nodes.find_first_not_of("0123456789") == std::string::npos && !o.nodes.empty()) {
    const auto n = number(o.nodes, "of nodes");
    if (!n) return n.error();
    return city::spread(std::move(tree), *n);
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
                          o.faults, o.nodes);
  if (!o.hierarchy.empty()) text += " --hierarchy " + o.hierarchy;
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
                      {"at", clock_text(b.at)}});
  return {{"seed", end.seed},
          {"trace", fmt::format("{:016x}", end.hash)},
          {"at_rest", clock_text(end.ended)},
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

void print_figures(const std::vector<city::simulation_end>& all, std::ostream& out) {
  city::simulation_figures sum;
  micros time{0};
  for (const auto& end : all) {
    const auto& f = end.figures;
    sum.bulletins += f.bulletins;
    sum.emergencies += f.emergencies;
    sum.refused += f.refused;
    sum.frames += f.frames;
    sum.plays += f.plays;
    sum.reports += f.reports;
    sum.steps_of_reports += f.steps_of_reports;
    sum.faults += f.faults;
    sum.starts += f.starts;
    sum.moves += f.moves;
    time += end.ended;
  }
  table t({{"What happened"}, {"How often", align::right}});
  t.row({"seeds", grouped(all.size())});
  t.row({"hours simulated", fmt::format("{:.1f}", static_cast<double>(time.count()) / 3.6e9)});
  t.row({"things that went wrong", grouped(sum.faults)});
  t.row({"nodes started again", grouped(sum.starts)});
  t.row({"moves of units to another node", grouped(sum.moves)});
  t.rule();
  t.row({"bulletins accepted", grouped(sum.bulletins)});
  t.row({"emergencies among them", grouped(sum.emergencies)});
  t.row({"bulletins not accepted", grouped(sum.refused)});
  t.row({"frames shown to citizens", grouped(sum.frames)});
  t.row({"bulletins played or shown by devices", grouped(sum.plays)});
  t.row({"reports", grouped(sum.reports)});
  t.row({"steps taken with them", grouped(sum.steps_of_reports)});
  t.print(out);
}

void print_broken(const simulate_options& o, const city::simulation_end& end, std::ostream& out) {
  out << fmt::format("\nSeed {}: {}. To see it again:\n  {}\n", end.seed,
                     end.broken.size() == 1
                         ? "a promise was broken"
                         : fmt::format("promises were broken {} times", end.broken.size()),
                     command_for(o, end.seed));
  constexpr std::size_t most = 10;
  for (std::size_t i = std::min(end.broken.size(), most); i-- > 0;) {
    const auto& b = end.broken[i];
    out << fmt::format("Promise {} ({}), {}, {}: {}\n", b.promise, city::promise_of(b.promise),
                       clock_text(b.at), b.who, b.what);
  }
}

int simulate(const simulate_options& o, streams& io) {
  const auto seeds = seeds_of(o);
  if (!seeds) return fail(io, seeds.error());
  auto plan = plan_of(o);
  if (!plan) return fail(io, plan.error());
  const bool one = seeds->from == seeds->to;
  if (one && !o.json)
    plan->listen = [&io](const sim::trace::line& l) {
      io.out << fmt::format("{}  {:<9} {}\n", clock_text(l.at), l.who, l.what);
    };
  std::vector<city::simulation_end> all;
  auto told = json::array();
  for (auto seed = seeds->from; seed <= seeds->to; ++seed) {
    plan->seed = seed;
    all.push_back(city::simulate(*plan));
    if (o.json) told.push_back(as_json(all.back(), command_for(o, seed)));
    if (!one && !o.json && !all.back().broken.empty()) print_broken(o, all.back(), io.out);
  }
  const auto bad = std::ranges::count_if(all, [](const auto& end) { return !end.broken.empty(); });
  if (o.json) {
    io.out << (one ? told.front() : told).dump(2) << '\n';
    return bad == 0 ? done : failed;
  }
  io.out << '\n';
  print_figures(all, io.out);
  if (bad == 0) {
    io.out << "\nEvery promise was kept.\n";
    return done;
  }
  const auto worst = std::ranges::find_if(all, [](const auto& end) { return !end.broken.empty(); });
  if (!one)
    io.out << fmt::format("\nPromises were broken under {} of {} seeds.\n", bad, all.size());
  print_broken(o, *worst, io.out);
  return failed;
}

} // namespace

void add_simulate(CLI::App& to, invocation& run) {
  auto* c =
      to.add_subcommand("simulate", "Try a city of many nodes in virtual time, in any weather");
  auto o = std::make_shared<simulate_options>();
  c->add_option("--hierarchy", o->hierarchy,
                "Hierarchy file of the city; without it one of two districts and four communes");
  c->add_option("--nodes", o->nodes,
                "How many nodes share the units, or a placement file that says which hosts what")
      ->capture_default_str();
  auto* seed = c->add_option("--seed", o->seed, "What happens is decided by this number alone")
                   ->capture_default_str();
  c->add_option("--seeds", o->seeds, "FROM..TO: one after the other, and no timeline")
      ->excludes(seed);
  c->add_option("--hours", o->hours, "Hours of virtual time; one takes about a second")
      ->check(CLI::Range(0.05, 10'000.0))
      ->capture_default_str();
  c->add_option("--faults", o->faults, "How much goes wrong")
      ->check(CLI::IsMember({"calm", "rain", "storm"}))
      ->capture_default_str();
  c->add_option("--down", o->down, "The node that hosts this unit is killed after ten minutes ...");
  c->add_option("--for", o->down_for, "... and comes again after so long, for example 2h")
      ->capture_default_str();
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
      "  loa simulate --seeds 1..100 --faults storm");
  on_chosen(*c, run, [o, &run] { return simulate(*o, run.io); });
}

} // namespace loa::cli
