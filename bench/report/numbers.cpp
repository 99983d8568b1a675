#include <bench/measure/spread.hpp>
#include <bench/report/numbers.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace loa::bench {

namespace {

constexpr double exact_below = 10'000;
constexpr double written_out_below = 1e15;
constexpr double written_out_from = 1e-4;

/// Digits in groups of three, from the right.
std::string in_groups(std::string digits, std::string_view space) {
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), space);
  return digits;
}

} // namespace

std::string number(double value, std::string_view space) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value < 0 ? "−∞" : "∞";
  const auto size = std::abs(value);
  const std::string sign = value < 0 ? "−" : "";
  if (size == 0) return "0";
  if (size >= written_out_below || size < written_out_from)
    return sign + fmt::format("{:.2e}", size);
  if (size < exact_below && size == std::floor(size))
    return sign + in_groups(fmt::format("{:.0f}", size), space);
  const auto digits = 2 - static_cast<int>(std::floor(std::log10(size)));
  if (digits > 0) {
    // Rounding may carry into one more digit: 9.999 is 10.0, not 10.00.
    const auto unit = std::pow(10, digits);
    const auto carried = std::round(size * unit) >= 1000;
    return sign + fmt::format("{:.{}f}", size, carried ? digits - 1 : digits);
  }
  const auto unit = std::pow(10, -digits);
  return sign + in_groups(fmt::format("{:.0f}", std::round(size / unit) * unit), space);
}

std::string round_number(double value) {
  auto out = number(value);
  if (out.find('.') == std::string::npos || out.find('e') != std::string::npos) return out;
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out;
}

std::string number_of(std::uint64_t count, std::string_view space) {
  return in_groups(std::to_string(count), space);
}

std::string with_interval(const std::vector<double>& values, std::string_view space) {
  if (values.empty()) return "–";
  const auto s = spread_of(values);
  if (s.low == s.high) return number(s.median, space);
  return fmt::format("{} ({} to {})", number(s.median, space), number(s.low, space),
                     number(s.high, space));
}

std::string over_interval(const std::vector<double>& values) {
  if (values.empty()) return "–";
  const auto s = spread_of(values);
  if (s.low == s.high) return number(s.median);
  return fmt::format("{}\n{} to {}", number(s.median), number(s.low), number(s.high));
}

std::string percent(double share) {
  const auto tenths = std::round(std::abs(share) * 1000) / 10;
  const auto* sign = share < 0 && tenths > 0 ? "−" : "";
  if (tenths >= 10 || tenths == std::floor(tenths))
    return fmt::format("{}{}\u202f%", sign, number(std::round(tenths)));
  return fmt::format("{}{:.1f}\u202f%", sign, tenths);
}

scaled_unit unit_for(const std::string& unit, double largest) {
  constexpr std::array<std::string_view, 3> larger{"kB", "MB", "GB"};
  scaled_unit out{unit, 1};
  if (unit != "B") return out;
  for (const auto name : larger) {
    if (largest / out.divisor < exact_below) break;
    out = {std::string(name), out.divisor * 1000};
  }
  return out;
}

std::string heading(std::string_view name, std::string_view unit) {
  return unit.empty() ? std::string(name) : fmt::format("{}, {}", name, unit);
}

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", number_of(n), what, n == 1 ? "" : "s");
}

} // namespace loa::bench
