#include "purses.hpp"

#include <loa/store/entity_log.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace loa;
using namespace loa::sim::test;
using sim::weather;

namespace {

/// The first seed that breaks something; 0 if none up to the last does.
template <defect D>
std::uint64_t found_by(weather sky, std::uint64_t last) {
  for (std::uint64_t seed = 1; seed <= last; ++seed)
    if (!half_an_hour<D>(seed, sky).broken.empty()) return seed;
  return 0;
}

} // namespace

TEST_CASE("sound entities keep their promises in any weather, on one node and on three") {
  for (const auto sky : {weather::calm, weather::rain, weather::storm})
    for (const std::size_t nodes : {1, 3})
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const auto end = half_an_hour(seed, sky, nodes);
        CAPTURE(to_string(sky), nodes, seed);
        CHECK(end.broken.empty());
        CHECK(end.nodes == nodes);
        CHECK(end.figures.front().count > 50);
        CHECK((end.faults == 0) == (sky == weather::calm));
      }
}

TEST_CASE("an entity that keeps something outside of its facts is found by the first seeds") {
  CHECK(found_by<defect::forgets>(weather::rain, 3) != 0);
}

TEST_CASE("clients that repeat commands without a key are found within twenty seeds") {
  CHECK(found_by<defect::careless>(weather::storm, 20) != 0);
}

TEST_CASE("a broken seed breaks the same again, line for line") {
  const auto seed = found_by<defect::forgets>(weather::storm, 3);
  REQUIRE(seed != 0);
  const auto once = half_an_hour<defect::forgets>(seed, weather::storm);
  const auto again = half_an_hour<defect::forgets>(seed, weather::storm);
  CHECK(once.hash == again.hash);
  CHECK(once.steps == again.steps);
  CHECK(std::ranges::equal(once.timeline, again.timeline));
  REQUIRE(once.broken.size() == again.broken.size());
  CHECK(once.broken.front().what == again.broken.front().what);
  CHECK(once.hash != half_an_hour<defect::forgets>(seed + 1, weather::storm).hash);
}

TEST_CASE("a storm brings troubles of many sorts to whatever entities there are") {
  const auto end = half_an_hour(3, weather::storm);
  std::set<std::string> kinds;
  for (const auto& l : end.timeline)
    if (l.who == "trouble") kinds.insert(l.what);
  CHECK(kinds.size() > 20);
  CHECK(end.starts > 0);
}

TEST_CASE("an answer that a node has kept otherwise than it gave it is found at the end") {
  struct swept : market<defect::none> {
    void settle(sim::stage& s) override {
      const auto all = store::range_of(*name::parse("purse/a"));
      for (const auto& m : s.world().machines())
        REQUIRE(commit(m->disk().journal(),
                       {store::operation::erase_range(store::table::answers, all.from, all.to)}));
    }
  } m;
  sim::rehearsal_options o;
  o.lasts = 10min;
  o.sky = weather::calm;
  const auto end = rehearse(m, o).value();
  REQUIRE_FALSE(end.broken.empty());
  for (const auto& b : end.broken) {
    CHECK(b.who == "purse/a");
    CHECK(b.what.find("when it is asked again") != std::string::npos);
  }
}

TEST_CASE("what never comes to rest is told, and nobody waits outside of a check") {
  market<defect::restless> m;
  sim::rehearsal_options o;
  o.lasts = 2min;
  o.sky = weather::calm;
  const auto end = rehearse(m, o).value();
  CHECK_FALSE(m.waited);
  CHECK(m.checks == 0);
  REQUIRE(end.broken.size() == 2);
  CHECK(end.broken[0].who == "purse/a");
  CHECK(end.broken[0].what.find("Only a check may wait") != std::string::npos);
  CHECK(end.broken[1].what.find("not come to rest") != std::string::npos);
}

TEST_CASE("a rehearsal that cannot be played says why") {
  struct nameless : market<defect::none> {
    std::vector<std::string> entities() const override { return all; }
    std::vector<std::string> all;
  } m;
  CHECK(rehearse(m, {}).error().detail.find("names no entities") != std::string::npos);
  m.all = {"no name at all"};
  CHECK(rehearse(m, {}).error().code == errc::malformed);
  struct twice : market<defect::none> {
    std::vector<node::entity_kind> kinds() const override {
      return {node::kind_of<purse<defect::none>>(), node::kind_of<purse<defect::none>>()};
    }
  } t;
  const auto end = rehearse(t, {});
  CHECK_FALSE(end);
}

TEST_CASE("homes are shared out in turn, and no node is without one") {
  const std::vector homes = {*path::parse("a"), *path::parse("b"), *path::parse("c")};
  const auto two = sim::share_out(homes, 2);
  REQUIRE(two.nodes.size() == 2);
  CHECK(two.nodes[0].hosts.size() == 2);
  CHECK(two.nodes[0].hosts[1].prefix == homes[2]);
  CHECK(sim::share_out(homes, 9).nodes.size() == 3);
  CHECK(sim::share_out(homes, 0).nodes.size() == 1);
}
