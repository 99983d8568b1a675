#include <bench/measure/spread.hpp>

#include <algorithm>
#include <cmath>

namespace loa::bench {

namespace {

constexpr double wanted_confidence = 0.95;

double middle(const std::vector<double>& sorted) {
  const auto n = sorted.size();
  return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/// The probability that the median lies between the values `cut` from either end of `n`.
double confidence_of(std::size_t n, std::size_t cut) {
  double outside = 0;
  double term = std::pow(0.5, static_cast<double>(n));
  for (std::size_t i = 0; i <= cut; ++i) {
    outside += term;
    term *= static_cast<double>(n - i) / static_cast<double>(i + 1);
  }
  return std::max(0.0, 1 - 2 * outside);
}

} // namespace

spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto n = values.size();
  std::size_t cut = 0;
  while (2 * (cut + 1) < n && confidence_of(n, cut + 1) >= wanted_confidence) ++cut;
  return {middle(values), values[cut], values[n - 1 - cut], confidence_of(n, cut), n};
}

std::vector<double> ratios(const std::vector<double>& ours, const std::vector<double>& theirs) {
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i)
    if (theirs[i] != 0) out.push_back(ours[i] / theirs[i]);
  return out;
}

double chance_that_higher(const std::vector<double>& a, const std::vector<double>& b) {
  constexpr std::size_t most = 60;
  const auto n = std::min(a.size(), most);
  const auto m = std::min(b.size(), most);
  if (n == 0 || m == 0) return 1;
  std::size_t wins = 0; // pairs in which b is higher
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j)
      if (b[j] > a[i]) ++wins;
  // ways[i][u]: orders of i values of a among those of b so far in which b wins u pairs.
  std::vector<std::vector<double>> ways(n + 1, std::vector<double>(n * m + 1, 0));
  for (auto& w : ways) w[0] = 1;
  for (std::size_t j = 1; j <= m; ++j)
    for (std::size_t i = 1; i <= n; ++i)
      // The largest is of a and wins over none of b, or it is of b and wins over all i of a.
      for (std::size_t u = n * m + 1; u-- > 0;)
        ways[i][u] = ways[i - 1][u] + (u >= i ? ways[i][u - i] : 0);
  double all = 0;
  double as_far = 0;
  for (std::size_t u = 0; u <= n * m; ++u) {
    all += ways[n][u];
    if (u >= wins) as_far += ways[n][u];
  }
  return as_far / all;
}

} // namespace loa::bench
