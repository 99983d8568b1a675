#pragma once

#include <loa/base/result.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace loa {

/// A wall-clock instant in milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
using instant = std::chrono::sys_time<std::chrono::milliseconds>;
using duration = std::chrono::milliseconds;

/// The instant of a number of milliseconds, and back; the stored and transmitted form.
[[nodiscard]] constexpr instant from_millis(std::int64_t ms) {
  return instant(duration(ms));
}
[[nodiscard]] constexpr std::int64_t to_millis(instant t) {
  return t.time_since_epoch().count();
}

/// Reads an RFC 3339 date-time with offset, "2025-09-01T05:00:00+07:00". A fraction of a second has
/// up to 12 digits and is cut to milliseconds, a leap second counts as the second before it; "Z" is
/// accepted. The year is 1970 to 9999, also in UTC, and the last day of 9999 is refused, so that
/// what was read can be written at any offset.
[[nodiscard]] result<instant> parse_rfc3339(std::string_view text);

/// Writes `t` in RFC 3339 at a fixed offset, Vietnam's +07:00 by default; milliseconds only if
/// there are any. Instants outside the years 0 to 9999 are written as the nearest within them.
[[nodiscard]] std::string format_rfc3339(instant t,
                                         std::chrono::minutes offset = std::chrono::hours(7));

/// Where the time of day comes from; simulation gives another one. Safe to call from any thread.
class clock {
public:
  virtual ~clock() = default;
  [[nodiscard]] virtual instant now() const = 0;
};

/// The system's wall clock; lives as long as the program.
[[nodiscard]] const clock& system_clock();

/// The time since some instant of this process's machine, as an instant after 1970: only
/// differences mean something. It never goes back and never jumps; lives as long as the program.
[[nodiscard]] const clock& steady_clock();

/// A clock that a test moves, from any thread.
class manual_clock : public clock {
public:
  explicit manual_clock(instant start) : now_(to_millis(start)) {}
  [[nodiscard]] instant now() const override { return from_millis(now_.load()); }
  void advance(duration by) { now_.fetch_add(by.count()); }
  void set(instant t) { now_.store(to_millis(t)); }

private:
  std::atomic<std::int64_t> now_;
};

} // namespace loa
