#pragma once

#include <bench/measure/record.hpp>

#include <string>
#include <string_view>
#include <vector>

/// \file
/// What a section holds, across its contenders. Pure functions.
namespace loa::bench {

/// Every figure that somebody has, once, in the order in which they come.
[[nodiscard]] std::vector<figure> figures_in(const section& s);
/// The names of all latencies, likewise.
[[nodiscard]] std::vector<std::string> latencies_in(const section& s);
/// The names of all levels, likewise.
[[nodiscard]] std::vector<std::string> levels_in(const section& s);

/// What one repetition recorded under that name; empty if nothing.
[[nodiscard]] histogram latencies_of(const repetition& of, std::string_view name);

} // namespace loa::bench
