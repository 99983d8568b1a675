#include <loa/city/checks.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::city {

namespace {

/// What people were ever told of a report stands in it still: it only grows.
std::string lost_of(const report_record& r, const model::report& now) {
  if (r.answered && now.text != r.text) return "has another text than it was accepted with";
  const auto& before = r.last.history;
  if (now.history.size() < before.size() ||
      !std::equal(before.begin(), before.end(), now.history.begin()))
    return "has lost something of its history that was shown";
  if (r.last.rating && now.rating != r.last.rating && now.times_reopened == r.last.times_reopened)
    return "has lost the rating that was accepted";
  return {};
}

} // namespace

void judge_memory(const surroundings& in, const testimony& t, std::vector<broken>& out) {
  const auto accuse = [&](int promise, std::string who, std::string what) {
    out.push_back({promise, std::move(who), std::move(what), in.now()});
  };
  std::map<path, std::uint64_t> accepted;
  std::map<path, std::vector<model::bulletin_id>> unknown;
  for (const auto& [id, p] : in.notes.bulletins) {
    if (!p.accepted()) continue;
    ++accepted[p.bulletin.unit];
    const auto found = t.over.find(id);
    if (found != t.over.end() && !found->second.known) unknown[p.bulletin.unit].push_back(id);
  }
  for (const auto& [unit, own] : t.figures) {
    const auto& f = own.figures.bulletins;
    const auto counted = f.published;
    if (counted < accepted[unit])
      accuse(1, "unit/" + unit.str(),
             fmt::format("has accepted {} bulletins and counts {}; it does not know {}",
                         accepted[unit], counted,
                         unknown[unit].empty() ? "one" : unknown[unit].front()));
  }
  for (const auto& d : in.notes.devices) {
    const auto listed = t.devices.find(d.unit);
    if (d.registered && listed != t.devices.end() &&
        !listed->second.contains(std::string(d.who.local())))
      accuse(1, d.who.str(), "was registered and is not on its unit's list");
  }
  for (const auto& [code, r] : in.notes.reports) {
    const auto found = t.reports.find(code);
    if (found == t.reports.end() || !found->second) continue; // judged elsewhere
    if (const auto lost = lost_of(r, *found->second); !lost.empty())
      accuse(1, "report/" + code, lost);
  }
}

} // namespace loa::city
