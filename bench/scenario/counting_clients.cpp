#include <bench/scenario/counting_clients.hpp>

#include <algorithm>
#include <limits>

namespace loa::bench {

bool counting_clients::deliver(const name&, std::uint64_t channel, const node::feed_entry_ptr&) {
  if (channel >= probes) {
    const auto number = channel - probes;
    const auto alert = std::size_t{probe_had_[number]++};
    if (alert < due_.size())
      probe_times_[number][alert].store(steady::now().time_since_epoch().count(),
                                        std::memory_order_relaxed);
    return true;
  }
  const auto alert = std::size_t{had_[channel]++};
  if (alert >= due_.size()) return true;
  if (channel % sample_ == 0) {
    const std::int64_t waited = std::chrono::nanoseconds(steady::now() - due_[alert]).count();
    auto& s = sampled_[channel / sample_ % spread];
    const std::lock_guard lock(s.mutex);
    s.values.record(static_cast<std::uint64_t>(std::max<std::int64_t>(0, waited)));
    s.soonest[alert] = std::min(s.soonest[alert], waited);
  }
  reached_[alert][channel % spread].n.fetch_add(1, std::memory_order_release);
  return true;
}

void counting_clients::admit(std::size_t sessions, std::size_t probe_count) {
  had_.resize(sessions);
  probe_had_.resize(probe_count);
}

void counting_clients::expect(std::vector<steady::time_point> due, std::size_t sample) {
  due_.clear();
  std::ranges::fill(had_, std::uint16_t{0});
  std::ranges::fill(probe_had_, std::uint16_t{0});
  for (auto& alert : reached_)
    for (auto& c : alert) c.n = 0;
  for (auto& s : sampled_) {
    s.values = {};
    s.soonest.assign(due.size(), std::numeric_limits<std::int64_t>::max());
  }
  sample_ = std::max<std::size_t>(1, sample);
  probe_times_.clear();
  for (std::size_t i = 0; i < probe_had_.size(); ++i)
    probe_times_.emplace_back(std::vector<std::atomic<std::int64_t>>(due.size()));
  due_ = std::move(due);
}

std::uint64_t counting_clients::reached(std::size_t alert) const {
  std::uint64_t sum = 0;
  for (const auto& c : reached_[alert]) sum += c.n.load(std::memory_order_acquire);
  return sum;
}

histogram counting_clients::latencies() const {
  histogram all;
  for (auto& s : sampled_) {
    const std::lock_guard lock(s.mutex);
    all.merge(s.values);
  }
  return all;
}

std::chrono::nanoseconds counting_clients::soonest(std::size_t alert) const {
  auto out = std::chrono::nanoseconds::max();
  for (auto& s : sampled_) {
    const std::lock_guard lock(s.mutex);
    out = std::min(out, std::chrono::nanoseconds(s.soonest[alert]));
  }
  return out;
}

counting_clients::steady::time_point counting_clients::probe(std::size_t number,
                                                             std::size_t alert) const {
  return steady::time_point(
      steady::duration(probe_times_[number][alert].load(std::memory_order_relaxed)));
}

} // namespace loa::bench
