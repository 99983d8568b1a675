#pragma once

#include <string>
#include <vector>

/// \file
/// From values to places on a drawing. Pure functions.
namespace loa::bench {

/// A place on an axis that is worth a line and a word.
struct tick {
  double at = 0; ///< A value, not a place.
  std::string label;
};

/// Maps values to coordinates. A value outside, or one that is no number, goes to the nearest end,
/// so that nothing is ever drawn outside.
class scale {
public:
  /// Of two equal ends the upper one is moved away.
  [[nodiscard]] static scale linear(double from, double to, double first, double last);
  /// Ends that are not above 0 are moved there.
  [[nodiscard]] static scale logarithmic(double from, double to, double first, double last);
  /// Shares on the logarithm of what is above them: 0, 0.9, 0.99 and 0.999 are equally far from
  /// each other. `most` is the largest share that has a place of its own.
  [[nodiscard]] static scale percentiles(double most, double first, double last);

  [[nodiscard]] double operator()(double value) const;
  [[nodiscard]] bool is_logarithmic() const { return kind_ == kind::logarithmic; }
  /// The value at a coordinate.
  [[nodiscard]] double value_at(double place) const;
  /// Round numbers inside, about so many: 1, 2, 5 and their tenfolds, or 50, 90, 99 for
  /// percentiles.
  [[nodiscard]] std::vector<tick> ticks(std::size_t about) const;

private:
  enum class kind { linear, logarithmic, percentiles };
  scale(kind k, double from, double to, double first, double last);
  [[nodiscard]] double inner(double value) const;

  kind kind_;
  double from_; ///< The ends, as `inner` has them.
  double to_;
  double first_;
  double last_;
};

/// The scale that reads better for these latencies or ratios: linear from 0, or logarithmic where
/// the largest is more than so many times the smallest.
[[nodiscard]] bool better_logarithmic(double smallest, double largest);

/// The smallest of 1, 2, 5, 10, 20, … that is not below `value`; the largest that is not above it.
[[nodiscard]] double round_up(double value);
[[nodiscard]] double round_down(double value);

} // namespace loa::bench
