#include <loa/base/metrics.hpp>

#include <algorithm>
#include <cmath>

namespace loa {

namespace {
constexpr std::size_t most_series = 4096;
/// Thirty years: what takes longer, or is no number, is a clock's mistake, counted but not summed.
constexpr double most_seconds = 1e9;

std::vector<double> default_bounds() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
          0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
}
} // namespace

histogram::histogram(std::vector<double> upper_bounds)
    : bounds_(std::move(upper_bounds)),
      counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {}

void histogram::observe(double seconds) noexcept {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), seconds) - bounds_.begin();
  counts_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  if (seconds > 0 && seconds < most_seconds)
    sum_nanoseconds_.fetch_add(static_cast<std::uint64_t>(std::llround(seconds * 1e9)),
                               std::memory_order_relaxed);
}

histogram::reading histogram::read() const {
  reading r{bounds_, {}, static_cast<double>(sum_nanoseconds_.load()) * 1e-9};
  for (std::size_t i = 0; i <= bounds_.size(); ++i) r.counts.push_back(counts_[i].load());
  return r;
}

struct metric_registry::series {
  series(type kind_, std::string name_, std::string help_, metric_labels labels_,
         std::vector<double> bounds)
      : kind(kind_),
        name(std::move(name_)),
        help(std::move(help_)),
        labels(std::move(labels_)),
        observed(std::move(bounds)) {}
  type kind;
  std::string name;
  std::string help;
  metric_labels labels;
  counter counted;
  gauge gauged;
  histogram observed;
};

metric_registry::metric_registry() {
  for (auto kind : {type::counter, type::gauge, type::histogram}) {
    static constexpr const char* names[] = {"loa_overflow_total", "loa_overflow",
                                            "loa_overflow_seconds"};
    const auto i = static_cast<std::size_t>(kind);
    overflow_[i] = std::make_unique<series>(kind, names[i], "Series beyond the limit, together.",
                                            metric_labels{}, default_bounds());
  }
}

metric_registry::~metric_registry() = default;

metric_registry::series& metric_registry::find(type kind, std::string_view name,
                                               std::string_view help, metric_labels labels,
                                               std::vector<double> bounds) {
  std::lock_guard lock(mutex_);
  for (auto& s : all_)
    if (s->kind == kind && s->name == name && s->labels == labels) return *s;
  if (all_.size() >= most_series) return *overflow_[static_cast<std::size_t>(kind)];
  all_.push_back(std::make_unique<series>(kind, std::string(name), std::string(help),
                                          std::move(labels), std::move(bounds)));
  return *all_.back();
}

counter& metric_registry::get_counter(std::string_view name, std::string_view help,
                                      metric_labels labels) {
  return find(type::counter, name, help, std::move(labels), {}).counted;
}

gauge& metric_registry::get_gauge(std::string_view name, std::string_view help,
                                  metric_labels labels) {
  return find(type::gauge, name, help, std::move(labels), {}).gauged;
}

histogram& metric_registry::get_histogram(std::string_view name, std::string_view help,
                                          metric_labels labels, std::vector<double> bounds) {
  if (bounds.empty()) bounds = default_bounds();
  return find(type::histogram, name, help, std::move(labels), std::move(bounds)).observed;
}

std::vector<metric_registry::sample> metric_registry::collect() const {
  std::vector<sample> out;
  const auto take = [&out](const series& s) {
    sample one{s.kind, s.name, s.help, s.labels, 0, {}};
    switch (s.kind) {
    case type::counter:
      one.value = static_cast<double>(s.counted.value());
      break;
    case type::gauge:
      one.value = static_cast<double>(s.gauged.value());
      break;
    case type::histogram:
      one.buckets = s.observed.read();
      break;
    }
    out.push_back(std::move(one));
  };
  std::lock_guard lock(mutex_);
  for (const auto& s : all_) take(*s);
  if (all_.size() >= most_series)
    for (const auto& s : overflow_) take(*s);
  std::stable_sort(out.begin(), out.end(),
                   [](const sample& a, const sample& b) { return a.name < b.name; });
  return out;
}

} // namespace loa
