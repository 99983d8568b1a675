#pragma once

#include <bench/measure/record.hpp>

#include <string>
#include <string_view>

/// \file
/// The tables of a report, as markup. Pure functions; empty where there is nothing to say.
namespace loa::bench {

/// Every figure of every contender, with its interval.
[[nodiscard]] std::string figures_table(const section& s);
/// Ours divided by each peer's, pair by pair.
[[nodiscard]] std::string ratios_table(const section& s);
/// p50, p90, p99, p99.9 and the maximum of latencies of that name.
[[nodiscard]] std::string percentiles_table(const section& s, std::string_view latencies);
/// How costs grow with one thing.
[[nodiscard]] std::string growth_table(const growth& g);
/// What the load generator took and what else happened.
[[nodiscard]] std::string disturbance_table(const section& s);
/// Versions and settings, of the section and of every contender.
[[nodiscard]] std::string settings_table(const section& s);
/// Every figure of every repetition.
[[nodiscard]] std::string repetitions_table(const section& s);
/// The machine, the program and the run itself.
[[nodiscard]] std::string circumstances_table(const run_record& run);

} // namespace loa::bench
