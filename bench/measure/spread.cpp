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

/// For each number of pairs of `n` and `m` values: the probability that the second wins at least so
/// many, if all are drawn from one distribution.
std::vector<double> chances_of_wins(std::size_t n, std::size_t m) {
  // ways[i][u]: orders of i values of a among those of b so far in which b wins u pairs.
  std::vector<std::vector<double>> ways(n + 1, std::vector<double>(n * m + 1, 0));
  for (auto& w : ways) w[0] = 1;
  for (std::size_t j = 1; j <= m; ++j)
    for (std::size_t i = 1; i <= n; ++i)
      // The largest is of a and wins over none of b, or it is of b and wins over all i of a.
      for (std::size_t u = n * m + 1; u-- > 0;)
        ways[i][u] = ways[i - 1][u] + (u >= i ? ways[i][u - i] : 0);
  auto chances = ways[n];
  for (std::size_t u = n * m; u-- > 0;) chances[u] += chances[u + 1];
  const auto all = chances[0];
  for (auto& c : chances) c /= all;
  return chances;
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
  const auto n = std::min(a.size(), most_ranked);
  const auto m = std::min(b.size(), most_ranked);
  if (n == 0 || m == 0) return 1;
  std::size_t wins = 0; // pairs in which b is higher
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j)
      if (b[j] > a[i]) ++wins;
  return chances_of_wins(n, m)[wins];
}

std::optional<std::size_t> wins_needed(std::size_t n, std::size_t m, double chance) {
  const auto chances = chances_of_wins(std::min(n, most_ranked), std::min(m, most_ranked));
  for (std::size_t u = 0; u < chances.size(); ++u)
    if (chances[u] <= chance) return u;
  return std::nullopt;
}

spread factor_between(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = std::min(a.size(), most_ranked);
  const auto m = std::min(b.size(), most_ranked);
  if (n == 0 || m == 0) return {};
  std::vector<double> factors;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) factors.push_back(a[i] == b[j] ? 1 : b[j] / a[i]);
  std::sort(factors.begin(), factors.end());
  // A factor is held possible where the test would not refuse it on either side.
  const auto chances = chances_of_wins(n, m);
  const auto outside = [&](std::size_t cut) { return 2 * chances[n * m - cut]; };
  std::size_t cut = 0;
  while (2 * (cut + 1) < factors.size() && outside(cut + 1) <= 1 - wanted_confidence) ++cut;
  return {middle(factors), factors[cut], factors[factors.size() - 1 - cut],
          std::max(0.0, 1 - outside(cut)), factors.size()};
}

} // namespace loa::bench
