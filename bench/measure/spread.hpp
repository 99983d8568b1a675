#pragma once

#include <cstddef>
#include <vector>

namespace loa::bench {

/// What repetitions of one measurement gave.
struct spread {
  double median = 0;
  double low = 0;  ///< The median of many more repetitions lies between `low` and `high`
  double high = 0; ///< with this probability, whatever the distribution is.
  double confidence = 0;
  std::size_t count = 0;
};

/// The median and an interval of order statistics around it: the narrowest with a confidence of at
/// least 0.95, or from the smallest to the largest value where fewer than six are there (five give
/// 0.9375). All 0 without values. A pure function.
[[nodiscard]] spread spread_of(std::vector<double> values);

/// `ours[i] / theirs[i]` for each pair. What slowed a minute of the machine slowed both of a pair.
/// A pair whose divisor is 0 is left out, and so is what has no partner.
[[nodiscard]] std::vector<double> ratios(const std::vector<double>& ours,
                                         const std::vector<double>& theirs);

/// The probability that values drawn like `a` and `b` from one distribution would put `b` at least
/// so far above `a` as these do: the one-sided rank test of Mann and Whitney, exact. Equal values
/// count as not above. 1 where a side is empty. At most 60 values on a side are looked at.
[[nodiscard]] double chance_that_higher(const std::vector<double>& a, const std::vector<double>& b);

} // namespace loa::bench
