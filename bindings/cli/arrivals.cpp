#include <bindings/cli/arrivals.hpp>

#include <algorithm>
#include <limits>

namespace loa::cli {

namespace {
/// Nanoseconds of the steady clock.
std::int64_t now() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}
} // namespace

std::size_t arrivals::octets_for(std::size_t clients) noexcept {
  return sizeof(header) + clients * sizeof(std::atomic<std::uint32_t>);
}

// Zeros are what every counter begins with, so memory of zeros needs no making.
arrivals::arrivals(std::size_t clients)
    : groups_(clients),
      own_(octets_for(clients) / sizeof(std::uint64_t) + 1),
      head_(reinterpret_cast<header*>(own_.data())),
      micros_(reinterpret_cast<std::atomic<std::uint32_t>*>(head_ + 1), clients) {}

arrivals::arrivals(std::size_t clients, shared_memory where)
    : groups_(clients),
      shared_(std::move(where)),
      head_(static_cast<header*>(shared_->data())),
      micros_(reinterpret_cast<std::atomic<std::uint32_t>*>(head_ + 1), clients) {}

void arrivals::start() {
  head_->began.store(0);
  for (auto& m : micros_) m.store(0, std::memory_order_relaxed);
  head_->arrived.store(0);
  head_->began.store(now(), std::memory_order_release);
}

void arrivals::note(std::size_t client) noexcept {
  const auto began = head_->began.load(std::memory_order_acquire);
  if (client >= micros_.size() || began == 0) return;
  const auto kept = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      (now() - began) / 1000, 1, std::numeric_limits<std::uint32_t>::max()));
  std::uint32_t none = 0;
  if (micros_[client].compare_exchange_strong(none, kept, std::memory_order_relaxed))
    head_->arrived.fetch_add(1, std::memory_order_release);
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
