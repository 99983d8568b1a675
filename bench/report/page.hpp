#pragma once

#include <bench/measure/record.hpp>

#include <string>

namespace loa::bench {

/// A run as one HTML page that needs nothing from elsewhere. A pure function.
[[nodiscard]] std::string page_of(const run_record& run);

} // namespace loa::bench
