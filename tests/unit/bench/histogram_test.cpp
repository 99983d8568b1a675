#include <bench/measure/histogram.hpp>
#include <loa/base/random.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

using loa::bench::histogram;

namespace {

/// The same, kept one by one.
std::uint64_t exact(std::vector<std::uint64_t> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

histogram of(const std::vector<std::uint64_t>& values) {
  histogram h;
  for (auto v : values) h.record(v);
  return h;
}

/// Values over many orders of magnitude, as latencies are.
std::vector<std::uint64_t> some_values(std::uint64_t seed, std::size_t count) {
  loa::seeded_random random(seed);
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(random.next() >> (random.next() % 60));
  return out;
}

} // namespace

TEST_CASE("a quantile is never below the exact one and at most 1/256 above it") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto values = some_values(seed, 1 + seed * 97);
    const auto h = of(values);
    for (double share : {0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const auto want = exact(values, share);
      CAPTURE(seed, share, want);
      REQUIRE(h.at(share) >= want);
      REQUIRE(h.at(share) - want <= want / 256);
    }
  }
}

TEST_CASE("values below 512 and both ends are exact") {
  std::vector<std::uint64_t> values;
  for (std::uint64_t v = 0; v < 512; ++v) values.push_back(v);
  const auto h = of(values);
  for (std::uint64_t v = 0; v < 512; ++v) REQUIRE(h.at((static_cast<double>(v) + 1) / 512) == v);
  const auto wide = of({7, 123'456'789, ~std::uint64_t{0}});
  REQUIRE(wide.at(0) == 7);
  REQUIRE(wide.at(1) == ~std::uint64_t{0});
}

TEST_CASE("merged histograms are the histogram of all values") {
  const auto a = some_values(1, 1000);
  const auto b = some_values(2, 10);
  auto all = a;
  all.insert(all.end(), b.begin(), b.end());
  auto merged = of(a);
  merged.merge(of(b));
  merged.merge({});
  const auto want = of(all);
  REQUIRE(merged.bins().size() == want.bins().size());
  REQUIRE(merged.at(0.9) == want.at(0.9));
  REQUIRE(merged.mean() == Approx(want.mean()));
  REQUIRE(merged.smallest() == want.smallest());
  histogram nothing;
  nothing.merge(want);
  REQUIRE(nothing.smallest() == want.smallest());
}

TEST_CASE("bins follow each other without a gap or an overlap, up to the largest value there is") {
  histogram h;
  for (unsigned e = 0; e < 64; ++e)
    for (std::uint64_t d = 0; d < 3; ++d) h.record((std::uint64_t{1} << e) - 1 + d);
  h.record(~std::uint64_t{0});
  std::uint64_t past = 0;
  for (const auto& b : h.bins()) {
    REQUIRE(b.from <= b.to);
    REQUIRE((past == 0 || b.from > past));
    past = b.to;
  }
  REQUIRE(past == ~std::uint64_t{0});
}

TEST_CASE("a histogram comes back from its file form, and what none gives is refused") {
  const auto h = of(some_values(3, 500));
  const auto back = histogram::from_sparse(h.to_sparse());
  REQUIRE(back);
  REQUIRE(*back == h);
  REQUIRE(histogram::from_sparse({})->empty());

  const auto refused = [&](auto&& spoil) {
    auto s = of({1, 2, 1000}).to_sparse();
    spoil(s);
    return !histogram::from_sparse(s);
  };
  REQUIRE(refused([](auto& s) { s.counts.pop_back(); }));
  REQUIRE(refused([](auto& s) { s.counts[0] = 0; }));
  REQUIRE(refused([](auto& s) { std::swap(s.bins[0], s.bins[1]); }));
  REQUIRE(refused([](auto& s) { s.bins.back() = 4'000'000'000; }));
  REQUIRE(refused([](auto& s) { s.largest = 999'999; }));
  REQUIRE(refused([](auto& s) { s.smallest = 0; }));
  REQUIRE(refused([](auto& s) { s.counts[1] = ~std::uint64_t{0}; }));
}

TEST_CASE("an empty histogram answers 0 and has no bins") {
  const histogram h;
  REQUIRE(h.at(0.5) == 0);
  REQUIRE(h.mean() == 0);
  REQUIRE(h.bins().empty());
}
