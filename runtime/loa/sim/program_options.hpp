#pragma once

#include <loa/base/result.hpp>
#include <loa/sim/account.hpp>

#include <string>
#include <string_view>
#include <vector>

/// \file
/// The command line of a rehearsal's program; `loa simulate` has the same options.
namespace loa::sim {

inline constexpr double least_hours = 0.05;
inline constexpr double most_hours = 10'000;

struct program_options {
  seed_range seeds;
  double hours = 1;
  weather sky = weather::rain;
  std::size_t nodes = 0; ///< 0: as many as the rehearsal says.
  std::string counts;    ///< A file for what was reached, see counts.hpp; empty: none.
  bool json = false;
  bool help = false;
  /// How the user started the program, as the beginning of a command.
  std::string called_as;
  /// A descriptor to which the program says how each seed ended, for who started it; -1: none.
  int witness = -1;
};

/// Reads arguments, "--seed 7" or "--seed=7", into `into`; it holds what was read before a mistake.
/// An error is a sentence.
[[nodiscard]] result<void> parse_options(const std::vector<std::string>& arguments,
                                         program_options& into);

/// What `--help` prints.
[[nodiscard]] std::string help_text(std::string_view program, std::size_t nodes);

/// The one command that runs a seed again.
[[nodiscard]] std::string command_for(const program_options& o, std::uint64_t seed,
                                      std::size_t nodes);

} // namespace loa::sim
