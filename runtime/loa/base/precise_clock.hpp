#pragma once

#include <loa/base/time.hpp>

namespace loa {

using precise_instant = std::chrono::sys_time<std::chrono::microseconds>;

/// A wall clock that tells microseconds as well, for measuring. What is stored and what falls due
/// goes by its `now`. Any thread.
class precise_clock : public clock {
public:
  [[nodiscard]] virtual precise_instant precisely() const = 0;
};

/// What a clock says, as exactly as it can.
[[nodiscard]] precise_instant precisely(const clock& c);

} // namespace loa
