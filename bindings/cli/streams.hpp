#pragma once

#include <iosfwd>

namespace loa::cli {

/// What a command reads and writes. Results go to `out`, everything said about them to `err`, so
/// that a pipe carries results only.
struct streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool live = false; ///< `err` is a terminal: a line may be written over.
};

/// What a command ends with.
inline constexpr int done = 0;
inline constexpr int failed = 1;      ///< Refused or failed.
inline constexpr int wrong_usage = 2; ///< The command line is wrong.

} // namespace loa::cli
