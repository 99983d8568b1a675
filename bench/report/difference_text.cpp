#include <bench/report/difference.hpp>

#include <cmath>

namespace loa::bench {

namespace {

/// What JSON can carry: a change from 0 has no number.
std::optional<double> finite(double v) {
  return std::isfinite(v) ? std::optional(v) : std::nullopt;
}

struct change_form {
  std::optional<double> times;
  std::optional<double> low;
  std::optional<double> high;
  double confidence = 0;
  static void describe(auto& self, auto& f) {
    f.optional("times", self.times);
    f.optional("low", self.low);
    f.optional("high", self.high);
    f("confidence", self.confidence);
  }
  bool operator==(const change_form&) const = default;
};

struct figure_form {
  std::string scenario;
  std::string figure;
  std::string unit;
  better is = better::lower;
  std::vector<double> before;
  std::vector<double> after;
  change_form changed;
  std::optional<change_form> relative;
  std::string relative_to;
  double chance = 1;
  std::optional<double> told_from;
  finding found = finding::same;
  static void describe(auto& self, auto& f) {
    f("scenario", self.scenario);
    f("figure", self.figure);
    f("unit", self.unit);
    f("better", self.is);
    f("before", self.before);
    f("after", self.after);
    f("change", self.changed);
    f.optional("relative", self.relative);
    f.optional("relative_to", self.relative_to);
    f("chance", self.chance);
    f.optional("told_from", self.told_from);
    f("found", self.found);
  }
};

struct difference_form {
  bool slower = false;
  bool cannot_tell = false;
  bool same_machine = true;
  std::uint64_t repetitions_needed = 0;
  std::uint64_t scenarios_judged = 0;
  std::vector<figure_form> figures;
  std::vector<std::string> left_out;
  std::vector<std::string> circumstances;
  static void describe(auto& self, auto& f) {
    f("slower", self.slower);
    f("cannot_tell", self.cannot_tell);
    f("same_machine", self.same_machine);
    f("repetitions_needed", self.repetitions_needed);
    f("scenarios_judged", self.scenarios_judged);
    f("figures", self.figures);
    f("left_out", self.left_out);
    f("circumstances", self.circumstances);
  }
};

change_form form_of(const change& c) {
  return {finite(c.times), finite(c.low), finite(c.high), c.confidence};
}

} // namespace

std::string to_text(const difference& d) {
  difference_form out{d.slower(),           d.cannot_tell(),    d.same_machine,
                      d.repetitions_needed, d.scenarios_judged, {},
                      d.left_out,           d.circumstances};
  for (const auto& f : d.figures) {
    const auto& v = f.values;
    out.figures.push_back({v.scenario, v.figure, v.unit, v.is, v.before, v.after,
                           form_of(f.changed),
                           f.relative ? std::optional(form_of(*f.relative)) : std::nullopt,
                           v.relative_to, f.chance, f.told_from, f.found});
  }
  return wire::to_json(out, 1) + "\n";
}

} // namespace loa::bench
