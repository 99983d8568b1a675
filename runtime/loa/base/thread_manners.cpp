#include <loa/base/thread_manners.hpp>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace loa {

namespace {

/// A third of a core's time where a thread of the usual niceness wants it, too.
constexpr int niceness = 5;

constexpr std::uint64_t short_turn_ns = 100'000; // the shortest that Linux knows

/// What sched_setattr(2) takes; Debian 12's C library does not declare it.
struct sched_attributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime; ///< Of an ordinary thread the length of its turns, since Linux 6.12.
  std::uint64_t deadline;
  std::uint64_t period;
};

} // namespace

void let_others_first() noexcept {
  // Linux counts priorities per thread.
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

void take_short_turns() noexcept {
  const auto nice = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
  const sched_attributes wanted{sizeof wanted, 0, 0, nice, 0, short_turn_ns, 0, 0};
  (void)::syscall(SYS_sched_setattr, 0, &wanted, 0U);
}

} // namespace loa
