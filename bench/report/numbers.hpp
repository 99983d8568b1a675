#pragma once

#include <bench/measure/record.hpp>

#include <string>
#include <string_view>
#include <vector>

/// \file
/// Numbers as people read them. Pure functions.
namespace loa::bench {

/// Three significant digits, as much as a measurement of this kind is worth: "0.0483", "61 300".
/// What is whole and below 10 000 is exact. Thousands stand in groups, divided by `space`.
[[nodiscard]] std::string number(double value, std::string_view space = "\u202f");

/// The same without zeros at the end, for what somebody chose: "1.3", "0.05".
[[nodiscard]] std::string round_number(double value);

/// A count, exact, in groups.
[[nodiscard]] std::string number_of(std::uint64_t count, std::string_view space = "\u202f");

/// "33.6 (22.9 to 41.9)": the median and the interval around it; "–" without values, no interval
/// where all values are equal.
[[nodiscard]] std::string with_interval(const std::vector<double>& values,
                                        std::string_view space = "\u202f");
/// The same on two lines, without brackets.
[[nodiscard]] std::string over_interval(const std::vector<double>& values);

/// "5 %"; never more than three significant digits.
[[nodiscard]] std::string percent(double share);

/// A unit in which the largest of some values is short to write, and what to divide by.
struct scaled_unit {
  std::string name;
  double divisor = 1;
};
/// Octets become kB, MB or GB where they are many; other units stay.
[[nodiscard]] scaled_unit unit_for(const std::string& unit, double largest);

/// "last, ms": a figure and its unit as a heading.
[[nodiscard]] std::string heading(std::string_view name, std::string_view unit);

/// "3 warnings", "1 warning"
[[nodiscard]] std::string counted(std::size_t n, std::string_view what);

} // namespace loa::bench
