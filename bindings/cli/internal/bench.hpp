#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/peers/server.hpp>
#include <bindings/cli/internal/command.hpp>

#include <functional>
#include <string>
#include <vector>

/// \file
/// What the scenarios of `loa bench` have in common.
namespace loa::cli {

/// Options that every scenario has.
struct bench_options {
  std::uint64_t seed = 1;
  std::size_t repetitions = 5;
  std::string json;
  std::string report;
  std::string scratch = ".";
  bool require_peers = false;
};
void add_bench_options(CLI::App& to, bench_options& options);

/// Peers that are measured beside us; "none" for none.
void add_peer_option(CLI::App& to, std::vector<std::string>& peers,
                     const std::vector<std::string>& known);
/// Without "none".
[[nodiscard]] std::vector<std::string> chosen(std::vector<std::string> peers);

/// The hierarchy of Ho Chi Minh City of 2021 where none is named.
[[nodiscard]] result<void> find_hierarchy(std::string& file);

/// The text of a CAP alert: of the file, or of the example where none is named.
[[nodiscard]] result<void> read_alert(std::string file, std::string& text);
/// The hierarchy, and a node that runs already.
void add_node_options(CLI::App& to, bench::loa_options& node, std::string& token_file);
/// A token in a file, without the end of its line; nothing where no file is named.
[[nodiscard]] result<void> read_token(const std::string& file, std::string& token);
/// Finds the hierarchy where none was named, and reads the token.
[[nodiscard]] result<void> complete_node(bench::loa_options& node, const std::string& token_file);

using bench_measurement = std::function<result<void>(bench::conductor&, bench::section& into)>;

/// Measures, prints tables, writes the files that were asked for; also when Ctrl-C ends it or an
/// error does. The exit code of the command: `failed` for an error and for a target that is missed,
/// which is named last.
[[nodiscard]] int run_bench(const bench_options& options,
                            const std::vector<bench_measurement>& what, streams& io);

/// The same for one scenario, whose options are checked first. They live as long as this call.
template <class Options>
[[nodiscard]] int run_checked(const bench_options& common, const Options& o, streams& io) {
  if (auto good = check(o); !good) return fail(io, good.error());
  return run_bench(
      common, {[&o](bench::conductor& c, bench::section& into) { return measure(o, c, into); }},
      io);
}

/// A section as tables, with its warnings; and what came of its targets.
void print_section(const bench::section& s, std::ostream& to);
void print_verdicts(const bench::section& s, std::ostream& to);

/// A run that `--json` wrote. The error names the file and the place in it.
[[nodiscard]] result<bench::run_record> read_run(const std::string& file);

// Each adds one scenario or tool.
void add_bench_gateway(CLI::App& to, invocation& run);
void add_bench_publish(CLI::App& to, invocation& run);
void add_bench_floor(CLI::App& to, invocation& run);
void add_bench_report(CLI::App& to, invocation& run);
void add_bench_diff(CLI::App& to, invocation& run);
void add_bench_cascade(CLI::App& to, invocation& run);
void add_bench_city(CLI::App& to, invocation& run);
void add_bench_journal(CLI::App& to, invocation& run);
void add_bench_footprint(CLI::App& to, invocation& run);
void add_bench_growing(CLI::App& to, invocation& run);
void add_bench_restart(CLI::App& to, invocation& run);
void add_bench_cluster(CLI::App& to, invocation& run);
void add_bench_compare(CLI::App& to, invocation& run);
void add_bench_steps(CLI::App& to, invocation& run);
void add_bench_plan(CLI::App& to, invocation& run);
void add_bench_reports(CLI::App& to, invocation& run);
void add_bench_clocks(CLI::App& to, invocation& run);
void add_bench_hop(CLI::App& to, invocation& run);
void add_bench_outage(CLI::App& to, invocation& run);
void add_bench_district(CLI::App& to, invocation& run);

} // namespace loa::cli
