#pragma once

#include <bench/measure/record.hpp>

#include <string>
#include <string_view>
#include <vector>

/// \file
/// The pictures of a report, each as one SVG element. Pure functions; empty where there is nothing
/// to draw.
namespace loa::bench {

/// How a picture is wanted. A page holds the wide ones twice, since letters must not shrink with
/// the screen; its style sheet shows one of the two.
struct frame {
  std::string id; ///< Unique in the page.
  double width = 760;
  std::string style; ///< Classes of the element.
  [[nodiscard]] bool narrow() const { return width < 500; }
};

/// Latencies of that name: for each contender the value that a share of them does not exceed, over
/// the share on the logarithm of the rest, and the range of its repetitions behind it.
[[nodiscard]] std::string curve_of(const section& s, std::string_view latencies, const frame& in);

/// A figure: for each contender the median as a bar from 0, the interval around it, and each
/// repetition as a dot.
[[nodiscard]] std::string bars_of(const section& s, const figure& f, const frame& in);

/// Ratios pair by pair as dots, with their median, and the side of the target on which they should
/// be. `over` are all that are drawn on the same axis.
[[nodiscard]] std::string ratios_of(const verdict& v, const std::vector<verdict>& over,
                                    const frame& in);

/// For each level from when to when it was reached, medians over repetitions, for one contender.
/// `until_ms` ends the axis, so that contenders can be compared.
[[nodiscard]] std::string timeline_of(const section& s, std::size_t contender, double until_ms,
                                      const frame& in);
/// When the last of all levels was reached in any repetition; 0 if there are no levels.
[[nodiscard]] double latest_level(const contender_record& of);

/// What something costs as one thing grows, as computed and in virtual time.
[[nodiscard]] std::string growth_of(const growth& g, const frame& in);

} // namespace loa::bench
