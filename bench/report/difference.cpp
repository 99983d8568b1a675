#include <bench/report/difference.hpp>
#include <bench/report/judged.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace loa::bench {

namespace {

/// Two sets of values of which the second is higher where something became worse.
struct sides {
  std::vector<double> before;
  std::vector<double> after;
};

sides as_it_stands(const sample& s) {
  return s.is == better::lower ? sides{s.before, s.after} : sides{s.after, s.before};
}

/// Divided by the floor's. A rate of a faster floor is higher, too, so the quotient turns as well.
sides beside_the_floor(const sample& s) {
  return s.is == better::lower ? sides{s.before_relative, s.after_relative}
                               : sides{s.after_relative, s.before_relative};
}

/// Which of the two say something about the program here.
std::vector<sides> decisive(const sample& s, bool same_machine) {
  std::vector<sides> out;
  const bool floor = !s.before_relative.empty();
  if (same_machine || !floor) out.push_back(as_it_stands(s));
  if (floor) out.push_back(beside_the_floor(s));
  return out;
}

/// Where all values of both runs are equal, no test can ever tell anything: it is not counted.
bool constant(const sample& s) {
  const auto equal = [&](double v) { return v == s.before.front(); };
  return std::ranges::all_of(s.before, equal) && std::ranges::all_of(s.after, equal);
}

change change_of(const std::vector<double>& before, const std::vector<double>& after) {
  const auto f = factor_between(before, after);
  return {f.median, f.low, f.high, f.confidence};
}

std::vector<sides> turned(std::vector<sides> all) {
  for (auto& s : all) std::swap(s.before, s.after);
  return all;
}

/// The probability that all of them are worse by chance is at most that of the likeliest.
double chance_of(const std::vector<sides>& all) {
  double out = 0;
  for (const auto& s : all) out = std::max(out, chance_that_higher(s.before, s.after));
  return out;
}

bool far_enough(const std::vector<sides>& all, double threshold) {
  return std::ranges::all_of(all, [&](const sides& s) {
    return factor_between(s.before, s.after).median >= 1 + threshold;
  });
}

/// Holm's correction: the smallest of k chances counts k times, the next k - 1 times, and none less
/// than the one before it.
std::vector<double> corrected(const std::vector<double>& chances) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return chances[i]; });
  std::vector<double> out(chances.size(), 1);
  double least = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto times = static_cast<double>(order.size() - rank);
    least = std::max(least, std::min(1.0, chances[order[rank]] * times));
    out[order[rank]] = least;
  }
  return out;
}

/// The smallest factor that would have been called worse, the noise being what it is.
std::optional<double> told_from(const sides& s, double chance) {
  const auto needed = wins_needed(s.before.size(), s.after.size(), chance);
  if (!needed) return std::nullopt;
  const auto shift = factor_between(s.before, s.after).median;
  if (!std::isfinite(shift) || shift <= 0) return std::nullopt;
  std::vector<double> factors;
  for (std::size_t i = 0; i < std::min(s.before.size(), most_ranked); ++i)
    for (std::size_t j = 0; j < std::min(s.after.size(), most_ranked); ++j)
      factors.push_back(s.after[j] > 0 ? s.before[i] / (s.after[j] / shift) : INFINITY);
  std::ranges::sort(factors);
  if (*needed == 0) return 1;
  return factors[std::min(*needed, factors.size()) - 1];
}

std::optional<double> told_from(const std::vector<sides>& all, double chance, double threshold) {
  double out = 1 + threshold;
  for (const auto& s : all) {
    const auto one = told_from(s, chance);
    if (!one) return std::nullopt;
    out = std::max(out, *one);
  }
  if (!std::isfinite(out)) return std::nullopt;
  return out;
}

bool can_tell(const std::vector<sides>& all, double chance) {
  return std::ranges::all_of(all, [&](const sides& s) {
    return wins_needed(s.before.size(), s.after.size(), chance).has_value();
  });
}

struct answer {
  double chance = 1; ///< Corrected.
  bool yes = false;
};

/// The figures of one scenario that could be called anything, and how many more repetitions could
/// tell something about. What is corrected for is their number.
struct family {
  std::vector<std::size_t> counted; ///< Indices.
  std::size_t open = 0;
};

