#include "support.hpp"

#include <loa/model/geo.hpp>

using namespace loa::model;

namespace {

polygon square(double lat, double lon, double size) {
  return {{{lat, lon}, {lat, lon + size}, {lat + size, lon + size}, {lat + size, lon}, {lat, lon}},
          {}};
}

} // namespace

TEST_CASE("a point on the edge of a polygon is in it, one in a hole is not") {
  auto p = square(10, 106, 1);
  p.holes.push_back(square(10.4, 106.4, 0.2).outer);
  CHECK(contains(p, {10.1, 106.1}));
  CHECK(contains(p, {10, 106.5}));
  CHECK(contains(p, {10, 106}));
  CHECK_FALSE(contains(p, {10.5, 106.5}));
  CHECK(contains(p, {10.4, 106.5}));
  CHECK_FALSE(contains(p, {9.99, 106.5}));
  CHECK_FALSE(contains(p, {10.5, 107.01}));
}

TEST_CASE("polygons touch if they cross, share an edge or lie within each other") {
  const auto p = square(10, 106, 1);
  CHECK(touches(p, square(10.5, 106.5, 1)));
  CHECK(touches(p, square(11, 107, 1)));       // a corner
  CHECK(touches(p, square(10.4, 106.4, 0.1))); // inside
  CHECK(touches(p, square(9, 105, 5)));        // around
  CHECK_FALSE(touches(p, square(11.01, 106, 1)));
  // a cross, whose arms have no corner in each other
  const polygon tall{{{9, 106.4}, {9, 106.6}, {12, 106.6}, {12, 106.4}, {9, 106.4}}, {}};
  CHECK(touches(p, tall));
}

TEST_CASE("a polygon in the hole of another does not touch it") {
  auto ring_shaped = square(10, 106, 1);
  ring_shaped.holes.push_back(square(10.2, 106.2, 0.6).outer);
  CHECK_FALSE(touches(ring_shaped, square(10.4, 106.4, 0.1)));
  CHECK(touches(ring_shaped, square(10.1, 106.4, 0.2)));
}

TEST_CASE("a circle touches a polygon that comes within its radius") {
  const auto p = square(10, 106, 1);
  CHECK(touches(p, circle{{10.5, 106.5}, 0}));
  CHECK_FALSE(touches(p, circle{{11.1, 106.5}, 11}));
  CHECK(touches(p, circle{{11.1, 106.5}, 11.2})); // 0.1 degrees are 11.12 km
  CHECK(distance_km({10, 106}, {11, 106}) == Approx(111.195).epsilon(0.001));
}

TEST_CASE("a polygon is covered by what leaves none of it out") {
  const auto p = square(10, 106, 1);
  CHECK(covered(p, square(9, 105, 5)));
  CHECK(covered(p, p));
  CHECK_FALSE(covered(p, square(10, 106, 0.9)));
  CHECK(covered(p, circle{{10.5, 106.5}, 100}));
  CHECK_FALSE(covered(p, circle{{10.5, 106.5}, 60}));
  auto with_hole = square(9, 105, 5);
  with_hole.holes.push_back(square(10.4, 106.4, 0.1).outer);
  CHECK_FALSE(covered(p, with_hole));
}

TEST_CASE("points off the globe are not valid") {
  CHECK(valid({-90, 180}));
  CHECK_FALSE(valid({106.7, 10.8}));
  CHECK_FALSE(valid({0.0 / std::numeric_limits<double>::infinity(), 181}));
  CHECK_FALSE(valid({std::numeric_limits<double>::quiet_NaN(), 0}));
  CHECK_FALSE(closed({{0, 0}, {0, 1}, {0, 0}}));
  CHECK_FALSE(closed({{0, 0}, {0, 1}, {1, 1}, {1, 0}}));
}
