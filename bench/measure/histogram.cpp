#include <bench/measure/histogram.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace loa::bench {

namespace {

/// A bin above the exact ones spans 2^e values, and 256 bins in a row have the same e.
constexpr unsigned precision = 8;
constexpr std::uint64_t exact = std::uint64_t{2} << precision;
constexpr std::size_t most_bins = (std::size_t{64 - precision - 1} << precision) + exact;

std::size_t bin_of(std::uint64_t value) {
  if (value < exact) return value;
  const auto e = static_cast<unsigned>(std::bit_width(value)) - precision - 1;
  return (std::size_t{e} << precision) + static_cast<std::size_t>(value >> e);
}

std::uint64_t first_in(std::size_t bin) {
  if (bin < exact) return bin;
  const auto e = (bin >> precision) - 1;
  return (bin - (e << precision)) << e;
}

std::uint64_t last_in(std::size_t bin) {
  return bin + 1 < most_bins ? first_in(bin + 1) - 1 : ~std::uint64_t{0};
}

} // namespace

void histogram::record(std::uint64_t value, std::uint64_t times) {
  if (times == 0) return;
  const auto at = bin_of(value);
  if (at >= counts_.size()) counts_.resize(at + 1);
  counts_[at] += times;
  smallest_ = empty() ? value : std::min(smallest_, value);
  largest_ = std::max(largest_, value);
  count_ += times;
  sum_ += static_cast<double>(value) * static_cast<double>(times);
}

void histogram::merge(const histogram& other) {
  if (other.empty()) return;
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  smallest_ = empty() ? other.smallest_ : std::min(smallest_, other.smallest_);
  largest_ = std::max(largest_, other.largest_);
  count_ += other.count_;
  sum_ += other.sum_;
}

double histogram::mean() const noexcept {
  return empty() ? 0 : sum_ / static_cast<double>(count_);
}

std::uint64_t histogram::at(double share) const noexcept {
  if (empty()) return 0;
  if (share <= 0) return smallest_;
  const auto rank =
      std::min(count_, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t below = 0;
  for (std::size_t i = bin_of(smallest_); i < counts_.size(); ++i) {
    below += counts_[i];
    if (below >= rank) return std::min(last_in(i), largest_);
  }
  return largest_;
}

std::vector<histogram::bin> histogram::bins() const {
  std::vector<bin> out;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0) out.push_back({first_in(i), last_in(i), counts_[i]});
  return out;
}

histogram::sparse histogram::to_sparse() const {
  sparse s{smallest_, largest_, sum_, {}, {}};
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    s.bins.push_back(static_cast<std::uint32_t>(i));
    s.counts.push_back(counts_[i]);
  }
  return s;
}

result<histogram> histogram::from_sparse(const sparse& s) {
  const auto refuse = [](const char* why) {
    return error{errc::malformed, std::string("This is no histogram: ") + why, {}};
  };
  if (s.bins.size() != s.counts.size()) return refuse("it has not a count for each bin.");
  histogram h;
  if (s.bins.empty()) return h;
  for (std::size_t i = 0; i < s.bins.size(); ++i) {
    if (s.bins[i] >= most_bins || (i > 0 && s.bins[i] <= s.bins[i - 1]))
      return refuse("its bins are not in order.");
    if (s.counts[i] == 0 || s.counts[i] > ~h.count_) return refuse("a count is impossible.");
    h.count_ += s.counts[i];
  }
  if (s.smallest > s.largest || bin_of(s.smallest) != s.bins.front() ||
      bin_of(s.largest) != s.bins.back())
    return refuse("its smallest or largest value lies outside its bins.");
  h.counts_.resize(s.bins.back() + std::size_t{1});
  for (std::size_t i = 0; i < s.bins.size(); ++i) h.counts_[s.bins[i]] = s.counts[i];
  h.smallest_ = s.smallest;
  h.largest_ = s.largest;
  h.sum_ = s.sum;
  return h;
}

} // namespace loa::bench
