#include <bench/measure/buckets.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <string>

namespace loa::bench {

namespace {

/// A line of Prometheus' text.
struct series {
  std::string_view name;
  std::string_view labels;
  double value = 0;
};

std::optional<series> series_of(std::string_view line) {
  if (line.empty() || line.front() == '#') return std::nullopt;
  const auto value = line.rfind(' ');
  if (value == std::string_view::npos) return std::nullopt;
  const auto open = std::min(line.find('{'), value);
  const auto close = line.rfind('}', value);
  series s{line.substr(0, open), {}, std::strtod(std::string(line.substr(value)).c_str(), nullptr)};
  if (close != std::string_view::npos && close > open)
    s.labels = line.substr(open + 1, close - open - 1);
  return s;
}

std::optional<double> bound_of(std::string_view labels) {
  constexpr std::string_view key = "le=\"";
  const auto at = labels.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string text(labels.substr(at + key.size()));
  char* end = nullptr;
  const auto bound = std::strtod(text.c_str(), &end);
  return end == text.c_str() || *end != '"' ? std::nullopt : std::optional(bound);
}

} // namespace

std::uint64_t buckets::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

buckets::quantile buckets::at(double share) const noexcept {
  const auto wanted = share * static_cast<double>(count());
  double below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (here == 0 || below + here < wanted) {
      below += here;
      continue;
    }
    const auto from = i == 0 ? 0 : bounds[i - 1];
    if (i == bounds.size()) return {from, 0};
    const auto width = bounds[i] - from;
    return {from + width * (wanted - below) / here, width};
  }
  return {};
}

void buckets::merge(const buckets& other) {
  if (bounds.empty() && counts.empty()) {
    *this = other;
    return;
  }
  if (other.bounds != bounds) return;
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  sum += other.sum;
}

buckets between(const buckets& before, const buckets& after) {
  if (before.bounds != after.bounds) return after;
  buckets out = after;
  for (std::size_t i = 0; i < out.counts.size(); ++i) {
    if (after.counts[i] < before.counts[i]) return after;
    out.counts[i] -= before.counts[i];
  }
  out.sum -= before.sum;
  return out;
}

result<buckets> read_buckets(std::string_view text, std::string_view name, std::string_view label) {
  std::map<double, std::uint64_t> up_to;
  buckets out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto s = series_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!s || !s->name.starts_with(name) || s->labels.find(label) == std::string_view::npos)
      continue;
    const auto part = s->name.substr(name.size());
    if (part == "_sum") out.sum += s->value;
    if (part != "_bucket") continue;
    const auto bound = bound_of(s->labels);
    if (!bound || !(s->value >= 0))
      return error{errc::malformed, fmt::format("{} has a bucket without a bound.", name), {}};
    up_to[*bound] += static_cast<std::uint64_t>(std::llround(s->value));
  }
  std::uint64_t before = 0;
  for (const auto& [bound, all] : up_to) {
    if (all < before)
      return error{errc::malformed, fmt::format("{} has buckets that do not rise.", name), {}};
    if (std::isfinite(bound)) out.bounds.push_back(bound);
    out.counts.push_back(all - before);
    before = all;
  }
  if (out.counts.size() != out.bounds.size() + (up_to.empty() ? 0 : 1))
    return error{errc::malformed, fmt::format("{} has no infinite bucket.", name), {}};
  return out;
}

} // namespace loa::bench
