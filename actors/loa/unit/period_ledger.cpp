#include <loa/unit/period_ledger.hpp>

#include <algorithm>

namespace loa::unit {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

/// Buckets get this wide once all of them lies this far back.
struct grain {
  duration width;
  duration age;
};
constexpr std::array<grain, 5> grains{{{days(400), days(800)},
                                       {days(1), days(31)},
                                       {1h, days(1)},
                                       {1min, 5min},
                                       {1s, -days(36'500)}}};

instant start_of(instant t, duration width) {
  // Days begin at midnight in Vietnam, which has no other time of the year.
  const duration shift = width >= days(1) ? duration(7h) : duration(0);
  const auto n = t.time_since_epoch() + shift;
  auto whole = n / width;
  if (n < whole * width) --whole;
  return instant(whole * width - shift);
}

grain grain_at(instant t, instant now) {
  for (const auto& g : grains)
    if (start_of(t, g.width) + g.width <= now - g.age) return g;
  return grains.back();
}

/// Everything that counts, in a fixed order: what a snapshot holds of a bucket.
template <class Figures, class F>
void each_number(Figures& x, F&& f) {
  auto& [published, emergency, priority, routine, replaced] = x.bulletins;
  auto& c = x.delivery.citizens;
  auto& d = x.delivery.devices;
  auto& r = x.reports;
  for (auto* n : {&published,   &emergency,     &priority,  &routine,  &replaced,
                  &c.targeted,  &c.delivered,   &c.left,    &c.late,   &d.targeted,
                  &d.delivered, &d.left,        &d.late,    &d.played, &r.received,
                  &r.processed, &r.in_progress, &r.overdue, &r.rated,  &r.satisfied})
    f(*n);
}
constexpr std::size_t numbers_each = 2 + 20;

} // namespace

period::period(std::optional<instant> from, std::optional<instant> to) {
  if (from) from_ = std::chrono::floor<std::chrono::seconds>(*from);
  if (to) to_ = std::chrono::ceil<std::chrono::seconds>(*to);
}

model::figures& period_ledger::at(instant t, instant now) {
  const auto behind = [&] { return std::ranges::upper_bound(buckets_, t, {}, &bucket::start); };
  const auto holds = [&](auto i) {
    return i != buckets_.begin() && t < (i - 1)->start + (i - 1)->width;
  };
  if (auto i = behind(); holds(i)) return (i - 1)->figures;
  merge_old(now);
  auto i = behind();
  if (holds(i)) return (i - 1)->figures;
  const auto width = grain_at(t, now).width;
  return buckets_.insert(i, bucket{start_of(t, width), width, {}})->figures;
}

void period_ledger::merge_old(instant now) {
  std::vector<bucket> merged;
  merged.reserve(buckets_.size() + 1);
  for (auto& b : buckets_) {
    if (const auto g = grain_at(b.start, now); g.width > b.width) {
      b.start = start_of(b.start, g.width);
      b.width = g.width;
    }
    if (!merged.empty() && b.start < merged.back().start + merged.back().width)
      merged.back().figures += b.figures;
    else
      merged.push_back(b);
  }
  buckets_ = std::move(merged);
}

model::figures period_ledger::sum(const period& over) const {
  model::figures out;
  for (const auto& b : buckets_)
    if (over.contains(b.start)) out += b.figures;
  return out;
}

std::vector<std::int64_t> period_ledger::flat() const {
  std::vector<std::int64_t> out;
  out.reserve(buckets_.size() * numbers_each);
  for (const auto& b : buckets_) {
    out.push_back(to_millis(b.start));
    out.push_back(b.width.count());
    each_number(b.figures, [&](const auto& n) { out.push_back(static_cast<std::int64_t>(n)); });
  }
  return out;
}

void period_ledger::unflatten(const std::vector<std::int64_t>& numbers) {
  buckets_.clear();
  for (std::size_t i = 0; i + numbers_each <= numbers.size(); i += numbers_each) {
    auto& b = buckets_.emplace_back(bucket{from_millis(numbers[i]), duration(numbers[i + 1]), {}});
    auto from = numbers.begin() + static_cast<std::ptrdiff_t>(i) + 2;
    each_number(b.figures, [&](auto& n) { n = static_cast<std::uint64_t>(*from++); });
  }
}

} // namespace loa::unit