/// One question about all figures of each family; for the others the answer is no.
std::vector<answer> called(const std::vector<compared_figure>& figures,
                           const std::map<std::string, family>& families, auto question,
                           const difference_options& options) {
  std::vector<answer> out(figures.size());
  for (const auto& [_, of] : families) {
    std::vector<double> chances;
    for (const auto i : of.counted) chances.push_back(chance_of(question(figures[i].values)));
    chances = corrected(chances);
    for (std::size_t k = 0; k < of.counted.size(); ++k) {
      const auto i = of.counted[k];
      out[i] = {chances[k], chances[k] <= options.chance &&
                                far_enough(question(figures[i].values), options.threshold)};
    }
  }
  return out;
}

std::size_t repetitions_for(std::size_t figures, double chance) {
  const auto each = chance / static_cast<double>(std::max<std::size_t>(figures, 1));
  std::size_t n = 1;
  while (n < most_ranked && !wins_needed(n, n, each)) ++n;
  return n;
}

} // namespace

bool difference::slower() const {
  return std::ranges::find(figures, finding::worse, &compared_figure::found) != figures.end();
}

bool difference::cannot_tell() const {
  const auto open = [](const compared_figure& f) { return f.found == finding::not_known; };
  return std::ranges::any_of(figures, open) &&
         std::ranges::all_of(figures, [&](const compared_figure& f) {
           return open(f) || f.found == finding::equal || f.found == finding::shown;
         });
}

double difference::chance_of_any(double chance) const {
  return 1 - std::pow(1 - chance, static_cast<double>(scenarios_judged));
}

difference compare(const run_record& before, const run_record& after,
                   const difference_options& options) {
  difference out;
  auto found = samples_of(before, after);
  out.left_out = std::move(found.left_out);
  out.circumstances = differing(before, after);
  out.same_machine = same_machine(before.where, after.where);
  const auto both = [&](const sample& s) { return decisive(s, out.same_machine); };
  const auto is_judged = judged(found.all);
  std::map<std::string, family> families;
  for (std::size_t i = 0; i < found.all.size(); ++i) {
    auto& s = found.all[i];
    // A figure that no outcome could call worse is not among those that chance may.
    const auto state = constant(s)                         ? finding::equal
                       : !is_judged[i]                     ? finding::shown
                       : can_tell(both(s), options.chance) ? finding::same
                                                           : finding::not_known;
    auto& of = families[s.scenario];
    of.open += state == finding::same || state == finding::not_known ? 1 : 0;
    if (state == finding::same) of.counted.push_back(i);
    compared_figure f{std::move(s), {}, {}, 1, {}, state};
    f.changed = change_of(f.values.before, f.values.after);
    if (!f.values.before_relative.empty())
      f.relative = change_of(f.values.before_relative, f.values.after_relative);
    out.figures.push_back(std::move(f));
  }
  for (const auto& [_, of] : families) {
    out.scenarios_judged += of.counted.empty() ? 0 : 1;
    out.repetitions_needed =
        std::max(out.repetitions_needed, repetitions_for(of.open, options.chance));
  }

  const auto backwards = [&](const sample& s) { return turned(both(s)); };
  const auto alone = [](const sample& s) { return std::vector{as_it_stands(s)}; };
  const auto worse = called(out.figures, families, both, options);
  const auto improved = called(out.figures, families, backwards, options);
  const auto worse_alone = called(out.figures, families, alone, options);
  for (std::size_t i = 0; i < out.figures.size(); ++i) {
    auto& f = out.figures[i];
    if (f.found != finding::same) continue;
    const auto all = both(f.values);
    const auto each =
        options.chance / static_cast<double>(families[f.values.scenario].counted.size());
    f.chance = worse[i].chance;
    f.told_from = told_from(all, each, options.threshold);
    if (f.told_from && f.values.is == better::higher) f.told_from = 1 / *f.told_from;
    f.found = worse[i].yes          ? finding::worse
              : improved[i].yes     ? finding::improved
              : worse_alone[i].yes  ? finding::machine
              : can_tell(all, each) ? finding::same
                                    : finding::not_known;
  }
  return out;
}

} // namespace loa::bench
