#include <loa/model/unit_tree.hpp>

#include <algorithm>

namespace loa::model {

bool unit_tree::in_force(std::chrono::year_month_day day) const noexcept {
  return (!valid_from_ || *valid_from_ <= day) && (!valid_to_ || day <= *valid_to_);
}

const unit_info* unit_tree::find(const path& unit) const noexcept {
  const auto at = index_.find(unit);
  return at == index_.end() ? nullptr : &units_[at->second];
}

const unit_info* unit_tree::parent(const path& unit) const noexcept {
  const auto at = index_.find(unit);
  if (at == index_.end() || at->second == 0) return nullptr;
  return &units_[links_[at->second].parent];
}

std::vector<const unit_info*> unit_tree::children(const path& unit) const {
  std::vector<const unit_info*> out;
  const auto at = index_.find(unit);
  if (at == index_.end()) return out;
  for (auto i = at->second + 1; i < links_[at->second].end; i = links_[i].end)
    out.push_back(&units_[i]);
  return out;
}

std::vector<const unit_info*> unit_tree::ancestors(const path& unit) const {
  std::vector<const unit_info*> out;
  for (const auto* up = parent(unit); up; up = parent(up->unit)) out.push_back(up);
  return out;
}

std::span<const unit_info> unit_tree::subtree(const path& unit) const noexcept {
  const auto at = index_.find(unit);
  if (at == index_.end()) return {};
  return std::span(units_).subspan(at->second, links_[at->second].end - at->second);
}

std::map<tier, std::size_t> unit_tree::count(const path& unit) const {
  std::map<tier, std::size_t> out;
  for (const auto& u : subtree(unit)) ++out[u.level];
  return out;
}

const unit_info* unit_tree::locate(const geo_point& p) const noexcept {
  const unit_info* deepest = nullptr;
  std::size_t depth = 0;
  for (const auto& u : units_) {
    if (!u.boundary || u.unit.depth() <= depth || !contains(*u.boundary, p)) continue;
    deepest = &u;
    depth = u.unit.depth();
  }
  return deepest;
}

void unit_tree::select_below(std::size_t at, const shape& where, selection& out) const {
  const auto& u = units_[at];
  const bool known = u.boundary.has_value();
  if (known && !touches(*u.boundary, where)) return;
  if (known && covered(*u.boundary, where)) {
    out.units.push_back(u.unit);
    return;
  }
  const auto units_before = out.units.size();
  const auto unknown_before = out.unknown;
  for (std::size_t i = at + 1; i < links_[at].end; i = links_[i].end) select_below(i, where, out);
  if (known && out.units.size() == units_before) {
    out.unknown = unknown_before; // nothing more precise is known: all of it
    out.units.push_back(u.unit);
  }
  if (!known && links_[at].end == at + 1) ++out.unknown;
}

unit_tree::selection unit_tree::select(const path& scope, const shape& where) const {
  selection out;
  if (const auto at = index_.find(scope); at != index_.end()) select_below(at->second, where, out);
  return out;
}

} // namespace loa::model
