#pragma once

#include <loa/base/time.hpp>

#include <optional>

namespace loa::host {

/// What the operating system asks of the program.
enum class request {
  stop,   ///< SIGTERM or SIGINT: finish what is under way and end.
  reload, ///< SIGHUP: read certificates and tokens again.
};

/// Takes SIGTERM, SIGINT and SIGHUP for the whole program and hands them out one at a time; SIGPIPE
/// is ignored. Make one object before any other thread starts, since threads inherit what is taken.
class signals {
public:
  signals();
  ~signals();
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

  /// Waits for the next request, at most so long; nothing if none came.
  [[nodiscard]] std::optional<request> wait(duration at_most);

private:
  int descriptor_ = -1;
};

} // namespace loa::host
