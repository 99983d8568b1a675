#include <bindings/http/internal/collectable.hpp>
#include <bindings/http/metrics_page.hpp>

#include <dirent.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>

namespace loa::http {

namespace {

prometheus::MetricType type_of(metric_registry::type kind) {
  switch (kind) {
  case metric_registry::type::counter:
    return prometheus::MetricType::Counter;
  case metric_registry::type::gauge:
    return prometheus::MetricType::Gauge;
  case metric_registry::type::histogram:
    return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric metric_of(const metric_registry::sample& s) {
  prometheus::ClientMetric m;
  for (const auto& [name, value] : s.labels) m.label.push_back({name, value});
  switch (s.kind) {
  case metric_registry::type::counter:
    m.counter.value = s.value;
    break;
  case metric_registry::type::gauge:
    m.gauge.value = s.value;
    break;
  case metric_registry::type::histogram:
    for (std::size_t i = 0; i < s.buckets.counts.size(); ++i) {
      m.histogram.sample_count += s.buckets.counts[i];
      const auto bound = i < s.buckets.bounds.size() ? s.buckets.bounds[i]
                                                     : std::numeric_limits<double>::infinity();
      m.histogram.bucket.push_back({m.histogram.sample_count, bound});
    }
    m.histogram.sample_sum = s.buckets.sum;
    break;
  }
  return m;
}

std::size_t open_files() {
  std::size_t n = 0;
  if (auto* directory = ::opendir("/proc/self/fd")) {
    while (::readdir(directory)) ++n;
    ::closedir(directory);
  }
  return n > 3 ? n - 3 : 0; // ".", ".." and the directory itself
}

class family_list {
public:
  void add(std::string name, std::string help, prometheus::MetricType type, double value) {
    prometheus::MetricFamily f{std::move(name), std::move(help), type, {}};
    auto& m = f.metric.emplace_back();
    (type == prometheus::MetricType::Counter ? m.counter.value : m.gauge.value) = value;
    all.push_back(std::move(f));
  }
  std::vector<prometheus::MetricFamily> all;
};

/// Seconds since 1970 at which the system started.
double boot_time() {
  std::ifstream in("/proc/stat");
  for (std::string word; in >> word;)
    if (double t = 0; word == "btime" && in >> t) return t;
  return 0;
}

} // namespace

std::vector<prometheus::MetricFamily> registry_collectable::Collect() const {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& s : metrics_.collect()) {
    if (families.empty() || families.back().name != s.name)
      families.push_back({s.name, s.help, type_of(s.kind), {}});
    families.back().metric.push_back(metric_of(s));
  }
  return families;
}

std::vector<prometheus::MetricFamily> process_collectable::Collect() const {
  using enum prometheus::MetricType;
  family_list list;
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  // proc(5): the second field is the name in brackets and may hold anything; count from behind it.
  std::istringstream rest(line.substr(std::min(line.rfind(')') + 2, line.size())));
  const std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  const auto field = [&](std::size_t n) { return std::strtod(fields[n - 3].c_str(), nullptr); };
  if (fields.size() >= 22) {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    list.add("process_cpu_seconds_total", "Processor time used, user and system.", Counter,
             (field(14) + field(15)) / ticks);
    list.add("process_threads", "Threads.", Gauge, field(20));
    list.add("process_start_time_seconds", "When the process started, since 1970.", Gauge,
             boot_time() + field(22) / ticks);
    list.add("process_virtual_memory_bytes", "Virtual memory.", Gauge, field(23));
    list.add("process_resident_memory_bytes", "Resident memory.", Gauge,
             field(24) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  }
  list.add("process_open_fds", "Open file descriptors.", Gauge, static_cast<double>(open_files()));
  rlimit most{};
  if (::getrlimit(RLIMIT_NOFILE, &most) == 0)
    list.add("process_max_fds", "File descriptors that may be open.", Gauge,
             static_cast<double>(most.rlim_cur));
  return std::move(list.all);
}

std::string metrics_page(const metric_registry& metrics) {
  auto all = registry_collectable(metrics).Collect();
  auto process = process_collectable().Collect();
  std::ranges::move(process, std::back_inserter(all));
  return prometheus::TextSerializer().prometheus::Serializer::Serialize(all);
}

} // namespace loa::http
