#pragma once

#include <bench/measure/record.hpp>

#include <string>

namespace loa::bench {

/// One scenario of a report: what is to be doubted, what came of the targets, latencies, levels,
/// figures, what the measuring took, settings. `id` is unique in the page. A pure function.
[[nodiscard]] std::string section_of(const section& s, const std::string& id);

/// What came of a target in a few words, and as one sentence.
[[nodiscard]] std::string badge_of(const verdict& v);
[[nodiscard]] std::string sentence_of(const section& s, const verdict& v);

} // namespace loa::bench
