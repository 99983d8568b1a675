#include "example_run.hpp"

#include <bench/report/difference.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace loa::bench;

namespace {

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
    const auto run = example::run(3, repetitions);
    const auto d = compare(run, run);
    CAPTURE(repetitions);
    REQUIRE_FALSE(d.slower());
    REQUIRE(d.figures.size() == 6);
    for (const auto& f : d.figures) REQUIRE(f.changed.times == Approx(1));
  }
}

TEST_CASE("a program that became 20 % slower is called so, by every figure that shows it") {
  const auto d = compare(example::run(1), example::run(2, 6, {1.2, 1}));
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
  const auto d = compare(example::run(1), example::run(2, 6, {0.8, 1}));
  REQUIRE_FALSE(d.slower());
  REQUIRE(of(d, "last").found == finding::improved);
  REQUIRE(of(d, "rate").found == finding::improved);
}

TEST_CASE("a slower machine is not called a slower program where a floor shows it") {
  const auto before = example::run(1);
  const auto d = compare(before, example::run(2, 6, {1, 1.5}));
  REQUIRE_FALSE(d.slower());
  REQUIRE(of(d, "last").found == finding::machine);
  REQUIRE(compare(example::run(1, 6, {}, false), example::run(2, 6, {1, 1.5}, false)).slower());

  auto elsewhere = example::run(2, 6, {1, 1.5});
  elsewhere.where.processor = "A slower one";
  REQUIRE_FALSE(compare(before, elsewhere).slower());
}

TEST_CASE("a slower program on a faster machine is called so beside the floor") {
  auto elsewhere = example::run(2, 8, {1.3, 0.7});
  elsewhere.where.processor = "A faster one";
  const auto d = compare(example::run(1, 8), elsewhere);
  REQUIRE_FALSE(d.same_machine);
  REQUIRE(of(d, "last").changed.times < 1);
  REQUIRE(of(d, "last").found == finding::worse);
}

TEST_CASE("what is worse by less than the threshold is not called worse") {
  const auto before = example::run(1, 20, {}, false, 0.01);
  const auto after = example::run(2, 20, {1.1, 1}, false, 0.01);
  REQUIRE(of(compare(before, after, {0.05, 0.05}), "last").found == finding::worse);
  REQUIRE(of(compare(before, after, {0.15, 0.05}), "last").found == finding::same);
}

TEST_CASE("too few repetitions are said to be too few, however large the difference is") {
  const auto d = compare(example::run(1, 3), example::run(2, 3, {5, 1}));
  REQUIRE_FALSE(d.slower());
  REQUIRE(d.cannot_tell());
  REQUIRE(of(d, "last").found == finding::not_known);
  REQUIRE_FALSE(of(d, "last").told_from);
  REQUIRE(d.repetitions_needed > 3);
  const auto enough = d.repetitions_needed;
  REQUIRE(compare(example::run(1, enough), example::run(2, enough, {5, 1})).slower());
  REQUIRE_FALSE(compare(example::run(1, enough - 1), example::run(2, enough - 1, {5, 1})).slower());
}

TEST_CASE("a figure that was measured once costs the others nothing") {
  const auto some = [](std::uint64_t seed, double times) {
    auto run = only(example::run(seed, 5, {times, 1}, false), "last");
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
  const auto before = only(example::run(1, 6, {}, false), "last");
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
  const auto before = example::run(1);
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
        if (compare(example::run(2 * i + 1, repetitions, {}, with_floor, 0.3),
                    example::run(2 * i + 2, repetitions, {}, with_floor, 0.3), {0, 0.05})
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
    if (compare(example::run(2 * i + 1, 6, {}, true, 0.1),
                example::run(2 * i + 2, 6, {1, 1.4}, true, 0.1), {0, 0.05})
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
      auto run = example::run(seed, 8, {}, false);
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

TEST_CASE("nothing in common is no difference, and does not say that nothing is slower") {
  const auto run = example::run(1);
  auto other = run;
  other.sections[0].scenario = "cascade";
  REQUIRE(compare(run, other).figures.empty());
  REQUIRE(compare({}, {}).figures.empty());
  run_record hollow;
  hollow.sections.resize(3);
  hollow.sections[1].contenders.resize(1);
  REQUIRE(compare(hollow, hollow).figures.empty());
}
