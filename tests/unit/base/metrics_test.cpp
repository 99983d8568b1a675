#include <loa/base/metrics.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

using namespace loa;

namespace {

using type = metric_registry::type;

/// The samples of one name.
std::vector<metric_registry::sample> samples_of(const metric_registry& m, std::string_view name) {
  auto all = m.collect();
  std::erase_if(all, [&](const auto& s) { return s.name != name; });
  return all;
}

std::uint64_t observations(const histogram::reading& r) {
  return std::accumulate(r.counts.begin(), r.counts.end(), std::uint64_t{0});
}

} // namespace

TEST_CASE("a counter grows by one or by more") {
  counter c;
  CHECK(c.value() == 0);
  c.add();
  c.add(41);
  CHECK(c.value() == 42);
}

TEST_CASE("a gauge goes up, down and below zero") {
  gauge g;
  g.set(5);
  g.add(-8);
  CHECK(g.value() == -3);
  g.set(1);
  CHECK(g.value() == 1);
}

TEST_CASE("an observation falls into the first bucket whose upper bound is not below it") {
  histogram h({0.1, 1, 10});
  for (const double seconds : {0.05, 0.1, 0.100001, 1.0, 9.0, 10.0, 10.1, 1000.0})
    h.observe(seconds);
  const auto r = h.read();
  CHECK(r.bounds == std::vector<double>{0.1, 1, 10});
  CHECK(r.counts == std::vector<std::uint64_t>{2, 2, 2, 2});
  CHECK(r.sum == Approx(1030.350001));
}

TEST_CASE("a histogram without bounds still counts and sums") {
  histogram h({});
  h.observe(2);
  h.observe(3);
  CHECK(h.read().counts == std::vector<std::uint64_t>{2});
  CHECK(h.read().sum == Approx(5));
}

TEST_CASE("no observation spoils the sum of the others, whatever a clock may do") {
  histogram h({1});
  h.observe(2);
  for (const double odd :
       {-1.0, -0.0, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(), 1e12})
    h.observe(odd);
  const auto r = h.read();
  CHECK(observations(r) == 9);
  CHECK(r.sum == Approx(2));
}

TEST_CASE(
    "what is beyond every bound is counted in the last bucket, what is negative in the first") {
  histogram h({1});
  h.observe(std::numeric_limits<double>::infinity());
  CHECK(h.read().counts == std::vector<std::uint64_t>{0, 1});
  h.observe(-5);
  CHECK(h.read().counts == std::vector<std::uint64_t>{1, 1});
}

TEST_CASE("the same name and labels give the same object, others another") {
  metric_registry m;
  auto& plain = m.get_counter("loa_things_total", "Things.");
  auto& red = m.get_counter("loa_things_total", "Things.", {{"color", "red"}});
  auto& blue = m.get_counter("loa_things_total", "Things.", {{"color", "blue"}});
  CHECK(&plain == &m.get_counter("loa_things_total", "Another text."));
  CHECK(&red == &m.get_counter("loa_things_total", "Things.", {{"color", "red"}}));
  CHECK(&plain != &red);
  CHECK(&red != &blue);
  CHECK(&m.get_gauge("loa_level", "Level.") == &m.get_gauge("loa_level", "Level."));
  CHECK(&m.get_histogram("loa_wait_seconds", "Wait.") ==
        &m.get_histogram("loa_wait_seconds", "Wait."));
}

TEST_CASE("an object stays where it is while others come") {
  metric_registry m;
  auto& first = m.get_counter("loa_first_total", "First.");
  for (int i = 0; i < 1000; ++i) m.get_counter("loa_other_total", "O.", {{"i", std::to_string(i)}});
  first.add(3);
  REQUIRE(samples_of(m, "loa_first_total").size() == 1);
  CHECK(samples_of(m, "loa_first_total").front().value == 3);
}

