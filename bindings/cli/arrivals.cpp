#include <bindings/cli/arrivals.hpp>

#include <algorithm>
#include <limits>

namespace loa::cli {

arrivals::arrivals(std::size_t clients) : groups_(clients), micros_(clients) {}

void arrivals::start() {
  running_.store(false);
  for (auto& m : micros_) m.store(0, std::memory_order_relaxed);
  arrived_.store(0);
  began_ = std::chrono::steady_clock::now();
  running_.store(true, std::memory_order_release);
}

void arrivals::note(std::size_t client) noexcept {
  if (client >= micros_.size() || !running_.load(std::memory_order_acquire)) return;
  const auto since = std::chrono::steady_clock::now() - began_;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  const auto kept = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(us, 1, std::numeric_limits<std::uint32_t>::max()));
  std::uint32_t none = 0;
  if (micros_[client].compare_exchange_strong(none, kept, std::memory_order_relaxed))
    arrived_.fetch_add(1, std::memory_order_release);
}

template <class Keep>
arrivals::summary arrivals::summarise(Keep keep) const {
  summary s;
  std::vector<std::uint32_t> times;
  for (std::size_t i = 0; i < micros_.size(); ++i) {
    if (!keep(groups_[i])) continue;
    ++s.clients;
    if (const auto us = micros_[i].load(std::memory_order_relaxed)) times.push_back(us);
  }
  s.arrived = times.size();
  if (times.empty()) return s;
  // The smallest value that at least that part of all values does not exceed.
  const auto quantile = [&](std::size_t percent) {
    const auto rank = (times.size() * percent + 99) / 100;
    const auto at = times.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(times.begin(), at, times.end());
    return std::chrono::microseconds(*at);
  };
  s.median = quantile(50);
  s.p99 = quantile(99);
  s.last = quantile(100);
  return s;
}

arrivals::summary arrivals::all() const {
  return summarise([](std::uint32_t) { return true; });
}

arrivals::summary arrivals::of_group(std::size_t group) const {
  return summarise([group](std::uint32_t g) { return g == group; });
}

} // namespace loa::cli
