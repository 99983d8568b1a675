#include <bench/report/contents.hpp>
#include <bench/report/samples.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace loa::bench {

namespace {

/// They do the least that the same work takes, with nothing of ours.
constexpr std::array<std::string_view, 2> yardsticks{"floor", "raw LMDB"};
constexpr std::array<std::string_view, 5> times{"ns", "us", "µs", "ms", "s"};

bool is_time(std::string_view unit) {
  return unit.ends_with("/s") || std::ranges::find(times, unit) != times.end();
}

/// A figure or a quantile of latencies, by its name.
struct quantity {
  figure what;
  std::string latencies; ///< Empty for a figure.
  double share = 0;
};

std::optional<double> value_in(const repetition& r, const quantity& q) {
  if (q.latencies.empty()) {
    const auto found = std::ranges::find(r.figures, q.what.name, &figure::name);
    if (found == r.figures.end() || found->unit != q.what.unit || found->is != q.what.is)
      return std::nullopt;
    return found->value;
  }
  const auto h = latencies_of(r, q.latencies);
  if (h.empty()) return std::nullopt;
  return static_cast<double>(h.at(q.share)) / 1e6;
}

std::vector<double> values_in(const contender_record& of, const quantity& q) {
  std::vector<double> out;
  for (const auto& r : of.repetitions)
    if (const auto v = value_in(r, q)) out.push_back(*v);
  return out;
}

/// Repetition by repetition, as they were made side by side.
std::vector<double> relative_values(const contender_record& ours, const contender_record& than,
                                    const quantity& q) {
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min(ours.repetitions.size(), than.repetitions.size()); ++i) {
    const auto a = value_in(ours.repetitions[i], q);
    const auto b = value_in(than.repetitions[i], q);
    if (a && b && *b > 0) out.push_back(*a / *b);
  }
  return out;
}

std::vector<quantity> quantities_of(const contender_record& of) {
  section alone;
  alone.contenders.push_back(of);
  std::vector<quantity> out;
  for (const auto& f : figures_in(alone))
    if (f.is != better::neither) out.push_back({f, {}, 0});
  for (const auto& name : latencies_in(alone))
    for (const auto& [words, share] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}})
      out.push_back({{fmt::format("{} {}", name, words), "ms", 0, better::lower}, name, share});
  return out;
}

bool usable(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double v) { return std::isfinite(v) && v >= 0; });
}

void compare_section(const section& before, const section& after, samples& into) {
  const auto& ours = before.contenders.front();
  const auto* same = find(after, ours.name);
  if (!same) {
    into.left_out.push_back(
        fmt::format("{}: {} is not in the second run.", before.scenario, ours.name));
    return;
  }
  for (const auto& q : quantities_of(ours)) {
    sample s{before.scenario,    q.what.name,         q.what.unit, q.what.is, is_time(q.what.unit),
             values_in(ours, q), values_in(*same, q), {},          {},        {}};
    if (s.before.empty() || s.after.empty()) {
      into.left_out.push_back(fmt::format("{}: {} is not in the second run, or means something "
                                          "else there.",
                                          s.scenario, s.figure));
      continue;
    }
    if (!usable(s.before) || !usable(s.after)) {
      into.left_out.push_back(
          fmt::format("{}: {} is below 0, which is no figure.", s.scenario, s.figure));
      continue;
    }
    for (const auto name : yardsticks) {
      const auto* then = find(before, name);
      const auto* now = find(after, name);
      if (name == ours.name || !s.timed || !then || !now || then->version != now->version) continue;
      s.before_relative = relative_values(ours, *then, q);
      s.after_relative = relative_values(*same, *now, q);
      s.relative_to = name;
      if (!s.before_relative.empty() && !s.after_relative.empty()) break;
      s.before_relative = s.after_relative = {};
      s.relative_to.clear();
    }
    into.all.push_back(std::move(s));
  }
  for (const auto& q : quantities_of(*same))
    if (values_in(ours, q).empty())
      into.left_out.push_back(
          fmt::format("{}: {} is only in the second run.", before.scenario, q.what.name));
}

std::vector<setting> sorted(std::vector<setting> of) {
  std::ranges::sort(of, {}, [](const setting& s) { return std::pair(s.name, s.value); });
  return of;
}

} // namespace

samples samples_of(const run_record& before, const run_record& after) {
  samples out;
  std::vector<bool> taken(after.sections.size(), false);
  for (const auto& a : before.sections) {
    std::size_t found = after.sections.size();
    bool other_settings = false;
    for (std::size_t i = 0; i < after.sections.size() && found == after.sections.size(); ++i) {
      const auto& b = after.sections[i];
      if (taken[i] || b.scenario != a.scenario) continue;
      if (sorted(b.settings) == sorted(a.settings))
        found = i;
      else
        other_settings = true;
    }
    if (found == after.sections.size()) {
      out.left_out.push_back(
          fmt::format("{} ({}) {}.", a.scenario, a.title,
                      other_settings ? "was measured with other settings in the second run: "
                                       "the two cannot be compared"
                                     : "is not in the second run"));
      continue;
    }
    taken[found] = true;
    if (!a.contenders.empty()) compare_section(a, after.sections[found], out);
  }
  for (std::size_t i = 0; i < after.sections.size(); ++i)
    if (!taken[i] && std::ranges::find(before.sections, after.sections[i].scenario,
                                       &section::scenario) == before.sections.end())
      out.left_out.push_back(fmt::format("{} ({}) is only in the second run.",
                                         after.sections[i].scenario, after.sections[i].title));
  return out;
}

} // namespace loa::bench
