#pragma once

#include <variant>
#include <vector>

/// \file
/// Shapes on the ground, in degrees of WGS 84. Lines between points are straight in latitude and
/// longitude, as CAP and GeoJSON have them; shapes do not cross the antimeridian. All functions are
/// pure, and exact enough for the size of a commune.
namespace loa::model {

struct geo_point {
  double lat = 0; ///< -90 to 90, north is positive.
  double lon = 0; ///< -180 to 180, east is positive.
  bool operator==(const geo_point&) const = default;
};

/// Closed: the first and the last point are the same; at least four points.
using ring = std::vector<geo_point>;

/// An area inside its outer ring and outside of its holes.
struct polygon {
  ring outer;
  std::vector<ring> holes;
  bool operator==(const polygon&) const = default;
};

struct circle {
  geo_point centre;
  double radius_km = 0;
  bool operator==(const circle&) const = default;
};

using shape = std::variant<polygon, circle>;

/// True for a finite point within the ranges above.
[[nodiscard]] bool valid(const geo_point& p) noexcept;
/// True for at least four valid points of which the first is the last.
[[nodiscard]] bool closed(const ring& r) noexcept;

/// True if `p` lies in the polygon or on its edge.
[[nodiscard]] bool contains(const polygon& area, const geo_point& p) noexcept;
/// True if `p` lies in the circle or on its edge.
[[nodiscard]] bool contains(const circle& area, const geo_point& p) noexcept;

/// True if the two have a point in common.
[[nodiscard]] bool touches(const polygon& area, const shape& other) noexcept;
/// True if the whole of `area` lies in `other`.
[[nodiscard]] bool covered(const polygon& area, const shape& other) noexcept;

/// Kilometres along a great circle of a sphere of 6371.0088 km.
[[nodiscard]] double distance_km(const geo_point& a, const geo_point& b) noexcept;

} // namespace loa::model
