#pragma once

#include <loa/wire/describe.hpp>

#include <cstdint>
#include <vector>

namespace loa::bench {

/// How often values came, in bins whose width grows with the value, as HdrHistogram does it: a
/// value below 512 has a bin of its own, and above that a bin is at most 1/256 of what is in it.
/// Smallest, largest and sum are kept exactly. Any unit; the harness records nanoseconds.
/// Histograms of several threads or repetitions merge without loss. One thread at a time.
class histogram {
public:
  void record(std::uint64_t value, std::uint64_t times = 1);
  void merge(const histogram& other);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// 0 if there are no values.
  [[nodiscard]] std::uint64_t smallest() const noexcept { return empty() ? 0 : smallest_; }
  [[nodiscard]] std::uint64_t largest() const noexcept { return largest_; }
  [[nodiscard]] double mean() const noexcept;

  /// The value that at least this share of all values do not exceed (nearest rank): never below the
  /// exact quantile, and at most 1/256 above it. A share of 0 gives the smallest, of 1 the largest;
  /// 0 if there are no values.
  [[nodiscard]] std::uint64_t at(double share) const noexcept;

  struct bin {
    std::uint64_t from = 0;  ///< The smallest value that falls into it.
    std::uint64_t to = 0;    ///< The largest one.
    std::uint64_t count = 0; ///< Never 0.
  };
  /// From the smallest value up.
  [[nodiscard]] std::vector<bin> bins() const;

  bool operator==(const histogram&) const = default;

  /// The form in files: the numbers of the bins that hold something, and how much.
  struct sparse {
    std::uint64_t smallest = 0;
    std::uint64_t largest = 0;
    double sum = 0;
    std::vector<std::uint32_t> bins;
    std::vector<std::uint64_t> counts;
    static void describe(auto& self, auto& f) {
      f("smallest", self.smallest);
      f("largest", self.largest);
      f("sum", self.sum);
      f("bins", self.bins);
      f("counts", self.counts);
    }
    bool operator==(const sparse&) const = default;
  };
  [[nodiscard]] sparse to_sparse() const;
  /// Refuses what no histogram gives: bins out of order or beyond the last, counts without bins,
  /// a smallest or largest value outside its bin.
  [[nodiscard]] static result<histogram> from_sparse(const sparse& s);

private:
  std::vector<std::uint64_t> counts_; ///< As long as the largest value needs.
  std::uint64_t count_ = 0;
  std::uint64_t smallest_ = 0;
  std::uint64_t largest_ = 0;
  double sum_ = 0;
};

} // namespace loa::bench
