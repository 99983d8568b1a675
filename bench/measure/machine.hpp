#pragma once

#include <bench/measure/record.hpp>

#include <chrono>
#include <vector>

/// \file
/// What the machine is, and what it did while something was measured (proc(5)). Linux.
namespace loa::bench {

/// This machine and this program. What cannot be found out is empty.
[[nodiscard]] circumstances look_around();

/// How this process was started, as it can be typed into a shell again; the program and other files
/// without the directories of this machine. Empty if that cannot be found out.
[[nodiscard]] std::string command_line();

/// A word of a command, of which a path that begins at the root, or leads out of the working
/// directory, is only its last part: "--json=/home/x/run.json" is "--json=run.json".
[[nodiscard]] std::string without_directory(const std::string& word);

/// A word as a shell reads it back: quoted where it holds anything beside letters, digits and signs
/// that mean nothing to a shell.
[[nodiscard]] std::string shell_word(const std::string& word);

/// How much room this machine has for a scenario.
struct room {
  std::uint64_t files = 0;  ///< Open files that one process may have; see `raise_file_limit`.
  std::uint64_t memory = 0; ///< Octets that are free or can be freed.
};
[[nodiscard]] room room_here();

/// Lets this process, and what it starts, open as many files as the hard limit says.
void raise_file_limit();

/// Octets of a process's own that are resident, without pages of files, which the system may drop;
/// 0 if there is none of that id.
[[nodiscard]] std::uint64_t resident_memory(int process);

/// Processor seconds that a process and those it waited for have had; 0 if there is none.
[[nodiscard]] double processor_seconds(int process);

/// Processor seconds that the threads which a process has now have had, to the microsecond; 0 if
/// there is none. Only those of a name, where one is given (proc(5), comm).
[[nodiscard]] double thread_seconds(int process, std::string_view name = {});

/// Watches the processors from its construction on. One thread.
class noise_watch {
public:
  /// `measured` are the processes whose work is what is measured.
  explicit noise_watch(std::vector<int> measured);

  /// What happened since: `busy` is the time that the load generator's thread was at work.
  [[nodiscard]] disturbance since(std::chrono::nanoseconds busy) const;

private:
  struct reading {
    double all = 0; ///< Processor seconds of all kinds, idle ones too.
    double worked = 0;
    double stolen = 0;
    double own = 0;
    double measured = 0;
  };
  [[nodiscard]] reading read() const;

  std::vector<int> measured_;
  std::chrono::steady_clock::time_point began_;
  reading before_;
};

/// Sentences for what makes a measurement doubtful: the load generator was the bottleneck, others
/// used the processors, the hypervisor took them away. A pure function.
[[nodiscard]] std::vector<std::string> doubts(const contender_record& about);

} // namespace loa::bench
