#pragma once

#include <loa/base/metrics.hpp>

#include <string>

namespace loa::http {

/// Every series of the registry, and the figures of this process under the names that Prometheus'
/// clients share (process_resident_memory_bytes and so on), in the text format 0.0.4.
[[nodiscard]] std::string metrics_page(const metric_registry& metrics);

inline constexpr const char* metrics_page_type = "text/plain; version=0.0.4; charset=utf-8";

} // namespace loa::http
