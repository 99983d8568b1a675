#include "example_run.hpp"

#include <bench/report/difference.hpp>
#include <bench/report/judged.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace loa::bench;

namespace {

/// Of a scenario that is not known, so that all figures are judged.
run_record run_of(std::uint64_t seed, std::size_t repetitions = 6, example::speeds s = {},
                  bool with_floor = true, double wide = 0.05) {
  auto run = example::run(seed, repetitions, s, with_floor, wide);
  run.sections[0].scenario = "example";
  return run;
}

/// A run of all scenarios that are known, with all the figures that are judged in them and some
/// that are not, each ten or a few more, and twice that where `slow` names the scenario.
run_record everything(std::uint64_t seed, std::size_t repetitions, const std::string& slow = "") {
  loa::seeded_random random(seed);
  run_record out;
  for (const std::string scenario : {"cascade", "gateway", "publish", "reports", "journal",
                                     "restart", "hop", "cluster", "outage", "footprint"}) {
    section s{scenario, "A title", {}, {}, {}, {}};
    contender_record ours{"Loa", "1", {}, {}};
    for (std::size_t n = 0; n < repetitions; ++n) {
      repetition r;
      for (const auto name : judged_in(scenario))
        r.figures.push_back({std::string(name), "ms",
                             example::noise(random, 0.3) * (scenario == slow ? 20 : 10),
                             better::lower});
      for (int k = 0; k < 12; ++k)
        r.figures.push_back({"also " + std::to_string(k), "ms",
                             example::noise(random, 0.3) * (scenario == slow ? 20 : 10),
                             better::lower});
      ours.repetitions.push_back(std::move(r));
    }
    s.contenders.push_back(std::move(ours));
    out.sections.push_back(std::move(s));
  }
  return out;
}

const compared_figure& of(const difference& d, const std::string& figure) {
  const auto found = std::ranges::find_if(
      d.figures, [&](const compared_figure& f) { return f.values.figure == figure; });
  REQUIRE(found != d.figures.end());
  return *found;
}

/// Only the figure of that name.
run_record only(run_record run, const std::string& figure) {
  for (auto& c : run.sections[0].contenders)
    for (auto& r : c.repetitions) {
      r.latencies.clear();
      std::erase_if(r.figures, [&](const auto& f) { return f.name != figure; });
    }
  return run;
}

} // namespace

TEST_CASE("a run is not slower than itself") {
  for (const std::size_t repetitions : {1, 2, 3, 5, 20, 100}) {
    const auto run = run_of(3, repetitions);
    const auto d = compare(run, run);
    CAPTURE(repetitions);
    REQUIRE_FALSE(d.slower());
    REQUIRE(d.figures.size() == 6);
    for (const auto& f : d.figures) REQUIRE(f.changed.times == Approx(1));
  }
}

TEST_CASE("a program that became 20 % slower is called so, by every figure that shows it") {
  const auto d = compare(run_of(1), run_of(2, 6, {1.2, 1}));
  REQUIRE(d.slower());
  for (const auto* figure : {"last", "rate", "delivery p50"}) {
    CAPTURE(figure);
    REQUIRE(of(d, figure).found == finding::worse);
  }
  REQUIRE(of(d, "last").changed.times == Approx(1.2).epsilon(0.1));
  REQUIRE(of(d, "rate").changed.times == Approx(1 / 1.2).epsilon(0.1));
  REQUIRE(of(d, "last").chance < 0.05);
  REQUIRE(of(d, "memory").found == finding::same);
  REQUIRE(of(d, "missed").found == finding::equal);
}

TEST_CASE("a program that became faster is not slower, whichever way a figure gets better") {
  const auto d = compare(run_of(1), run_of(2, 6, {0.8, 1}));
  REQUIRE_FALSE(d.slower());
  REQUIRE(of(d, "last").found == finding::improved);
  REQUIRE(of(d, "rate").found == finding::improved);
}

TEST_CASE("a slower machine is not called a slower program where a floor shows it") {
  const auto before = run_of(1);
  const auto d = compare(before, run_of(2, 6, {1, 1.5}));
  REQUIRE_FALSE(d.slower());
  REQUIRE(of(d, "last").found == finding::machine);
  REQUIRE(compare(run_of(1, 6, {}, false), run_of(2, 6, {1, 1.5}, false)).slower());

  auto elsewhere = run_of(2, 6, {1, 1.5});
  elsewhere.where.processor = "A slower one";
  REQUIRE_FALSE(compare(before, elsewhere).slower());
}

