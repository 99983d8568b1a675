#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loa {

using metric_labels = std::vector<std::pair<std::string, std::string>>;

/// A number that only grows. Any thread.
class counter {
public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down. Any thread.
class gauge {
public:
  void set(std::int64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  void add(std::int64_t n) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::int64_t> value_{0};
};

/// Observed seconds in fixed buckets. Any thread.
class histogram {
public:
  explicit histogram(std::vector<double> upper_bounds);
  void observe(double seconds) noexcept;

  struct reading {
    std::vector<double> bounds;        ///< Upper bounds, without the infinite one.
    std::vector<std::uint64_t> counts; ///< Per bucket, not cumulative; one more than `bounds`.
    double sum = 0;
  };
  [[nodiscard]] reading read() const;

private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<std::uint64_t> sum_nanoseconds_{0};
};

/// Every metric of a node, named in Prometheus' manner ("loa_journal_commits_total").
///
/// The objects it hands out live as long as the registry; asking again for the same name and labels
/// gives the same object. At most 4096 series; beyond that all share one overflow object per type,
/// so that no input can grow it without end. Any thread.
class metric_registry {
public:
  metric_registry();
  ~metric_registry();
  metric_registry(const metric_registry&) = delete;
  metric_registry& operator=(const metric_registry&) = delete;

  counter& get_counter(std::string_view name, std::string_view help, metric_labels labels = {});
  gauge& get_gauge(std::string_view name, std::string_view help, metric_labels labels = {});
  /// Buckets in seconds; the default spans 100 µs to 10 s.
  histogram& get_histogram(std::string_view name, std::string_view help, metric_labels labels = {},
                           std::vector<double> bounds = {});

  enum class type { counter, gauge, histogram };
  struct sample {
    type kind = type::counter;
    std::string name;
    std::string help;
    metric_labels labels;
    double value = 0;           ///< For counters and gauges.
    histogram::reading buckets; ///< For histograms.
  };
  /// All series, those of one name together.
  [[nodiscard]] std::vector<sample> collect() const;

private:
  struct series;
  series& find(type kind, std::string_view name, std::string_view help, metric_labels labels,
               std::vector<double> bounds);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<series>> all_;
  std::unique_ptr<series> overflow_[3];
};

} // namespace loa
