#pragma once

#include <bench/report/samples.hpp>

namespace loa::bench {

/// Which figures of a scenario tell whether it became slower. The others are shown only: they are
/// the same thing seen from another side (a rate beside its time, a median beside the 99th
/// percentile) or a part of it, and each further figure that is tested makes it harder to tell
/// anything about the rest. Chosen by name, before anything is measured, and never by how the
/// figures came out. Of a scenario that is not known, or of which none of these is there, all are
/// judged.
///
/// One entry for each of `all`. A pure function.
[[nodiscard]] std::vector<bool> judged(const std::vector<sample>& all);

/// With so many figures in a scenario five repetitions against five can still show that one is
/// worse: all of them then differ by chance once in 252 times, and 0.05 / 12 is a little more.
inline constexpr std::size_t most_judged = 12;

/// The figures of a scenario that are judged, for tests; empty if it is not known.
[[nodiscard]] std::vector<std::string_view> judged_in(std::string_view scenario);

} // namespace loa::bench