TEST_CASE("a slower program on a faster machine is called so beside the floor") {
  auto elsewhere = run_of(2, 8, {1.3, 0.7});
  elsewhere.where.processor = "A faster one";
  const auto d = compare(run_of(1, 8), elsewhere);
  REQUIRE_FALSE(d.same_machine);
  REQUIRE(of(d, "last").changed.times < 1);
  REQUIRE(of(d, "last").found == finding::worse);
}

TEST_CASE("what is worse by less than the threshold is not called worse") {
  const auto before = run_of(1, 20, {}, false, 0.01);
  const auto after = run_of(2, 20, {1.1, 1}, false, 0.01);
  REQUIRE(of(compare(before, after, {0.05, 0.05}), "last").found == finding::worse);
  REQUIRE(of(compare(before, after, {0.15, 0.05}), "last").found == finding::same);
}

TEST_CASE("too few repetitions are said to be too few, however large the difference is") {
  const auto d = compare(run_of(1, 3), run_of(2, 3, {5, 1}));
  REQUIRE_FALSE(d.slower());
  REQUIRE(d.cannot_tell());
  REQUIRE(of(d, "last").found == finding::not_known);
  REQUIRE_FALSE(of(d, "last").told_from);
  REQUIRE(d.repetitions_needed > 3);
  const auto enough = d.repetitions_needed;
  REQUIRE(compare(run_of(1, enough), run_of(2, enough, {5, 1})).slower());
  REQUIRE_FALSE(compare(run_of(1, enough - 1), run_of(2, enough - 1, {5, 1})).slower());
}

TEST_CASE("a figure that was measured once costs the others nothing") {
  const auto some = [](std::uint64_t seed, double times) {
    auto run = only(run_of(seed, 5, {times, 1}, false), "last");
    for (int k = 0; k < 30; ++k)
      run.sections[0].contenders[0].repetitions[0].figures.push_back(
          {"once " + std::to_string(k), "B", static_cast<double>(seed + k), better::lower});
    return run;
  };
  const auto d = compare(some(1, 1), some(2, 1.5));
  REQUIRE(of(d, "last").found == finding::worse);
  REQUIRE(of(d, "once 7").found == finding::not_known);
}

TEST_CASE("what would have been told is told, and a little less is not") {
  const auto before = only(run_of(1, 6, {}, false), "last");
  const auto told = of(compare(before, before), "last").told_from;
  REQUIRE(told);
  REQUIRE(*told >= 1.05);
  const auto slower_by = [&](double times) {
    auto after = before;
    for (auto& r : after.sections[0].contenders[0].repetitions) r.figures[0].value *= times;
    return compare(before, after, {0, 0.05}).slower();
  };
  const auto exact = of(compare(before, before, {0, 0.05}), "last").told_from;
  REQUIRE(exact);
  REQUIRE(slower_by(*exact * 1.0001));
  REQUIRE_FALSE(slower_by(*exact * 0.9999));
}

TEST_CASE("alerts that were missed count, though there is no ratio to none") {
  const auto before = run_of(1);
  auto after = before;
  for (auto& r : after.sections[0].contenders[0].repetitions) r.figures[4].value = 3;
  const auto d = compare(before, after);
  REQUIRE(of(d, "missed").found == finding::worse);
  REQUIRE(to_text(d).find("\"slower\": true") != std::string::npos);
  REQUIRE(to_text(d).find("inf") == std::string::npos);
}

TEST_CASE("runs of one distribution are called slower as seldom as promised") {
  for (const bool with_floor : {true, false})
    for (const std::size_t repetitions : {5, 6, 10}) {
      int called = 0;
      constexpr int rounds = 400;
      for (std::uint64_t i = 0; i < rounds; ++i)
        if (compare(run_of(2 * i + 1, repetitions, {}, with_floor, 0.3),
                    run_of(2 * i + 2, repetitions, {}, with_floor, 0.3), {0, 0.05})
                .slower())
          ++called;
      CAPTURE(with_floor, repetitions, called);
      // 0.05 and what chance adds to it in so many rounds.
      REQUIRE(called <= rounds * 0.08);
    }
}