TEST_CASE("all series are collected with their values, those of one name together") {
  metric_registry m;
  CHECK(m.collect().empty());
  m.get_counter("loa_b_total", "B.", {{"x", "1"}}).add(7);
  m.get_gauge("loa_a", "A.").set(-2);
  m.get_counter("loa_b_total", "B.", {{"x", "2"}}).add(8);
  m.get_histogram("loa_c_seconds", "C.", {}, {0.5}).observe(0.25);

  const auto all = m.collect();
  REQUIRE(all.size() == 4);
  CHECK((all[0].kind == type::gauge && all[0].name == "loa_a" && all[0].value == -2));
  CHECK((all[1].kind == type::counter && all[1].help == "B." && all[1].value == 7));
  CHECK(all[1].labels == metric_labels{{"x", "1"}});
  CHECK((all[2].name == "loa_b_total" && all[2].value == 8));
  CHECK(all[3].kind == type::histogram);
  CHECK(all[3].buckets.counts == std::vector<std::uint64_t>{1, 0});
  CHECK(all[3].buckets.sum == Approx(0.25));
}

TEST_CASE("a histogram's own bounds span 100 microseconds to 10 seconds and ascend") {
  metric_registry m;
  const auto r = m.get_histogram("loa_wait_seconds", "Wait.").read();
  REQUIRE(r.bounds.size() > 10);
  CHECK(r.bounds.front() == 0.0001);
  CHECK(r.bounds.back() == 10);
  CHECK(std::is_sorted(r.bounds.begin(), r.bounds.end(), std::less_equal<>{}));
}

TEST_CASE("labels that an attacker chooses end in one overflow object per type, which is shown") {
  metric_registry m;
  auto& kept = m.get_counter("loa_kept_total", "Kept.");
  for (int i = 0; i < 4095; ++i) m.get_counter("loa_many_total", "M.", {{"i", std::to_string(i)}});
  CHECK(m.collect().size() >= 4096);

  auto& counted = m.get_counter("loa_more_total", "More.", {{"i", "one"}});
  CHECK(&counted == &m.get_counter("loa_others_total", "Others.", {{"i", "two"}}));
  CHECK(&m.get_gauge("loa_g", "G.") == &m.get_gauge("loa_h", "H."));
  auto& timed = m.get_histogram("loa_s_seconds", "S.", {}, {1});
  CHECK(&timed == &m.get_histogram("loa_t_seconds", "T."));
  CHECK(&kept == &m.get_counter("loa_kept_total", "Kept."));

  counted.add(5);
  m.get_gauge("loa_g", "G.").set(6);
  timed.observe(7);
  CHECK(m.collect().size() <= 4096 + 3);
  REQUIRE(samples_of(m, "loa_overflow_total").size() == 1);
  CHECK(samples_of(m, "loa_overflow_total").front().value == 5);
  REQUIRE(samples_of(m, "loa_overflow").size() == 1);
  CHECK(samples_of(m, "loa_overflow").front().value == 6);
  REQUIRE(samples_of(m, "loa_overflow_seconds").size() == 1);
  CHECK(observations(samples_of(m, "loa_overflow_seconds").front().buckets) == 1);
}

TEST_CASE("threads that count the same thing lose nothing") {
  metric_registry m;
  constexpr int each = 5'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&m] {
      for (int i = 0; i < each; ++i) {
        m.get_counter("loa_things_total", "T.").add();
        m.get_gauge("loa_level", "L.").add(i % 2 == 0 ? 1 : -1);
        m.get_histogram("loa_wait_seconds", "W.").observe(0.001);
      }
    });
  for (auto& t : threads) t.join();
  CHECK(m.get_counter("loa_things_total", "T.").value() == 4 * each);
  CHECK(m.get_gauge("loa_level", "L.").value() == 0);
  const auto r = m.get_histogram("loa_wait_seconds", "W.").read();
  CHECK(observations(r) == 4 * each);
  CHECK(r.sum == Approx(4 * each * 0.001));
}
