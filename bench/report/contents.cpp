#include <bench/report/contents.hpp>

#include <algorithm>

namespace loa::bench {

namespace {

/// The names of a member of all repetitions, each once.
template <class Member>
std::vector<std::string> names_in(const section& s, Member member, auto name) {
  std::vector<std::string> out;
  for (const auto& c : s.contenders)
    for (const auto& r : c.repetitions)
      for (const auto& x : r.*member)
        if (std::ranges::find(out, x.*name) == out.end()) out.push_back(x.*name);
  return out;
}

} // namespace

std::vector<figure> figures_in(const section& s) {
  std::vector<figure> out;
  for (const auto& c : s.contenders)
    for (const auto& r : c.repetitions)
      for (const auto& f : r.figures)
        if (std::ranges::find(out, f.name, &figure::name) == out.end()) out.push_back(f);
  return out;
}

std::vector<std::string> latencies_in(const section& s) {
  return names_in(s, &repetition::latencies, &distribution::name);
}

std::vector<std::string> levels_in(const section& s) {
  return names_in(s, &repetition::levels, &level_reached::level);
}

histogram latencies_of(const repetition& of, std::string_view name) {
  histogram out;
  for (const auto& l : of.latencies)
    if (l.name == name)
      if (auto h = histogram::from_sparse(l.values)) out.merge(*h);
  return out;
}

} // namespace loa::bench