TEST_CASE("a machine that became slower is blamed on the program as seldom") {
  int called = 0;
  constexpr int rounds = 400;
  for (std::uint64_t i = 0; i < rounds; ++i)
    if (compare(run_of(2 * i + 1, 6, {}, true, 0.1), run_of(2 * i + 2, 6, {1, 1.4}, true, 0.1),
                {0, 0.05})
            .slower())
      ++called;
  REQUIRE(called <= rounds * 0.08);
}

TEST_CASE("more figures do not make a false alarm more likely") {
  int called = 0;
  constexpr int rounds = 300;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    const auto many = [](std::uint64_t seed) {
      loa::seeded_random random(seed);
      auto run = run_of(seed, 8, {}, false);
      for (auto& r : run.sections[0].contenders[0].repetitions)
        for (int k = 0; k < 15; ++k)
          r.figures.push_back(
              {"more " + std::to_string(k), "ms", example::noise(random, 0.3), better::lower});
      return run;
    };
    if (compare(many(2 * i + 1), many(2 * i + 2), {0, 0.05}).slower()) ++called;
  }
  REQUIRE(called <= rounds * 0.08);
}

TEST_CASE("five repetitions of everything show the one scenario that became twice as slow") {
  const auto before = everything(1, 5);
  for (const auto& slow : before.sections) {
    const auto d = compare(before, everything(2, 5, slow.scenario));
    CAPTURE(slow.scenario);
    REQUIRE(d.slower());
    REQUIRE(d.scenarios_judged == before.sections.size());
    for (const auto& f : d.figures) {
      CAPTURE(f.values.scenario, f.values.figure);
      if (f.values.figure.starts_with("also"))
        REQUIRE(f.found == finding::shown);
      else if (f.values.scenario == slow.scenario)
        REQUIRE(f.found == finding::worse);
      else
        REQUIRE(f.found != finding::not_known);
    }
  }
}

TEST_CASE("no scenario has more figures judged than five repetitions can tell about") {
  for (const auto& s : everything(1, 1).sections) {
    CAPTURE(s.scenario);
    REQUIRE_FALSE(judged_in(s.scenario).empty());
    REQUIRE(judged_in(s.scenario).size() <= most_judged);
  }
  const auto chance = 0.05;
  REQUIRE(wins_needed(5, 5, chance / most_judged));
  REQUIRE_FALSE(wins_needed(5, 5, chance / (most_judged + 1)));
}

TEST_CASE("of everything, unchanged, each scenario is called slower as seldom as promised") {
  std::map<std::string, int> called;
  int any = 0;
  constexpr int rounds = 300;
  double promised = 0;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    const auto d = compare(everything(2 * i + 1, 5), everything(2 * i + 2, 5), {0, 0.05});
    std::set<std::string> slower;
    for (const auto& f : d.figures)
      if (f.found == finding::worse) slower.insert(f.values.scenario);
    for (const auto& s : slower) ++called[s];
    any += slower.empty() ? 0 : 1;
    promised = d.chance_of_any(0.05);
  }
  for (const auto& [scenario, times] : called) {
    CAPTURE(scenario, times);
    REQUIRE(times <= rounds * 0.09);
  }
  REQUIRE(promised == Approx(0.40).epsilon(0.01));
  REQUIRE(any <= rounds * (promised + 0.06));
}

TEST_CASE("a figure that is not judged calls nothing slower, however much worse it is") {
  const auto before = example::run(1, 6, {}, false);
  auto after = before;
  for (auto& r : after.sections[0].contenders[0].repetitions) r.figures[1].value /= 5;
  const auto d = compare(before, after);
  REQUIRE_FALSE(d.slower());
  REQUIRE(of(d, "rate").found == finding::shown);
  REQUIRE(of(d, "rate").changed.times == Approx(0.2).epsilon(0.1));
  REQUIRE(of(d, "last").found == finding::same);
}

TEST_CASE("of a scenario without any of its judged figures, all are judged") {
  auto before = only(example::run(1), "rate");
  auto after = only(example::run(2, 6, {1.5, 1}), "rate");
  REQUIRE(of(compare(before, after), "rate").found == finding::worse);
}

TEST_CASE("nothing in common is no difference, and does not say that nothing is slower") {
  const auto run = run_of(1);
  auto other = run;
  other.sections[0].scenario = "cascade";
  REQUIRE(compare(run, other).figures.empty());
  REQUIRE(compare({}, {}).figures.empty());
  run_record hollow;
  hollow.sections.resize(3);
  hollow.sections[1].contenders.resize(1);
  REQUIRE(compare(hollow, hollow).figures.empty());
}
