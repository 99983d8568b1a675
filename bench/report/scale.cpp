#include <bench/report/numbers.hpp>
#include <bench/report/scale.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace loa::bench {

namespace {

constexpr double tiny = 1e-300;
constexpr double huge = 1e300;
constexpr std::array<double, 3> steps{1, 2, 5};

double finite(double v) {
  return std::isnan(v) ? 0 : std::clamp(v, -huge, huge);
}

double decade_below(double value) {
  return std::pow(10, std::floor(std::log10(std::clamp(value, tiny, huge))));
}

/// Millions are short, since long labels cover each other.
std::string label_of(double value) {
  constexpr double million = 1e6;
  constexpr double most = 1e12;
  return value >= million && value < most ? round_number(value / million) + "\u202fM"
                                          : round_number(value);
}

/// 0.99 is 2, 0.999 is 3.
double nines(double share) {
  return -std::log10(std::clamp(1 - share, 1e-12, 1.0));
}

std::vector<tick> round_steps(double from, double to, std::size_t about) {
  const auto wide = (to - from) / static_cast<double>(std::max<std::size_t>(about, 1));
  const auto step = round_up(wide);
  std::vector<tick> out;
  const auto first = std::ceil(from / step - 1e-9);
  // Counted, since adding 1 to a very large number changes nothing.
  for (std::size_t i = 0; i <= about + 1; ++i) {
    const auto value = (first + static_cast<double>(i)) * step;
    if (value > to + step * 1e-9) break;
    out.push_back({value, label_of(value)});
  }
  return out;
}

std::vector<tick> round_powers(double from, double to, std::size_t about) {
  // From each decade 1, 2 and 5, or only 1 where that would be too many, or every few decades.
  const auto decades = to - from;
  const bool dense = decades * 3 <= static_cast<double>(about) + 1;
  const auto every = std::max(1, static_cast<int>(std::ceil(decades / static_cast<double>(about))));
  const auto whole = static_cast<int>(std::ceil(from - 1e-9));
  std::vector<tick> out;
  for (int d = whole - 1; d <= static_cast<int>(std::floor(to + 1e-9)); ++d) {
    for (const auto step : steps) {
      const auto value = step * std::pow(10, d);
      const auto place = std::log10(value);
      if (place < from - 1e-9 || place > to + 1e-9) continue;
      if (step > 1 ? dense : (d - whole) % every == 0) out.push_back({value, label_of(value)});
    }
  }
  return out;
}

std::vector<tick> nines_up_to(double to) {
  std::vector<tick> out{{0.5, "50"}};
  for (int n = 1; n <= static_cast<int>(to + 1e-9); ++n)
    out.push_back(
        {1 - std::pow(10, -n), n < 3 ? (n == 1 ? "90" : "99")
                                     : "99." + std::string(static_cast<std::size_t>(n) - 2, '9')});
  return out;
}

} // namespace

scale::scale(kind k, double from, double to, double first, double last)
    : kind_(k),
      from_(from),
      to_(to > from ? to : from + 1),
      first_(first),
      last_(last) {}

scale scale::linear(double from, double to, double first, double last) {
  return {kind::linear, finite(from), finite(to), first, last};
}

scale scale::logarithmic(double from, double to, double first, double last) {
  const auto at = [](double v) { return std::log10(std::clamp(finite(v), tiny, huge)); };
  return {kind::logarithmic, at(from), at(to), first, last};
}

scale scale::percentiles(double most, double first, double last) {
  return {kind::percentiles, 0, nines(most), first, last};
}

double scale::inner(double value) const {
  if (kind_ == kind::percentiles) return nines(finite(value));
  if (kind_ == kind::logarithmic) return std::log10(std::clamp(finite(value), tiny, huge));
  return finite(value);
}

double scale::operator()(double value) const {
  const auto share = std::clamp((inner(value) - from_) / (to_ - from_), 0.0, 1.0);
  return first_ + share * (last_ - first_);
}

double scale::value_at(double place) const {
  const auto share = std::clamp((place - first_) / (last_ - first_), 0.0, 1.0);
  const auto at = from_ + share * (to_ - from_);
  if (kind_ == kind::percentiles) return 1 - std::pow(10, -at);
  return kind_ == kind::logarithmic ? std::pow(10, at) : at;
}

std::vector<tick> scale::ticks(std::size_t about) const {
  if (kind_ == kind::percentiles) return nines_up_to(to_);
  if (kind_ == kind::logarithmic) return round_powers(from_, to_, std::max<std::size_t>(about, 1));
  return round_steps(from_, to_, about);
}

bool better_logarithmic(double smallest, double largest) {
  constexpr double too_far_apart = 12;
  return smallest > 0 && largest > smallest * too_far_apart;
}

double round_up(double value) {
  if (!(value > tiny)) return 1;
  const auto decade = decade_below(value);
  for (const auto s : steps)
    if (s * decade >= value * (1 - 1e-9)) return s * decade;
  return 10 * decade;
}

double round_down(double value) {
  if (!(value > tiny)) return 0;
  const auto decade = decade_below(value);
  double out = decade;
  for (const auto s : steps)
    if (s * decade <= value * (1 + 1e-9)) out = s * decade;
  return out;
}

} // namespace loa::bench
