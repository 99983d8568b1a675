#include <bindings/http/internal/post_limiter.hpp>

#include <algorithm>

namespace loa::http {

namespace {
constexpr std::chrono::nanoseconds a_minute = std::chrono::minutes(1);
} // namespace

std::optional<std::chrono::seconds> post_limiter::refuse(std::uint64_t from, time_point now) {
  if (per_minute_ == 0) return std::nullopt;
  const auto price = a_minute / static_cast<std::int64_t>(per_minute_);
  const std::lock_guard lock(mutex_);
  if (!table_) table_ = std::make_unique<row[]>(rows);
  auto& its = bucket_of(from, now);
  const auto full_at = std::max(its.full_at, now) + price;
  // It would be emptier than empty.
  if (const auto missing = full_at - now - a_minute; missing > missing.zero())
    return std::chrono::ceil<std::chrono::seconds>(missing);
  its.full_at = full_at;
  return std::nullopt;
}

post_limiter::bucket& post_limiter::bucket_of(std::uint64_t from, time_point now) {
  auto& its_row = table_[seeded_random(from ^ secret_).next() % rows];
  const auto its = std::ranges::find(its_row, from, &bucket::from);
  if (its != its_row.end()) return *its;
  // The fullest bucket: a full one says nothing of its owner any more.
  auto& fullest = *std::ranges::min_element(its_row, {}, &bucket::full_at);
  if (fullest.full_at <= now) fullest.from = from;
  return fullest;
}

} // namespace loa::http
