#include "cluster_rig.hpp"

#include <loa/sim/faults.hpp>

using namespace loa;
using namespace loa::sim::test;
using sim::trouble;
using sim::weather;

namespace {

sim::fault_targets three_nodes(sim::micros until = 3600s) {
  return {{"city", "district", "commune"},
          {named("tower/79"), named("counter/79.769.1")},
          sim::micros(10s),
          until};
}

std::vector<std::string> told(const sim::fault_plan& plan) {
  std::vector<std::string> all;
  for (const auto& f : plan) all.push_back(to_string(f));
  return all;
}

} // namespace

TEST_CASE("a seed draws the same faults each time, and another seed others") {
  const auto plan = draw(weather::storm, 7, three_nodes());
  CHECK(told(plan) == told(draw(weather::storm, 7, three_nodes())));
  CHECK(told(plan) != told(draw(weather::storm, 8, three_nodes())));
  CHECK(draw(weather::calm, 7, three_nodes()).empty());
  CHECK(draw(weather::rain, 7, three_nodes()).size() < plan.size());
}

TEST_CASE("every kind of trouble comes in an hour of storm, in order of time and over at its end") {
  std::set<trouble> kinds;
  sim::micros last{0};
  for (const auto& f : draw(weather::storm, 3, three_nodes())) {
    CHECK(f.at >= last);
    CHECK(f.at >= 10s);
    CHECK(f.at + f.lasts <= 3600s);
    CHECK(f.node != f.other);
    last = f.at;
    kinds.insert(f.what);
  }
  CHECK(kinds.size() == 12);
}

TEST_CASE("after any storm every node works again and the nodes meet") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    members c(seed, 3);
    arm(c.w, draw(weather::storm, seed, three_nodes(1800s)));
    for (int i = 0; i < 360; ++i)
      c.w.at(5s * i, [&c] {
        c.at("commune").tell(named("counter/79"), wire::value::of(add{1}));
        c.at("city").tell(named("tower/79.769"), wire::value::of(listen_to{named("tower/79")}));
      });
    c.w.run_until(1830s);
    for (const auto& m : c.w.machines()) CHECK(m->is() == sim::machine::state::on);
    const auto before = c.total_of("commune", "counter/79");
    REQUIRE(c.insist("commune", "counter/79", add{1}));
    CHECK(c.total_of("city", "counter/79") > before);
    REQUIRE(c.insist("city", "counter/79.769", add{1}));
    CHECK(c.w.now() < 1900s);
  }
}

TEST_CASE("troubles that overlap are over with the last of them") {
  members c(1);
  arm(c.w, {{10s, 20s, trouble::killed, "city", {}, {}, {}},
            {15s, 30s, trouble::restarted, "city", {}, {}, {}},
            {10s, 20s, trouble::cut, "city", "district", {}, {}},
            {20s, 20s, trouble::one_way, "city", "district", {}, {}}});
  c.w.run_until(40s - 1ms);
  CHECK(c.at("city").is() == sim::machine::state::off);
  CHECK(c.w.network().blocked("city", "district"));
  CHECK_FALSE(c.w.network().blocked("district", "city"));
  c.w.run_until(46s);
  CHECK(c.at("city").is() == sim::machine::state::on);
  CHECK_FALSE(c.w.network().blocked("city", "district"));
}
