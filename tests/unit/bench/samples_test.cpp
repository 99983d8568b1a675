#include "example_run.hpp"

#include <bench/report/samples.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace loa::bench;

namespace {

const sample* find(const samples& in, const std::string& figure) {
  const auto found = std::ranges::find(in.all, figure, &sample::figure);
  return found == in.all.end() ? nullptr : &*found;
}

bool says(const std::vector<std::string>& sentences, const std::string& what) {
  return std::ranges::any_of(sentences,
                             [&](const auto& s) { return s.find(what) != std::string::npos; });
}

} // namespace

TEST_CASE(
    "figures with a direction and quantiles of latencies are compared, each repetition once") {
  const auto run = example::run(1, 4);
  const auto found = samples_of(run, run);
  REQUIRE(found.left_out.empty());
  std::vector<std::string> names;
  for (const auto& s : found.all) {
    names.push_back(s.figure);
    REQUIRE(s.before.size() == 4);
    REQUIRE(s.before == s.after);
  }
  REQUIRE(names == std::vector<std::string>{"last", "rate", "memory", "missed", "delivery p50",
                                            "delivery p99"});
}

TEST_CASE("times stand beside the floor of the same repetition, and memory does not") {
  auto run = example::run(1, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    run.sections[0].contenders[0].repetitions[i].figures[0].value = 10.0 * (1.0 + double(i));
    run.sections[0].contenders[1].repetitions[i].figures[0].value = 1.0 + double(i);
  }
  const auto found = samples_of(run, run);
  REQUIRE(find(found, "last")->before_relative == std::vector<double>{10, 10, 10});
  REQUIRE(find(found, "last")->relative_to == "floor");
  REQUIRE_FALSE(find(found, "rate")->before_relative.empty());
  REQUIRE_FALSE(find(found, "delivery p99")->before_relative.empty());
  REQUIRE(find(found, "memory")->before_relative.empty());
}

TEST_CASE("a floor of another version is no yardstick") {
  const auto run = example::run(1);
  auto other = run;
  other.sections[0].contenders[1].version = "another";
  REQUIRE(find(samples_of(run, other), "last")->before_relative.empty());
}

TEST_CASE("other settings are said and not compared, their order does not matter") {
  auto run = example::run(1);
  run.sections[0].settings = {{"connections", "500"}, {"alerts", "5"}};
  auto other = run;
  std::ranges::reverse(other.sections[0].settings);
  REQUIRE(samples_of(run, other).left_out.empty());
  other.sections[0].settings[0].value = "6";
  const auto found = samples_of(run, other);
  REQUIRE(found.all.empty());
  REQUIRE(says(found.left_out, "other settings"));
}

TEST_CASE("what only one run has is named, in both directions") {
  const auto run = example::run(1);
  auto other = run;
  for (auto& r : other.sections[0].contenders[0].repetitions) {
    r.figures[0].name = "renamed";
    r.figures[1].unit = "1/min";
    r.latencies.clear();
  }
  const auto found = samples_of(run, other);
  for (const auto* lost : {"last", "rate", "delivery p99"}) {
    REQUIRE(find(found, lost) == nullptr);
    REQUIRE(says(found.left_out, std::string("gateway: ") + lost + " is not in the second"));
  }
  REQUIRE(says(found.left_out, "renamed is only in the second run"));
  other.sections[0].scenario = "cascade";
  const auto nothing = samples_of(run, other);
  REQUIRE(nothing.all.empty());
  REQUIRE(says(nothing.left_out, "gateway (An alert to many) is not in the second run"));
  REQUIRE(says(nothing.left_out, "cascade (An alert to many) is only in the second run"));
}

TEST_CASE("two sections of one scenario find those with their settings") {
  auto run = example::run(1);
  run.sections.push_back(example::run(2).sections[0]);
  run.sections[1].settings[0].value = "1000";
  auto turned = run;
  std::swap(turned.sections[0], turned.sections[1]);
  const auto found = samples_of(run, turned);
  REQUIRE(found.left_out.empty());
  REQUIRE(found.all.size() == 12);
  for (const auto& s : found.all) REQUIRE(s.before == s.after);
}

TEST_CASE("values that no measurement gives are left out") {
  const auto run = example::run(1);
  auto other = run;
  other.sections[0].contenders[0].repetitions[2].figures[0].value = -1;
  const auto found = samples_of(run, other);
  REQUIRE(find(found, "last") == nullptr);
  REQUIRE(says(found.left_out, "last is below 0"));
}

TEST_CASE("every circumstance that differs is listed, and nothing else") {
  const auto run = example::run(1);
  REQUIRE(differing(run, run).empty());
  auto other = run;
  other.where.processor = "Another processor";
  other.where.kernel = "";
  other.where.commit = "def5678";
  other.sections[0].contenders[0].settings[0].value = "2";
  other.sections[0].warnings.push_back("Too noisy.");
  other.interrupted = true;
  const auto found = differing(run, other);
  REQUIRE(found.size() == 6);
  REQUIRE(says(found, "processor: A processor, then Another processor"));
  REQUIRE(says(found, "kernel: Linux 6, then not known"));
  REQUIRE(says(found, "commit: abc1234, then def5678"));
  REQUIRE(says(found, "gateway, Loa, threads: 1, then 2"));
  REQUIRE(says(found, "Too noisy."));
  REQUIRE(says(found, "interrupted"));
  REQUIRE_FALSE(same_machine(run.where, other.where));
}
