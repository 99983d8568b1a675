#pragma once

#include <loa/base/random.hpp>
#include <loa/base/time.hpp>

#include <algorithm>

namespace loa::net {

/// How long to wait before the next attempt to reach a peer: twice as long each time up to a limit,
/// and each time somewhere in the upper half of that at random, so that twenty districts whose city
/// comes back do not all call at the same instant. Pure; one thread at a time.
class backoff {
public:
  explicit backoff(duration first = duration(100), duration most = std::chrono::seconds(30))
      : first_(first),
        most_(std::max(first, most)),
        next_(first) {}

  /// The wait before the next attempt: from half of the step to all of it.
  [[nodiscard]] duration next(random_source& random) {
    const auto step = next_;
    next_ = step > most_ / 2 ? most_ : step * 2;
    const auto half = step / 2;
    // Some waits being likelier by a millionth does no harm here.
    const auto width = static_cast<std::uint64_t>((step - half).count()) + 1;
    return half + duration(static_cast<duration::rep>(random.next() % width));
  }

  /// The peer was reached.
  void reset() noexcept { next_ = first_; }

private:
  duration first_;
  duration most_;
  duration next_;
};

} // namespace loa::net
