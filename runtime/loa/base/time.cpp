#include <loa/base/precise_clock.hpp>
#include <loa/base/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace loa {

namespace {

/// Reads fixed-width fields from the front of a text.
class fields {
public:
  explicit fields(std::string_view text) : rest_(text) {}

  std::optional<int> digits(std::size_t n) {
    if (rest_.size() < n) return std::nullopt;
    int value = 0;
    for (char c : rest_.substr(0, n)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(n);
    return value;
  }

  bool literal(char a, char b) {
    if (rest_.empty() || (rest_[0] != a && rest_[0] != b)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool literal(char c) { return literal(c, c); }

  /// Milliseconds after a '.', zero if there is none; nothing if a '.' has no digit behind it.
  std::optional<int> fraction() {
    if (!literal('.')) return 0;
    int ms = 0;
    std::size_t n = 0;
    for (; n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9'; ++n)
      if (n < 3) ms = ms * 10 + (rest_[n] - '0');
    if (n == 0 || n > 12) return std::nullopt;
    for (auto i = n; i < 3; ++i) ms *= 10;
    rest_.remove_prefix(n);
    return ms;
  }

  [[nodiscard]] bool done() const { return rest_.empty(); }

private:
  std::string_view rest_;
};

class wall_clock : public precise_clock {
public:
  [[nodiscard]] instant now() const override {
    return std::chrono::floor<duration>(std::chrono::system_clock::now());
  }
  [[nodiscard]] precise_instant precisely() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

class uptime_clock : public clock {
public:
  [[nodiscard]] instant now() const override {
    return instant(
        std::chrono::floor<duration>(std::chrono::steady_clock::now().time_since_epoch()));
  }
};

} // namespace

result<instant> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const error bad{errc::malformed,
                  "A time reads like 2025-09-01T05:00:00+07:00 (RFC 3339, with its offset).",
                  {}};
  fields f(text);
  const auto y = f.digits(4);
  if (!y || !f.literal('-')) return bad;
  const auto mo = f.digits(2);
  if (!mo || !f.literal('-')) return bad;
  const auto d = f.digits(2);
  if (!d || !f.literal('T', 't')) return bad;
  const auto h = f.digits(2);
  if (!h || !f.literal(':')) return bad;
  const auto mi = f.digits(2);
  if (!mi || !f.literal(':')) return bad;
  const auto s = f.digits(2);
  if (!s) return bad;
  const auto ms = f.fraction();
  if (!ms) return bad;
  minutes offset{0};
  if (!f.literal('Z', 'z')) {
    const bool west = f.literal('-');
    if (!west && !f.literal('+')) return bad;
    const auto oh = f.digits(2);
    if (!oh || !f.literal(':')) return bad;
    const auto om = f.digits(2);
    if (!om || *oh > 23 || *om > 59) return bad;
    offset = hours(*oh) + minutes(*om);
    if (west) offset = -offset;
  }
  const year_month_day date{year(*y), month(static_cast<unsigned>(*mo)),
                            day(static_cast<unsigned>(*d))};
  if (!f.done() || !date.ok() || *y < 1970 || *h > 23 || *mi > 59 || *s > 60) return bad;
  const auto seconds_of_minute =
      seconds(std::min(*s, 59)); // a leap second counts as the one before
  const auto t =
      sys_days(date) + hours(*h) + minutes(*mi) + seconds_of_minute + milliseconds(*ms) - offset;
  // What another offset puts into another year must still be writable with four digits.
  if (t < instant{} || t >= sys_days(year(9999) / 12 / 31)) return bad;
  return t;
}

std::string format_rfc3339(instant t, std::chrono::minutes offset) {
  using namespace std::chrono;
  constexpr instant first = sys_days(year(0) / 1 / 1);
  constexpr instant last = sys_days(year(10000) / 1 / 1) - milliseconds(1);
  const auto local = std::clamp(t, first - offset, last - offset) + offset;
  const auto day_start = floor<days>(local);
  const year_month_day date(day_start);
  const hh_mm_ss time(local - day_start);
  auto out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                         time.hours().count(), time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() != 0) out += fmt::format(".{:03}", time.subseconds().count());
  const auto minutes_east = offset.count() < 0 ? -offset.count() : offset.count();
  out += fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', minutes_east / 60,
                     minutes_east % 60);
  return out;
}

const clock& system_clock() {
  static const wall_clock the_clock;
  return the_clock;
}

const clock& steady_clock() {
  static const uptime_clock the_clock;
  return the_clock;
}

} // namespace loa
