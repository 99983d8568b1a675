#include <bench/measure/buckets.hpp>

#include <catch2/catch.hpp>

using namespace loa::bench;

namespace {

constexpr auto page = R"(# HELP loa_hop_seconds Time under way.
# TYPE loa_hop_seconds histogram
loa_hop_seconds_count{lane="emergency"} 10
loa_hop_seconds_sum{lane="emergency"} 0.5
loa_hop_seconds_bucket{lane="emergency",le="0.01"} 2
loa_hop_seconds_bucket{lane="emergency",le="0.1"} 8
loa_hop_seconds_bucket{lane="emergency",le="+Inf"} 10
loa_hop_seconds_count{lane="ordinary"} 1
loa_hop_seconds_sum{lane="ordinary"} 1e-3
loa_hop_seconds_bucket{lane="ordinary",le="0.01"} 1
loa_hop_seconds_bucket{lane="ordinary",le="0.1"} 1
loa_hop_seconds_bucket{lane="ordinary",le="+Inf"} 1
loa_commands_total 7
)";

} // namespace

TEST_CASE("a histogram is read from a node's metrics, by its label or as a whole") {
  const auto one = read_buckets(page, "loa_hop_seconds", R"(lane="emergency")");
  REQUIRE(one);
  CHECK(*one == buckets{{0.01, 0.1}, {2, 6, 2}, 0.5});
  CHECK(one->count() == 10);
  CHECK(one->mean() == Approx(0.05));
  const auto both = read_buckets(page, "loa_hop_seconds");
  REQUIRE(both);
  CHECK(both->counts == std::vector<std::uint64_t>{3, 6, 2});
}

TEST_CASE("a histogram that is not there is empty, and has quantiles of zero") {
  const auto none = read_buckets(page, "loa_other_seconds");
  REQUIRE(none);
  CHECK(none->count() == 0);
  CHECK(none->at(0.5).at == 0);
  CHECK(none->mean() == 0);
}

TEST_CASE("text that is no histogram is refused") {
  CHECK_FALSE(read_buckets("h_bucket{le=\"x\"} 1\n", "h"));
  CHECK_FALSE(read_buckets("h_bucket{} 1\n", "h"));
  CHECK_FALSE(read_buckets("h_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 2\n", "h"));
  CHECK_FALSE(read_buckets("h_bucket{le=\"1\"} 3\n", "h"));
}

TEST_CASE("a quantile lies within its bucket by its share, and says how wide that is") {
  const buckets b{{0.01, 0.1}, {2, 6, 2}, 0};
  CHECK(b.at(0.5).at == Approx(0.01 + 0.09 * 3 / 6));
  CHECK(b.at(0.5).width == Approx(0.09));
  CHECK(b.at(0.1).at == Approx(0.005));
  CHECK(b.at(0.2).at == Approx(0.01));
  CHECK(b.at(1).at == Approx(0.1)); // beyond the last bound nothing more is known
}

TEST_CASE("what came between two readings is their difference, or all after a process began anew") {
  const buckets before{{1}, {5, 1}, 3};
  const buckets after{{1}, {7, 2}, 6};
  CHECK(between(before, after) == buckets{{1}, {2, 1}, 3});
  CHECK(between({}, after) == after);
  const buckets anew{{1}, {2, 9}, 1};
  CHECK(between(before, anew) == anew);
}

TEST_CASE("histograms of several nodes make one") {
  buckets all;
  all.merge({{1}, {2, 1}, 3});
  all.merge({{1}, {1, 0}, 0.5});
  all.merge({}); // a node that did not answer
  CHECK(all == buckets{{1}, {3, 1}, 3.5});
}
