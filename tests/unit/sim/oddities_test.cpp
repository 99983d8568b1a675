#include "tests/rehearsal/days.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

// Entities that do at random what no sensible entity does; ./dev simulate tries more seeds.

using namespace loa;
using namespace std::chrono_literals;
using sim::weather;

namespace {

std::string told(const sim::rehearsal_end& end, weather sky) {
  auto text = fmt::format("rehearse_oddities --seed {} --hours 0.25 --faults {} --nodes {}\n",
                          end.seed, to_string(sky), end.nodes);
  for (const auto& b : end.broken) text += b.who + ": " + b.what + "\n";
  return text;
}

sim::rehearsal_end quarter_of_an_hour(std::uint64_t seed, weather sky, std::size_t nodes,
                                      odd::repertoire r) {
  odd::days d(r);
  sim::rehearsal_options o;
  o.seed = seed;
  o.nodes = nodes;
  o.lasts = 15min;
  o.sky = sky;
  return rehearse(d, o).value();
}

void try_seeds(std::uint64_t most, odd::repertoire r) {
  for (std::uint64_t seed = 1; seed <= most; ++seed)
    for (const auto sky : {weather::rain, weather::storm}) {
      const auto end = quarter_of_an_hour(seed, sky, seed % 3 == 0 ? 1 : 3, r);
      INFO(told(end, sky));
      CHECK(end.broken.empty());
    }
}

} // namespace

TEST_CASE("sensible entities that found, post, publish and remind keep all that they answered") {
  try_seeds(20, {.wild = false});
}

TEST_CASE(
    "whatever an entity decides is kept and can be read again, or refused and leaves no trace") {
  try_seeds(30, {});
}
