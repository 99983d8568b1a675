#pragma once

#include <loa/sim/rehearsal.hpp>

#include <concepts>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

/// \file
/// A rehearsal as a program:
///
///     int main(int argc, char** argv) { return loa::sim::main<tea_round>(argc, argv); }
///
/// It is started directly or by `loa simulate --program`, with the same options.
namespace loa::sim {

/// Makes a fresh rehearsal for each run.
using rehearsal_maker = std::function<std::unique_ptr<rehearsal>()>;

/// Runs the seeds that the command line names, prints what happened to standard output and returns
/// the exit code: 0 if every promise was kept; 1 if one was not or the run failed, also by what the
/// rehearsal's own code throws; 2 for a wrong command line, with a sentence on standard error. When
/// the program crashes, a sentence with the command that repeats it goes to standard error, and the
/// signal takes its way. A seed that broke something is tried again at once, silently; if it goes
/// another way then, a sentence says that something besides the seed has a say. Called once, on the
/// main thread.
int main(int argc, char** argv, const rehearsal_maker& make);

template <std::derived_from<rehearsal> T>
int main(int argc, char** argv) {
  return main(argc, argv, [] { return std::make_unique<T>(); });
}

/// The same between streams, and without a word about crashes. `program` is how it was started.
int run(const std::string& program, const std::vector<std::string>& arguments, std::ostream& out,
        std::ostream& err, const rehearsal_maker& make);

} // namespace loa::sim
