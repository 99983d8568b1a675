#include <loa/city/simulation.hpp>

#include <catch2/catch.hpp>

#include <cstdio>

using namespace loa;
using namespace std::chrono_literals;

TEST_CASE("one", "[.]") {
  const auto* s = std::getenv("SEED");
  const auto* w = std::getenv("SKY");
  city::simulation_options o;
  o.seed = s ? std::strtoull(s, nullptr, 10) : 1;
  o.sky = *sim::weather_of(w ? w : "calm");
  if (std::getenv("TELL"))
    o.listen = [](const auto& l) { std::printf("%s\n", sim::to_string(l).c_str()); };
  const auto end = city::simulate(o);
  std::printf("seed %llu ended %lld s steps %llu bulletins %llu frames %llu plays %llu reports %llu steps %llu starts %llu hash %llx\n",
              (unsigned long long)end.seed, (long long)(end.ended / 1s), (unsigned long long)end.figures.steps,
              (unsigned long long)end.figures.bulletins, (unsigned long long)end.figures.frames,
              (unsigned long long)end.figures.plays, (unsigned long long)end.figures.reports,
              (unsigned long long)end.figures.steps_of_reports, (unsigned long long)end.figures.starts,
              (unsigned long long)end.hash);
  for (const auto& b : end.broken)
    std::printf("%d %s: %s at %lld\n", b.promise, b.who.c_str(), b.what.c_str(), (long long)(b.at / 1s));
}
