#include <loa/model/geo.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace loa::model {

namespace {

constexpr double earth_km = 6371.0088;

double radians(double degrees) {
  return degrees * std::numbers::pi / 180;
}

/// Twice the signed area of a, b, c: on which side of a-b lies c.
double turn(const geo_point& a, const geo_point& b, const geo_point& c) {
  return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon);
}

bool between(const geo_point& a, const geo_point& b, const geo_point& p) {
  return p.lon >= std::min(a.lon, b.lon) && p.lon <= std::max(a.lon, b.lon) &&
         p.lat >= std::min(a.lat, b.lat) && p.lat <= std::max(a.lat, b.lat);
}

bool on_edge(const geo_point& a, const geo_point& b, const geo_point& p) {
  return turn(a, b, p) == 0 && between(a, b, p);
}

bool opposite(double x, double y) {
  return (x > 0 && y < 0) || (x < 0 && y > 0);
}

/// The two edges cross at a point inside both.
bool cross(const geo_point& a, const geo_point& b, const geo_point& c, const geo_point& d) {
  return opposite(turn(a, b, c), turn(a, b, d)) && opposite(turn(c, d, a), turn(c, d, b));
}

bool meet(const geo_point& a, const geo_point& b, const geo_point& c, const geo_point& d) {
  return cross(a, b, c, d) || on_edge(a, b, c) || on_edge(a, b, d) || on_edge(c, d, a) ||
         on_edge(c, d, b);
}

enum class side { inside, edge, outside };

/// Counts how often a ray to the east crosses the ring.
side where(const ring& r, const geo_point& p) {
  bool inside = false;
  for (std::size_t i = 0; i + 1 < r.size(); ++i) {
    const auto& a = r[i];
    const auto& b = r[i + 1];
    if (on_edge(a, b, p)) return side::edge;
    if ((a.lat > p.lat) != (b.lat > p.lat) &&
        p.lon < (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat) + a.lon)
      inside = !inside;
  }
  return inside ? side::inside : side::outside;
}

template <class Test>
bool any_edge(const ring& r, Test&& test) {
  for (std::size_t i = 0; i + 1 < r.size(); ++i)
    if (test(r[i], r[i + 1])) return true;
  return false;
}

template <class Test>
bool any_edge(const polygon& area, Test&& test) {
  return any_edge(area.outer, test) ||
         std::ranges::any_of(area.holes, [&](const ring& h) { return any_edge(h, test); });
}

template <class Meeting>
bool boundaries(const polygon& x, const polygon& y, Meeting&& meeting) {
  return any_edge(x, [&](const geo_point& a, const geo_point& b) {
    return any_edge(y, [&](const geo_point& c, const geo_point& d) { return meeting(a, b, c, d); });
  });
}

/// From the centre to the nearest point of an edge, on a plane that touches the earth at the
/// centre.
double edge_distance_km(const geo_point& centre, const geo_point& a, const geo_point& b) {
  const double scale = std::cos(radians(centre.lat));
  const double ax = (a.lon - centre.lon) * scale;
  const double ay = a.lat - centre.lat;
  const double dx = (b.lon - a.lon) * scale;
  const double dy = b.lat - a.lat;
  const double length = dx * dx + dy * dy;
  const double t = length == 0 ? 0 : std::clamp(-(ax * dx + ay * dy) / length, 0.0, 1.0);
  return radians(std::hypot(ax + t * dx, ay + t * dy)) * earth_km;
}

bool touches(const polygon& area, const circle& c) {
  return contains(area, c.centre) || any_edge(area, [&](const geo_point& a, const geo_point& b) {
           return edge_distance_km(c.centre, a, b) <= c.radius_km;
         });
}

bool touches(const polygon& x, const polygon& y) {
  return boundaries(x, y, meet) || contains(x, y.outer.front()) || contains(y, x.outer.front());
}

bool covered(const polygon& area, const circle& c) {
  return std::ranges::all_of(area.outer, [&](const geo_point& p) { return contains(c, p); });
}

bool covered(const polygon& area, const polygon& by) {
  if (boundaries(area, by, cross)) return false;
  if (!std::ranges::all_of(area.outer, [&](const geo_point& p) { return contains(by, p); }))
    return false;
  // Every corner may lie inside while a hole, or a notch with its corners on the edge, does not.
  const auto inside_area = [&](const geo_point& p) { return where(area.outer, p) == side::inside; };
  return std::ranges::none_of(by.outer, inside_area) &&
         std::ranges::none_of(by.holes,
                              [&](const ring& h) { return std::ranges::any_of(h, inside_area); });
}

} // namespace

bool valid(const geo_point& p) noexcept {
  return p.lat >= -90 && p.lat <= 90 && p.lon >= -180 && p.lon <= 180;
}

bool closed(const ring& r) noexcept {
  return r.size() >= 4 && r.front() == r.back() &&
         std::ranges::all_of(r, [](const geo_point& p) { return valid(p); });
}

bool contains(const polygon& area, const geo_point& p) noexcept {
  const auto outer = where(area.outer, p);
  if (outer != side::inside) return outer == side::edge;
  return std::ranges::none_of(area.holes,
                              [&](const ring& h) { return where(h, p) == side::inside; });
}

bool contains(const circle& area, const geo_point& p) noexcept {
  return distance_km(area.centre, p) <= area.radius_km;
}

bool touches(const polygon& area, const shape& other) noexcept {
  return std::visit([&](const auto& o) { return touches(area, o); }, other);
}

bool covered(const polygon& area, const shape& other) noexcept {
  return std::visit([&](const auto& o) { return covered(area, o); }, other);
}

double distance_km(const geo_point& a, const geo_point& b) noexcept {
  const double lat = std::sin(radians(b.lat - a.lat) / 2);
  const double lon = std::sin(radians(b.lon - a.lon) / 2);
  const double h = lat * lat + std::cos(radians(a.lat)) * std::cos(radians(b.lat)) * lon * lon;
  return 2 * earth_km * std::asin(std::min(1.0, std::sqrt(h)));
}

} // namespace loa::model
