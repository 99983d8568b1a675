#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace loa::bench {

/// A histogram as a node's /metrics has it: how many observed seconds fell into each of fixed
/// buckets. What a quantile is within its bucket is not known.
struct buckets {
  std::vector<double> bounds;        ///< Upper bounds in seconds, rising, without the infinite one.
  std::vector<std::uint64_t> counts; ///< Of each bucket; one more than `bounds`.
  double sum = 0;

  [[nodiscard]] std::uint64_t count() const noexcept;
  [[nodiscard]] double mean() const noexcept { ///< 0 if there is nothing.
    const auto n = count();
    return n == 0 ? 0 : sum / static_cast<double>(n);
  }

  struct quantile {
    double at = 0;    ///< As if the bucket's values lay evenly in it. Seconds.
    double width = 0; ///< Of the bucket: so wrong it may be.
  };
  /// The value that this share of all do not exceed; in the infinite bucket its lower bound. Zeros
  /// if there is nothing.
  [[nodiscard]] quantile at(double share) const noexcept;

  /// Adds another histogram of the same bounds; one without bounds has none and nothing.
  void merge(const buckets& other);
  bool operator==(const buckets&) const = default;
};

/// What came between two readings of one histogram. Where there is less than before its process
/// began anew, and all of `after` came since.
[[nodiscard]] buckets between(const buckets& before, const buckets& after);

/// A histogram out of Prometheus' text: all series of the name whose labels include `label`, which
/// reads like lane="emergency" or is empty, in one. Without bounds if there is none. Errors: the
/// text is not what a node writes.
[[nodiscard]] result<buckets> read_buckets(std::string_view text, std::string_view name,
                                           std::string_view label = {});

} // namespace loa::bench
