#include <loa/net/failure_detector.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace loa::net {

namespace {

/// Phi of an interval that is `z` deviations longer than the mean.
double phi_of(double z) {
  const double later = 0.5 * std::erfc(z / std::numbers::sqrt2);
  if (later > std::numeric_limits<double>::min()) return -std::log10(later);
  // Where erfc is too small for a double, the first term of its asymptotic series is good to 0.1 %.
  return (z * z / 2 + std::log(z * std::sqrt(2 * std::numbers::pi))) / std::numbers::ln10;
}

/// The z at which phi reaches a threshold. Phi grows with z, so halving finds it.
double deviations_for(double threshold) {
  double low = 0;
  double high = 1;
  while (phi_of(high) < threshold) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (phi_of(middle) < threshold ? low : high) = middle;
  }
  return high;
}

} // namespace

failure_detector::failure_detector(failure_detector_options options)
    : options_(options),
      patience_(deviations_for(options.threshold)) {
  options_.samples = std::max<std::size_t>(options_.samples, 2);
  reset();
}

void failure_detector::reset() {
  last_.reset();
  last_beat_.reset();
  intervals_.clear();
  next_ = 0;
  sum_ = squares_ = 0;
  // Two intervals around the expected one, a quarter away from it: a beginning with some doubt.
  const auto expected = static_cast<double>(options_.expected.count());
  for (const double first : {expected * 0.75, expected * 1.25}) {
    intervals_.push_back(first);
    sum_ += first;
    squares_ += first * first;
  }
}

void failure_detector::seen(instant now) {
  last_ = now;
}

void failure_detector::heard(instant now) {
  last_ = now;
  const auto before = std::exchange(last_beat_, now);
  if (!before) return;
  const auto interval = static_cast<double>(std::max(duration(0), now - *before).count());
  if (intervals_.size() < options_.samples) {
    intervals_.push_back(interval);
  } else {
    auto& oldest = intervals_[next_];
    next_ = (next_ + 1) % intervals_.size();
    sum_ -= oldest;
    squares_ -= oldest * oldest;
    oldest = interval;
  }
  sum_ += interval;
  squares_ += interval * interval;
}

double failure_detector::mean() const {
  return sum_ / static_cast<double>(intervals_.size()) +
         static_cast<double>(options_.forgiven_pause.count());
}

double failure_detector::deviation() const {
  const auto n = static_cast<double>(intervals_.size());
  // Rounding may leave a little less than nothing.
  const double variance = std::max(0.0, squares_ / n - (sum_ / n) * (sum_ / n));
  return std::max(std::sqrt(variance), static_cast<double>(options_.least_deviation.count()));
}

double failure_detector::phi(instant now) const {
  if (!last_) return 0;
  return phi_of((static_cast<double>((now - *last_).count()) - mean()) / deviation());
}

std::optional<instant> failure_detector::deadline() const {
  if (!last_) return std::nullopt;
  return *last_ + duration(std::llround(std::ceil(mean() + patience_ * deviation())));
}

bool failure_detector::suspects(instant now) const {
  const auto then = deadline();
  return then && now >= *then;
}

} // namespace loa::net
