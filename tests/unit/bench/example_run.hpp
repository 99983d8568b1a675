#pragma once

#include <bench/measure/record.hpp>
#include <loa/base/random.hpp>

#include <cmath>
#include <string>
#include <vector>

/// Runs as a scenario would record them, from a seed.
namespace example {

/// Around 1, by so much to either side; as a machine's noise, further up than down.
inline double noise(loa::seeded_random& random, double wide) {
  const auto u = static_cast<double>(random.below(1'000'001)) / 1e6;
  return std::exp(wide * (2 * u * u - 0.4));
}

struct speeds {
  double ours = 1;    ///< How many times longer what is ours takes.
  double machine = 1; ///< How many times longer everything takes.
};

inline loa::bench::distribution latencies(const std::string& name, double around_ms,
                                          loa::seeded_random& random) {
  loa::bench::histogram h;
  for (int i = 0; i < 200; ++i)
    h.record(static_cast<std::uint64_t>(around_ms * 1e6 * noise(random, 1.0)));
  return {name, h.to_sparse()};
}

inline loa::bench::repetition repetition(double times, loa::seeded_random& random, double wide) {
  using loa::bench::better;
  const auto now = times * noise(random, wide);
  return {{{"last", "ms", 30 * now, better::lower},
           {"rate", "1/s", 1000 / now, better::higher},
           {"memory", "B", 2000 * noise(random, 0.002), better::lower},
           {"message", "B", 500, better::neither},
           {"missed", "", 0, better::lower}},
          {latencies("delivery", 20 * now, random)},
          {},
          {0.3, 0.1, 0.02, 0}};
}

inline loa::bench::contender_record contender(const std::string& name, std::size_t repetitions,
                                              double times, loa::seeded_random& random,
                                              double wide) {
  loa::bench::contender_record out{name, "version of " + name, {{"threads", "1"}}, {}};
  for (std::size_t i = 0; i < repetitions; ++i)
    out.repetitions.push_back(repetition(times, random, wide));
  return out;
}

inline loa::bench::run_record run(std::uint64_t seed, std::size_t repetitions = 6, speeds s = {},
                                  bool with_floor = true, double wide = 0.05) {
  loa::seeded_random random(seed);
  loa::bench::run_record out;
  out.command = "loa bench gateway --connections 500";
  out.began = loa::from_millis(1'790'000'000'000);
  out.ended = loa::from_millis(1'790'000'060'000);
  out.seed = 1;
  out.where = {"A processor", 2,         8'000'000'000, "A system", "Linux 6",
               "GCC 12",      "Release", "0.1.0",       "abc1234"};
  loa::bench::section in{"gateway", "An alert to many", {{"connections", "500"}}, {}, {}, {}};
  in.contenders.push_back(contender("Loa", repetitions, s.ours * s.machine, random, wide));
  if (with_floor)
    in.contenders.push_back(contender("floor", repetitions, 0.2 * s.machine, random, wide));
  out.sections.push_back(std::move(in));
  return out;
}

} // namespace example
