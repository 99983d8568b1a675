#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace loa::bench {

/// The value below which a share of the sorted values lies; 0 if there are none.
[[nodiscard]] inline double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  return values[at];
}
[[nodiscard]] inline double median(const std::vector<double>& values) {
  return percentile(values, 0.5);
}

/// "[1.0,2.5]".
[[nodiscard]] inline std::string json_array(const std::vector<double>& values) {
  std::string out = "[";
  for (double v : values) out += fmt::format("{}{:.2f}", out.size() > 1 ? "," : "", v);
  return out + "]";
}

} // namespace loa::bench
