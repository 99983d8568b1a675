#include <loa/unit/gather.hpp>

#include <algorithm>
#include <map>

namespace loa::unit {

namespace {

/// The direct child of `top` that `unit` is or lies under; empty for `top` itself.
path line_of(const path& top, const path& unit) {
  if (unit == top) return {};
  auto p = unit;
  while (p.depth() > top.depth() + 1) p = p.parent();
  return p;
}

/// Unites sums and ages line by line.
template <class Line>
class lines {
public:
  Line& at(const path& child, instant as_of) {
    auto [i, added] = all_.try_emplace(child);
    auto& line = i->second;
    line.unit = child;
    line.as_of = added ? as_of : std::min(line.as_of, as_of);
    return line;
  }
  std::vector<Line> take() {
    std::vector<Line> out;
    for (auto& [child, line] : all_) out.push_back(std::move(line));
    return out;
  }

private:
  std::map<path, Line> all_;
};

} // namespace

model::delivery_report merge_delivery(const model::bulletin_id& id, const path& top,
                                      const std::vector<unit_delivery>& units, std::size_t most) {
  model::delivery_report out;
  out.id = id;
  out.as_of = instant::max();
  lines<model::child_delivery> children;
  const auto miss = [&](const name& who) {
    if (std::ranges::find(out.missing, who) != out.missing.end()) return;
    if (out.missing.size() < most)
      out.missing.push_back(who);
    else
      ++out.more_missing;
  };
  for (const auto& u : units) {
    const auto& [unit, figures, as_of] = std::tie(u.last.unit, u.last.figures, u.last.as_of);
    if (!u.answered) miss(name::of("unit", unit));
    if (u.answered && !u.last.known) continue;
    out.citizens += figures.citizens;
    out.devices += figures.devices;
    out.as_of = std::min(out.as_of, as_of);
    if (const auto child = line_of(top, unit); !child.empty()) {
      auto& line = children.at(child, as_of);
      line.citizens += figures.citizens;
      line.devices += figures.devices;
    }
    for (const auto& who : u.last.missing) miss(who);
    out.more_missing += u.last.more_missing;
  }
  if (out.as_of == instant::max()) out.as_of = {};
  out.children = children.take();
  return out;
}

model::effectiveness merge_figures(const path& top, std::optional<instant> from,
                                   std::optional<instant> to,
                                   const std::vector<unit_figures>& units) {
  model::effectiveness out;
  out.unit = top;
  out.from = from;
  out.to = to;
  out.as_of = instant::max();
  lines<model::child_effectiveness> children;
  const auto add = [](auto& to_what, const model::figures& its) {
    to_what.bulletins += its.bulletins;
    to_what.delivery += its.delivery;
    to_what.reports += its.reports;
  };
  for (const auto& u : units) {
    add(out, u.last.figures);
    if (!u.answered) out.missing.push_back(name::of("unit", u.unit));
    out.as_of = std::min(out.as_of, u.last.as_of);
    if (const auto child = line_of(top, u.unit); !child.empty())
      add(children.at(child, u.last.as_of), u.last.figures);
  }
  if (out.as_of == instant::max()) out.as_of = {};
  out.children = children.take();
  return out;
}

} // namespace loa::unit
