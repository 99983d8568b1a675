#include <bench/load/http_line.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/scenario/hop_times.hpp>

namespace loa::bench {

namespace {

constexpr auto metric = "loa_hop_seconds";
constexpr auto alerts = R"(lane="emergency")";

} // namespace

buckets buckets_of(std::uint16_t http, std::string_view name, std::string_view label) {
  auto line = http_line::open(0x7f000001, http);
  if (!line) return {};
  const auto answer = line->exchange(get_request("/metrics", {}));
  if (!answer || answer->status != 200) return {};
  auto read = read_buckets(answer->body, name, label);
  return read ? *std::move(read) : buckets{};
}

hop_times::hop_times(const city_of_nodes& city) : city_(city) {
  for (std::size_t n = 0; n < city.size(); ++n)
    before_.push_back(buckets_of(city.http(n), metric, alerts));
}

buckets hop_times::since() const {
  buckets all;
  for (std::size_t n = 0; n < city_.size(); ++n)
    all.merge(between(before_[n], buckets_of(city_.http(n), metric, alerts)));
  return all;
}

void add_hop_figures(const std::string& part, const buckets& under_way, repetition& into) {
  const auto median = under_way.at(0.5);
  into.figures.push_back({part + "a hop, median", "ms", median.at * 1000, better::lower});
  into.figures.push_back({part + "a hop, 99 %", "ms", under_way.at(0.99).at * 1000, better::lower});
  into.figures.push_back(
      {part + "a hop, the median's bucket", "ms", median.width * 1000, better::neither});
  into.figures.push_back(
      {part + "hops counted", "", static_cast<double>(under_way.count()), better::neither});
}

} // namespace loa::bench
