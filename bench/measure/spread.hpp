#pragma once

#include <cstddef>
#include <optional>
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

/// Of more values on a side, the rank tests below look at the first ones only.
inline constexpr std::size_t most_ranked = 60;

/// The probability that values drawn like `a` and `b` from one distribution would put `b` at least
/// so far above `a` as these do: the one-sided rank test of Mann and Whitney, exact. Equal values
/// count as not above. 1 where a side is empty.
[[nodiscard]] double chance_that_higher(const std::vector<double>& a, const std::vector<double>& b);

/// How many pairs of `n` and `m` values the second must win for `chance_that_higher` to be at most
/// `chance`; nothing where even all of them are too few to tell.
[[nodiscard]] std::optional<std::size_t> wins_needed(std::size_t n, std::size_t m, double chance);

/// How many times `a` the values of `b` are: the median of b / a over every pair of the two, and
/// the interval that the same test gives, the narrowest with a confidence of at least 0.95, or from
/// the smallest to the largest where they are too few. Whatever the distribution is, as long as it
/// is the same but for the factor. No value is below 0; two zeros are equal, and what grew from 0
/// grew infinitely. All 0 where a side is empty.
[[nodiscard]] spread factor_between(const std::vector<double>& a, const std::vector<double>& b);

} // namespace loa::bench
