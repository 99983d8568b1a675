#include <bench/report/charts.hpp>
#include <bench/report/contents.hpp>
#include <bench/report/drawing.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/scale.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace loa::bench {

namespace {

struct series {
  std::size_t contender = 0;
  std::string name;
  histogram all;
  std::vector<histogram> repetitions;
};

constexpr double beside_names = 24;

double ms(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

/// The largest of n values stands for the shares above 1 - 1/n; half of that is drawn of it.
double last_share(std::uint64_t values) {
  return 1 - 1 / (2 * static_cast<double>(std::max<std::uint64_t>(values, 1)));
}

std::vector<series> series_of(const section& s, std::string_view name) {
  std::vector<series> out;
  for (std::size_t i = 0; i < s.contenders.size(); ++i) {
    series one{i, s.contenders[i].name, {}, {}};
    for (const auto& r : s.contenders[i].repetitions) {
      auto h = latencies_of(r, name);
      if (h.empty()) continue;
      one.all.merge(h);
      one.repetitions.push_back(std::move(h));
    }
    if (!one.all.empty()) out.push_back(std::move(one));
  }
  return out;
}

struct axes {
  scale x;
  scale y;
  double left, right, top, bottom;
};

axes axes_for(const std::vector<series>& all, double width, double height, bool narrow) {
  const double left = 52;
  double names = text_width("max 99.9", drawing::letter);
  for (const auto& s : all) names = std::max(names, text_width(s.name, drawing::letter) + 4);
  const double right = width - beside_names - std::min(names, narrow ? 84.0 : 150.0);
  const double top = 30;
  const double bottom = height - 42;
  std::uint64_t most = 5;
  std::uint64_t smallest = ~std::uint64_t{0};
  std::uint64_t largest = 0;
  for (const auto& s : all) {
    most = std::max(most, s.all.count());
    smallest = std::min(smallest, s.all.at(0.05));
    largest = std::max(largest, s.all.largest());
  }
  const auto x = scale::percentiles(last_share(most), left, right);
  if (better_logarithmic(ms(smallest), ms(largest)))
    return {x,    scale::logarithmic(round_down(ms(smallest)), round_up(ms(largest)), bottom, top),
            left, right,
            top,  bottom};
  return {x,    scale::linear(0, std::max(ms(largest), 1e-6) * 1.04, bottom, top),
          left, right,
          top,  bottom};
}

void draw_axes(drawing& d, const axes& a, bool logarithmic) {
  for (const auto& t : a.y.ticks(8)) {
    const auto y = a.y(t.at);
    d.line({a.left, y}, {a.right, y}, "grid");
    d.text({a.left - 8, y + 4}, t.label, "small", anchor::end);
  }
  double free_from = 0;
  for (const auto& t : a.x.ticks(0)) {
    const auto x = a.x(t.at);
    d.line({x, a.top}, {x, a.bottom}, "grid");
    const auto half = text_width(t.label, 12) / 2;
    if (x - half < free_from) continue;
    free_from = x + half + 3;
    d.text({x, a.bottom + 17}, t.label, "small", anchor::middle);
  }
  d.line({a.left, a.bottom}, {a.right, a.bottom}, "axis");
  d.text({0, 13}, logarithmic ? "ms, logarithmic" : "ms", "small");
  d.text({(a.left + a.right) / 2, a.bottom + 36}, "percentile, logarithmic in what lies above",
         "small", anchor::middle);
}

/// What the quantile function does, step by step where a step can be seen.
std::vector<point> steps_of(const histogram& h, const axes& a) {
  constexpr double visible = 0.8;
  std::vector<point> out;
  double reached = a.left;
  std::uint64_t below = 0;
  for (const auto& b : h.bins()) {
    below += b.count;
    const auto share = static_cast<double>(below) / static_cast<double>(h.count());
    const auto x = below == h.count() ? a.x(last_share(h.count())) : a.x(share);
    const auto y = a.y(ms(std::min(b.to, h.largest())));
    if (out.empty() || x - reached >= visible || below == h.count()) {
      out.push_back({reached, y});
      out.push_back({x, y});
      reached = x;
    }
  }
  return out;
}

/// Between which values the repetitions lie, as far as all of them have values of their own.
std::vector<point> range_of(const series& s, const axes& a) {
  constexpr double apart = 3;
  if (s.repetitions.size() < 2) return {};
  std::uint64_t fewest = s.all.count();
  for (const auto& h : s.repetitions) fewest = std::min(fewest, h.count());
  std::vector<point> out;
  std::vector<point> back;
  const auto places = static_cast<int>((a.x(last_share(fewest)) - a.left) / apart);
  for (int i = 0; i <= places; ++i) {
    const auto x = a.left + i * apart;
    std::uint64_t low = ~std::uint64_t{0};
    std::uint64_t high = 0;
    for (const auto& h : s.repetitions) {
      const auto v = h.at(a.x.value_at(x));
      low = std::min(low, v);
      high = std::max(high, v);
    }
    out.push_back({x, a.y(ms(low))});
    back.push_back({x, a.y(ms(high))});
  }
  out.insert(out.end(), back.rbegin(), back.rend());
  return out;
}

void draw_line(drawing& d, const series& s, const axes& a) {
  d.begin_group(look_of(s.contender));
  d.polyline(steps_of(s.all, a), "line", dash_of(s.contender));
  for (const auto& t : a.x.ticks(0))
    if (t.at <= 1 - 1 / static_cast<double>(s.all.count()))
      d.mark({a.x(t.at), a.y(ms(s.all.at(t.at)))}, s.contender, 3.5, "mark");
  d.mark({a.x(last_share(s.all.count())), a.y(ms(s.all.largest()))}, s.contender, 4.5, "mark");
  d.end_group();
}

/// Names beside the ends of the lines, moved apart where they would cover each other.
void draw_names(drawing& d, std::vector<series> all, const axes& a) {
  std::ranges::sort(all, {}, [&](const series& s) { return a.y(ms(s.all.largest())); });
  const auto room = a.bottom - a.top;
  const auto apart = std::min(32.0, room / static_cast<double>(all.size()));
  std::vector<double> at;
  at.reserve(all.size());
  for (const auto& s : all)
    at.push_back(std::max(a.y(ms(s.all.largest())), at.empty() ? a.top : at.back() + apart));
  double lowest = a.bottom - apart / 2;
  for (auto y = at.rbegin(); y != at.rend(); ++y, lowest -= apart) *y = std::min(*y, lowest);
  const auto width = d.width() - a.right - beside_names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& s = all[i];
    d.begin_group(look_of(s.contender));
    d.line({a.x(last_share(s.all.count())) + 5, a.y(ms(s.all.largest()))},
           {a.right + beside_names - 4, at[i]}, "leader");
    d.text({a.right + beside_names, at[i] + 1}, fitted(s.name, width, drawing::letter), "name");
    if (apart >= 26)
      d.text({a.right + beside_names, at[i] + 16}, "max " + number(ms(s.all.largest())), "small");
    d.end_group();
  }
}

std::string in_words(const std::vector<series>& all) {
  std::string out;
  for (const auto& s : all)
    out += fmt::format("{}: half within {} ms, 99 % within {} ms, all {} within {} ms. ", s.name,
                       number(ms(s.all.at(0.5))), number(ms(s.all.at(0.99))),
                       number_of(s.all.count()), number(ms(s.all.largest())));
  return out;
}

} // namespace

std::string curve_of(const section& s, std::string_view latencies, const frame& in) {
  const auto all = series_of(s, latencies);
  if (all.empty()) return {};
  drawing d(in.width, in.narrow() ? 300 : 380);
  const auto a = axes_for(all, d.width(), d.height(), in.narrow());
  draw_axes(d, a, a.y.is_logarithmic());
  // More ranges than a few would only cover each other.
  constexpr std::size_t a_few = 4;
  for (const auto& one : all) {
    if (all.size() > a_few && one.contender != 0) continue;
    d.begin_group(look_of(one.contender));
    d.polygon(range_of(one, a), "range");
    d.end_group();
  }
  // Ours is drawn last and lies above the others.
  for (std::size_t i = all.size(); i-- > 0;) draw_line(d, all[i], a);
  draw_names(d, all, a);
  return d.finish(in.id, in.style, fmt::format("{}, by percentile", latencies), in_words(all));
}

} // namespace loa::bench
