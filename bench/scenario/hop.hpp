#pragma once

#include <bench/harness/conductor.hpp>

namespace loa::bench {

/// What a way between two nodes adds to a bulletin: city and commune on one node, and the commune
/// on a second one, with a TLS line over loopback between them. Journals on disk in both cases.
struct hop_options {
  std::size_t bulletins = 300; ///< In each repetition, one after the other.
};
[[nodiscard]] result<void> check(const hop_options& o);
[[nodiscard]] result<void> measure(const hop_options& o, conductor& c, section& into);

} // namespace loa::bench
