#include <loa/base/limit.hpp>
#include <loa/base/probe.hpp>
#include <loa/sim/counts.hpp>
#include <loa/wire/describe.hpp>

#include <fstream>
#include <sstream>

namespace loa::sim {

counts& counts::operator+=(const counts& other) {
  for (const auto& [name, l] : other.limits) {
    auto& mine = limits[name];
    mine = {l.usual, l.floor, mine.crossed + l.crossed};
  }
  for (const auto& [name, n] : other.probes) probes[name] += n;
  return *this;
}

std::vector<std::string> counts::never() const {
  std::vector<std::string> names;
  for (const auto& [name, l] : limits)
    if (l.crossed == 0) names.push_back(name);
  for (const auto& [name, n] : probes)
    if (n == 0) names.push_back(name);
  return names;
}

counts counted_here() {
  counts all;
  for (const auto* l : limit::all())
    all.limits[std::string(l->name())] = {l->usual(), l->floor(), l->crossings()};
  for (const auto* p : probe::all()) all.probes[std::string(p->name())] += p->count();
  return all;
}

result<void> write_counts(const std::string& file, const counts& what) {
  std::ofstream out(file);
  out << wire::to_json(what, 2) << '\n' << std::flush;
  if (out) return {};
  return error{errc::unavailable, "The counts cannot be written to " + file + ".", {}};
}

result<counts> read_counts(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return error{errc::not_found, "There are no counts in " + file + ".", {}};
  auto read = wire::from_json<counts>(text.str());
  if (!read)
    return error{read.error().code, file + ": " + read.error().detail, read.error().pointer};
  return read;
}

} // namespace loa::sim
