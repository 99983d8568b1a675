#pragma once

#include <loa/base/metrics.hpp>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace loa::http {

/// A metric registry as prometheus-cpp wants to see it.
class registry_collectable final : public prometheus::Collectable {
public:
  explicit registry_collectable(const metric_registry& metrics) : metrics_(metrics) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

private:
  const metric_registry& metrics_;
};

/// The process: memory, processor time, open files, threads, start. What the system does not tell
/// is left out.
class process_collectable final : public prometheus::Collectable {
public:
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
};

} // namespace loa::http
