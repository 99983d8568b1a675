#include <bindings/node/signals.hpp>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <limits>

namespace loa::host {

namespace {

sigset_t taken() {
  sigset_t set;
  sigemptyset(&set);
  for (int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, s);
  return set;
}

} // namespace

signals::signals() {
  const auto set = taken();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  descriptor_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

signals::~signals() {
  if (descriptor_ >= 0) close(descriptor_);
  const auto set = taken();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<request> signals::wait(duration at_most) {
  pollfd ready{descriptor_, POLLIN, 0};
  const auto patience =
      std::clamp<std::int64_t>(at_most.count(), 0, std::numeric_limits<int>::max());
  if (poll(&ready, 1, static_cast<int>(patience)) <= 0) return std::nullopt;
  signalfd_siginfo info{};
  if (read(descriptor_, &info, sizeof info) != sizeof info) return std::nullopt;
  return info.ssi_signo == SIGHUP ? request::reload : request::stop;
}

} // namespace loa::host
