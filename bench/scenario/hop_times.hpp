#pragma once

#include <bench/measure/buckets.hpp>
#include <bench/measure/record.hpp>
#include <bench/scenario/city_of_nodes.hpp>

#include <string>
#include <vector>

namespace loa::bench {

/// A histogram of a node, from its /metrics; empty if it does not answer.
[[nodiscard]] buckets buckets_of(std::uint16_t http, std::string_view name,
                                 std::string_view label = {});

/// How long alerts were under way from node to node, as the nodes' own metrics tell: read when this
/// is made, and again by `since`.
class hop_times {
public:
  explicit hop_times(const city_of_nodes& city);
  /// A node begins anew, and with it its metrics.
  void restarts(std::size_t node) { before_[node] = {}; }
  [[nodiscard]] buckets since() const;

private:
  const city_of_nodes& city_;
  std::vector<buckets> before_;
};

/// The figures of it: median and 99 % by interpolation, how wide the median's bucket is, and how
/// many entries there were. `part` stands before their names.
void add_hop_figures(const std::string& part, const buckets& under_way, repetition& into);

} // namespace loa::bench
