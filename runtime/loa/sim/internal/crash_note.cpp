#include <loa/sim/internal/crash_note.hpp>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

namespace loa::sim {

namespace {

constexpr std::array signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// All that a signal's handler may touch.
std::array<char, 2'000> note;
std::atomic<std::size_t> length{0};
std::array<struct sigaction, signals.size()> before;
alignas(16) std::array<char, 65'536> stack;

void on_crash(int signal) {
  if (const auto n = length.exchange(0); n > 0)
    (void)!::write(STDERR_FILENO, note.data(), n); // what else could be done
  for (std::size_t i = 0; i < signals.size(); ++i)
    if (signals[i] == signal) ::sigaction(signal, &before[i], nullptr);
  ::raise(signal);
}

} // namespace

void announce_crashes() {
  // A stack of its own: the crash may be that the other one is used up.
  stack_t own{};
  own.ss_sp = stack.data();
  own.ss_size = stack.size();
  ::sigaltstack(&own, nullptr);
  struct sigaction how {};
  how.sa_handler = on_crash;
  how.sa_flags = SA_ONSTACK;
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &how, &before[i]);
}

void set_crash_note(const std::string& text) {
  length = 0;
  const auto n = std::min(text.size(), note.size());
  std::memcpy(note.data(), text.data(), n);
  length = n;
}

} // namespace loa::sim
