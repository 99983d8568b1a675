#include <bench/measure/record.hpp>
#include <bench/measure/spread.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

constexpr wire::parse_limits file_limits{.octets = 256U << 20, .depth = 32};

result<void> check(const section& s, std::size_t at) {
  for (std::size_t c = 0; c < s.contenders.size(); ++c)
    for (std::size_t r = 0; r < s.contenders[c].repetitions.size(); ++r)
      for (const auto& l : s.contenders[c].repetitions[r].latencies)
        if (auto h = histogram::from_sparse(l.values); !h)
          return error{errc::malformed, h.error().detail,
                       fmt::format("/sections/{}/contenders/{}/repetitions/{}", at, c, r)};
  return {};
}

} // namespace

std::string to_text(const run_record& run) {
  return wire::to_json(run) + "\n";
}

result<run_record> from_text(std::string_view json) {
  auto run = wire::from_json<run_record>(json, file_limits);
  if (!run) return run.error();
  for (std::size_t i = 0; i < run->sections.size(); ++i)
    if (auto good = check(run->sections[i], i); !good) return good.error();
  return run;
}

std::vector<double> values_of(const contender_record& of, std::string_view figure) {
  std::vector<double> out;
  for (const auto& r : of.repetitions)
    for (const auto& f : r.figures)
      if (f.name == figure) out.push_back(f.value);
  return out;
}

histogram merged(const contender_record& of, std::string_view latencies) {
  histogram out;
  for (const auto& r : of.repetitions)
    for (const auto& l : r.latencies)
      if (l.name == latencies)
        if (auto h = histogram::from_sparse(l.values)) out.merge(*h);
  return out;
}

const contender_record* find(const section& in, std::string_view contender) {
  const auto found = std::ranges::find(in.contenders, contender, &contender_record::name);
  return found == in.contenders.end() ? nullptr : &*found;
}

std::vector<verdict> judge(const section& s) {
  std::vector<verdict> out;
  if (s.contenders.empty()) return out;
  for (const auto& t : s.targets) {
    const auto* theirs = find(s, t.than);
    if (!theirs) continue;
    verdict v{t, ratios(values_of(s.contenders.front(), t.figure), values_of(*theirs, t.figure)),
              0};
    v.median = spread_of(v.pairs).median;
    out.push_back(std::move(v));
  }
  return out;
}

} // namespace loa::bench
