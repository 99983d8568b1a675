#include <loa/base/random.hpp>
#include <loa/unit/period_ledger.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace std::chrono_literals;
using unit::period;
using unit::period_ledger;

namespace {
const auto start = *parse_rfc3339("2025-01-01T00:00:00+07:00");
}

TEST_CASE("figures are exact to the second when young and to the day of Vietnam when old") {
  period_ledger l;
  ++l.at(start + 10s, start + 10s).reports.received;
  ++l.at(start + 11s, start + 11s).reports.received;
  CHECK(l.sum({start, start + 11s}).reports.received == 1);
  CHECK(l.sum({start + 11s, {}}).reports.received == 1);
  const auto later = start + std::chrono::days(40);
  ++l.at(later, later).reports.received;
  CHECK(l.size() == 2);
  CHECK(l.sum({start, start + std::chrono::days(1)}).reports.received == 2);
  // A late change finds its day.
  ++l.at(start + 10s, later).reports.processed;
  CHECK(l.size() == 2);
  CHECK(l.sum({start, start + std::chrono::days(1)}).reports.processed == 1);
}

TEST_CASE("the ends of a period are widened to whole seconds") {
  period_ledger l;
  ++l.at(start + 700ms, start + 700ms).reports.received;
  CHECK(l.sum({start + 500ms, start + 900ms}).reports.received == 1);
  CHECK(l.sum({start - 500ms, start}).reports.received == 0);
}

TEST_CASE("three years of figures in every minute stay small and lose nothing") {
  period_ledger l;
  seeded_random dice(7);
  auto now = start;
  std::uint64_t n = 0;
  const auto end = start + std::chrono::days(3 * 365);
  while (now < end) {
    // Dense at the end, where the fine buckets are.
    now += end - now > std::chrono::days(2) ? duration(37min) : duration(23s);
    ++l.at(now, now).reports.received;
    ++n;
    if (dice.chance(0.01)) ++l.at(start + (now - start) / 2, now).reports.processed;
  }
  CHECK(l.sum({{}, {}}).reports.received == n);
  CHECK(l.size() < 3'400);
  const auto back = wire::from_cbor<period_ledger>(wire::to_cbor(l));
  REQUIRE(back);
  CHECK(*back == l);
}

TEST_CASE("a clock that goes back does not damage the ledger") {
  period_ledger l;
  seeded_random dice(3);
  std::uint64_t n = 0;
  for (int i = 0; i < 3'000; ++i) {
    const auto t = start + duration(1s) * static_cast<std::int64_t>(dice.below(100'000'000));
    ++l.at(t, t).reports.received;
    REQUIRE(l.sum({{}, {}}).reports.received == ++n);
  }
}
