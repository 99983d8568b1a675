#include <bench/plan/model.hpp>
#include <bench/plan/plan.hpp>
#include <bench/plan/rehearsal.hpp>

#include <catch2/catch.hpp>

using namespace loa::bench;

namespace {

unit_costs some_costs() {
  unit_costs c;
  c.accept_ms = 2;
  c.first_ms = 4;
  c.level_ms = 0.1;
  c.hop_ms = 0.4;
  c.commit_ms = 0.6;
  c.device_us = 50;
  c.per_connection_us = 8;
  c.copy_ms = 0.1;
  c.unit_bytes = 6'000;
  c.device_bytes = 9'000;
  c.asleep_bytes = 600;
  c.connected_bytes = 4'000;
  c.report_us = 50;
  return c;
}

city_shape some_city() {
  return {10'000'000, 5'000, 335, 2, 1};
}

demands within(double ms) {
  demands d;
  d.latency_ms = ms;
  return d;
}

} // namespace

TEST_CASE("the plan is the smallest number of nodes that is in time") {
  const auto p = plan_city(some_costs(), some_city(), within(1000));
  REQUIRE(p);
  REQUIRE(p->expected.last_ms <= 1000);
  auto fewer = p->city;
  --fewer.nodes;
  REQUIRE(predict(some_costs(), fewer).last_ms > 1000);
  REQUIRE(p->bottleneck.find("the connections of a node") != std::string::npos);
}

TEST_CASE("one node does where it is in time, and nothing is copied there") {
  city_shape small{1'000, 10, 335, 2, 1};
  const auto p = plan_city(some_costs(), small, within(1000));
  REQUIRE(p);
  REQUIRE(p->city.nodes == 1);
  REQUIRE(predict(some_costs(), small).parts[1].ms == 0);
}

TEST_CASE("a latency below what levels and hops take is refused with what could be had") {
  const auto p = plan_city(some_costs(), some_city(), within(3));
  REQUIRE(!p);
  REQUIRE(p.error().detail.find("No number of nodes") != std::string::npos);
}

TEST_CASE("memory alone asks for more nodes") {
  auto d = within(1e9);
  d.node_memory = 4'000'000'000;
  const auto p = plan_city(some_costs(), some_city(), d);
  REQUIRE(p);
  REQUIRE(p->city.nodes > 10);
  REQUIRE(p->expected.node_memory <= 4e9);
  REQUIRE(p->bottleneck.starts_with("Memory"));
}

TEST_CASE("reports alone ask for more nodes") {
  auto d = within(1e9);
  d.reports_per_citizen = 200;
  const auto p = plan_city(some_costs(), some_city(), d);
  REQUIRE(p);
  REQUIRE(p->city.nodes > 2);
  REQUIRE(p->bottleneck.starts_with("Reports"));
}

TEST_CASE("the parts of a forecast are all of it") {
  auto city = some_city();
  city.nodes = 100;
  const auto f = predict(some_costs(), city);
  double sum = 0;
  for (const auto& p : f.parts) sum += p.ms;
  REQUIRE(sum == Approx(f.last_ms));
}

TEST_CASE("ten million sessions on a hundred nodes all get the alert in virtual time") {
  auto city = some_city();
  city.nodes = 100;
  const auto r = rehearse(some_costs(), city, 1);
  REQUIRE(r.latencies.count() == city.citizens + city.devices);
  // Chance may make it slower than the model, and not by a factor.
  const auto computed = predict(some_costs(), city).last_ms;
  REQUIRE(r.last_ms > 0.8 * computed);
  REQUIRE(r.last_ms < 1.6 * computed);
}

TEST_CASE("a rehearsal comes out the same again, and another seed gives another") {
  city_shape city{100'000, 500, 335, 2, 10};
  const auto a = rehearse(some_costs(), city, 7);
  const auto b = rehearse(some_costs(), city, 7);
  REQUIRE(a.last_ms == b.last_ms);
  REQUIRE(a.latencies == b.latencies);
  REQUIRE(rehearse(some_costs(), city, 8).last_ms != a.last_ms);
}

TEST_CASE("lost chunks delay the slowest") {
  city_shape city{100'000, 0, 335, 2, 50};
  double with = 0;
  double without = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    with += rehearse(some_costs(), city, seed, 0.2).last_ms;
    without += rehearse(some_costs(), city, seed).last_ms;
  }
  REQUIRE(with > without + 5 * 100);
}

TEST_CASE("each further level costs its own time, and the way to its node if it has one") {
  const auto c = some_costs();
  const auto within = predict_way(c, 4, false) - predict_way(c, 3, false);
  CHECK(within == Approx(c.level_ms));
  const auto own = predict_way(c, 4, true) - predict_way(c, 3, true);
  CHECK(own == Approx(c.level_ms + c.copy_ms + c.hop_ms + c.commit_ms));
  for (const bool on_own_nodes : {false, true}) {
    INFO(on_own_nodes);
    const auto one = rehearse_way(c, 1, on_own_nodes, 1);
    const auto four = rehearse_way(c, 4, on_own_nodes, 1);
    CHECK(four > one);
    CHECK(four >= 0.9 * predict_way(c, 4, on_own_nodes));
  }
}

TEST_CASE("more devices take longer, also where citizens are many more") {
  auto city = some_city();
  city.nodes = 100;
  const auto few = predict(some_costs(), city);
  const auto seen_few = rehearse(some_costs(), city, 1);
  city.devices *= 10;
  const auto many = predict(some_costs(), city);
  const auto seen_many = rehearse(some_costs(), city, 1);
  CHECK(many.devices_ms > 1.5 * few.devices_ms);
  CHECK(seen_many.devices_ms > 1.5 * seen_few.devices_ms);
  CHECK(many.last_ms > few.last_ms);
  CHECK(few.devices_ms < few.last_ms);
}

TEST_CASE("a plan has as many nodes as virtual time asks for beyond the sum") {
  const city_shape city{100'000, 100, 60, 2, 1};
  const plan_options asked{some_costs(), city, within(60), 0.05};
  const auto by_sum = plan_city(asked.costs, city, asked.wanted);
  REQUIRE(by_sum);
  REQUIRE(rehearse(asked.costs, by_sum->city, 1, asked.loss).last_ms > 60);
  conductor c({{}, {}, 1, 1, false, {}});
  section s;
  const auto p = plan(asked, c, s);
  REQUIRE(p);
  CHECK(p->city.nodes > by_sum->city.nodes);
  CHECK(p->city.nodes <= city.units);
  CHECK(p->bottleneck.find("In virtual time") != std::string::npos);
  const bool in_time = rehearse(asked.costs, p->city, 1, asked.loss).last_ms <= 60;
  CHECK(in_time == s.warnings.empty());
}
