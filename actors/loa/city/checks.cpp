#include <loa/city/checks.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::city {

using namespace std::chrono_literals;

bool in_force(const surroundings& in, const published& p) {
  const auto now = in.world.time();
  return p.accepted() && p.bulletin.effective + 1min < now && now + 5min < p.bulletin.expires;
}

void judge_durability(const surroundings& in, const testimony& t, std::vector<broken>& out) {
  for (const auto& [id, p] : in.notes.bulletins) {
    if (!in_force(in, p)) continue;
    const auto who = "unit/" + p.bulletin.unit.str();
    const auto found = t.bulletins.find(id);
    if (found == t.bulletins.end())
      out.push_back({1, who, fmt::format("{} was accepted and is not there", id), in.now()});
    else if (found->second.position != p.position)
      out.push_back({1, who,
                     fmt::format("{} was accepted at position {} and stands at {}", id, p.position,
                                 found->second.position),
                     in.now()});
  }
}

void judge_reach(const surroundings& in, const testimony& t, std::vector<broken>& out) {
  const auto logged = [&](const name& who, const model::bulletin_id& id) {
    const auto its = t.logged.find(who);
    return its != t.logged.end() && its->second.contains(id);
  };
  for (const auto& [id, p] : in.notes.bulletins) {
    if (!in_force(in, p)) continue;
    const auto& b = p.bulletin;
    for (const auto& c : in.notes.citizens)
      if (b.goes_to(model::channel::app) && !c.first.contains(id) &&
          std::ranges::any_of(c.units, [&](const path& u) { return b.targets(u); }))
        out.push_back({2, c.who.str(), fmt::format("was never shown {}", id), in.now()});
    // Who was handed an emergency that could not be stored may know it when it comes again.
    if (p.unstored || in.notes.superseded(b)) continue;
    for (const auto& d : in.notes.devices) {
      const auto channel = d.kind == device::device_kind::board ? model::channel::board
                                                                : model::channel::loudspeaker;
      if (d.registered && b.goes_to(channel) && b.targets(d.unit) && !d.told.contains(id) &&
          !logged(d.who, id))
        out.push_back({2, d.who.str(), fmt::format("was never told to play {}", id), in.now()});
    }
  }
}

void judge_islands(const surroundings& in, const testimony& t, std::vector<broken>& out) {
  for (const auto& who : t.silent)
    out.push_back({5, who, "does not answer, though everything is well again", in.now()});
  for (const auto& [unit, ids] : t.listed) {
    auto sorted = ids;
    std::ranges::sort(sorted);
    for (std::size_t i = 1; i < sorted.size(); ++i)
      if (sorted[i] == sorted[i - 1])
        out.push_back({5, "unit/" + unit.str(), sorted[i] + " is in its feed twice", in.now()});
  }
}

void judge_reports(const surroundings& in, const testimony& t, std::vector<broken>& out) {
  const auto accuse = [&](std::string who, std::string what) {
    out.push_back({6, std::move(who), std::move(what), in.now()});
  };
  std::map<path, model::report_counts> counted;
  std::map<model::report_code, std::vector<path>> holders;
  for (const auto& [unit, list] : t.work)
    for (const auto& i : list.items) holders[i.code].push_back(unit);
  for (const auto& [code, r] : in.notes.reports) {
    const auto found = t.reports.find(code);
    if (found == t.reports.end()) continue; // silent
    const auto& now = found->second;
    if (!now) {
      if (r.answered) accuse("report/" + code, "was accepted and is not there");
      continue;
    }
    const bool done = model::is_processed(now->state);
    auto& c = counted[r.home];
    ++c.received;
    ++(done ? c.processed : c.in_progress);
    std::size_t next = 0;
    for (const auto& e : now->history)
      if (next < r.steps.size() && e.state == r.steps[next]) ++next;
    if (next < r.steps.size())
      accuse("report/" + code, fmt::format("has lost a step to \"{}\" that was answered",
                                           wire::enum_name(r.steps[next])));
    const auto has = holders[code];
    const auto wanted = done ? std::vector<path>{} : std::vector{now->responsible};
    if (has == wanted) continue;
    std::string all;
    for (const auto& u : has) all += (all.empty() ? "" : ", ") + u.str();
    accuse("report/" + code,
           fmt::format("is {}, {} responsible, and is on the work lists of: {}",
                       wire::enum_name(now->state), done ? "nobody" : now->responsible.str(),
                       all.empty() ? "nobody" : all));
  }
  for (const auto& [unit, own] : t.figures) {
    const auto& f = own.figures.reports;
    const auto& c = counted[unit];
    if (f.received != c.received || f.processed != c.processed || f.in_progress != c.in_progress)
      accuse("unit/" + unit.str(),
             fmt::format("counts {} reports, {} processed, {} in progress; there are {}, {} and {}",
                         f.received, f.processed, f.in_progress, c.received, c.processed,
                         c.in_progress));
  }
}

void judge_figures(const surroundings& in, const testimony& t, std::vector<broken>& out) {
  for (const auto& [key, d] : t.delivery) {
    const auto& [unit, id] = key;
    const auto& p = in.notes.bulletins.at(id);
    const auto& b = p.bulletin;
    const auto accuse = [&, unit = unit, id = id](const std::string& what) {
      out.push_back({9, "unit/" + unit.str(), fmt::format("{}: {}", id, what), in.now()});
    };
    if (!d.known) {
      accuse("it never came here");
      continue;
    }
    if (p.unstored) continue;
    std::uint64_t people = 0, machines = 0;
    for (const auto& c : in.notes.citizens)
      if (b.goes_to(model::channel::app) && std::ranges::find(c.units, unit) != c.units.end())
        ++people;
    for (const auto& v : in.notes.devices)
      if (v.registered && v.unit == unit &&
          b.goes_to(v.kind == device::device_kind::board ? model::channel::board
                                                         : model::channel::loudspeaker))
        ++machines;
    const auto& c = d.figures.citizens;
    const auto& v = d.figures.devices;
    if (c.targeted != c.delivered + c.missing() + c.left ||
        v.targeted != v.delivered + v.missing() + v.left)
      accuse("the figures do not add up");
    if (c.missing() != 0 || c.delivered + c.late != people)
      accuse(
          fmt::format("{} citizens have it; it counts {} targeted, {} delivered, {} late, {} left",
                      people, c.targeted, c.delivered, c.late, c.left));
    if (v.delivered + v.late > machines || v.targeted + v.late > machines)
      accuse(fmt::format("there are {} devices; it counts {} targeted, {} delivered, {} late",
                         machines, v.targeted, v.delivered, v.late));
    if (!in.notes.superseded(b) && (v.missing() != 0 || v.delivered + v.late != machines))
      accuse(
          fmt::format("{} devices have it; it counts {} targeted, {} delivered, {} late, {} left",
                      machines, v.targeted, v.delivered, v.late, v.left));
    if (!d.missing.empty() && !in.notes.superseded(b))
      accuse(fmt::format("{} has not got it, it says", d.missing.front().str()));
  }
}

std::vector<broken> judge(surroundings& in, desk& d) {
  std::vector<broken> out;
  const auto t = question(in, d);
  judge_reach(in, t, out);
  if (!out.empty()) return out; // nothing else can be complete before
  judge_islands(in, t, out);
  judge_durability(in, t, out);
  judge_memory(in, t, out);
  judge_reports(in, t, out);
  judge_figures(in, t, out);
  return out;
}

} // namespace loa::city
