#include <bench/load/arrivals.hpp>

#include <algorithm>
#include <charconv>

namespace loa::bench {

namespace {
constexpr std::size_t digits = 6;
} // namespace

void arrivals::note(steady::time_point now, steady::time_point meant) {
  if (count++ == 0) first = now;
  last = now;
  latencies.record(static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::nanoseconds(now - meant).count())));
}

arrival_book::arrival_book(std::string mark, std::vector<steady::time_point> meant,
                           std::size_t subscribers)
    : mark_(std::move(mark)),
      meant_(std::move(meant)),
      seen_(meant_.size()),
      subscribers_(subscribers),
      has_(meant_.size() * subscribers, false) {}

std::optional<std::size_t> arrival_book::number_of(std::string_view message) const {
  if (mark_.empty()) return std::nullopt;
  const auto at = message.find(mark_);
  if (at == std::string_view::npos || message.size() < at + mark_.size() + digits)
    return std::nullopt;
  const auto* number = message.data() + at + mark_.size();
  std::size_t which = 0;
  if (std::from_chars(number, number + digits, which).ec != std::errc() || which >= meant_.size())
    return std::nullopt;
  return which;
}

bool arrival_book::is_new(std::size_t message, std::size_t subscriber) {
  auto has = has_[message * subscribers_ + subscriber];
  if (has) return false;
  has = true;
  return true;
}

} // namespace loa::bench
