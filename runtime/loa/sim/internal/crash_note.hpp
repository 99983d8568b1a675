#pragma once

#include <string>

namespace loa::sim {

/// From now on, a process that dies of a defect (a segmentation fault, an abort, an endless
/// recursion) first writes the note in force to standard error; then the signal takes the way that
/// it had before. Once, on the main thread.
void announce_crashes();

/// The note in force; cut at two thousand octets. Empty: nothing is written.
void set_crash_note(const std::string& note);

} // namespace loa::sim
