#pragma once

#include <bindings/cli/streams.hpp>

#include <string>

namespace loa::cli {

/// What is asked of a program that rehearses a developer's own entities; texts as the user gave
/// them.
struct rehearsal_request {
  std::string program; ///< A path; not looked for elsewhere.
  std::string seeds;   ///< "7" or "1..100".
  std::string hours;
  std::string faults;
  std::string nodes;  ///< Empty: as the program says.
  std::string counts; ///< A file for what was reached; empty: none.
  bool json = false;
};

/// Runs the program, hands on what it prints, and returns what it ends with, `done`, `failed` or
/// `wrong_usage`. It is believed only as far as it has given an account of each seed: a program
/// that crashes, that says nothing, or whose end is another than its account gets a sentence, and
/// `failed`. Its standard error is ours. It ends when this one does.
int run_rehearsal(const rehearsal_request& request, streams& io);

} // namespace loa::cli
