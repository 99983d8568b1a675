#include <loa/model/bulletin_request.hpp>
#include <loa/model/internal/cap_target.hpp>
#include <loa/model/internal/cap_values.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace loa::model::cap {

namespace {

constexpr std::string_view unit_code = "unit";

error outside(const std::string& where, std::string why) {
  return {errc::rule, std::move(why), where};
}

class target_finder {
public:
  target_finder(const path& unit, const unit_tree& tree) : unit_(unit), tree_(tree) {}

  result<void> add(const area& a, const std::string& where) {
    bool named = false;
    for (const auto& code : a.geocodes) {
      if (code.name != unit_code) {
        unknown_codes_.insert(code.name);
        continue;
      }
      named = true;
      if (auto done = add_unit(code.value, where + "/geocode"); !done) return done;
    }
    // The shapes beside a geocode describe the same area once more (3.2.4, geocode (3)).
    if (named) return {};
    if (a.polygons.empty() && a.circles.empty()) nowhere_.push_back(where);
    for (const auto& p : a.polygons)
      if (auto done = add_shape(polygon{p, {}}, where + "/polygon"); !done) return done;
    for (const auto& c : a.circles)
      if (auto done = add_shape(c, where + "/circle"); !done) return done;
    return {};
  }

  target take() {
    if (units_.empty() && !unknown_codes_.empty())
      warn(fmt::format("No geocode is of valueName \"unit\" (there are: {}); the whole unit {} is "
                       "alerted.",
                       fit_all(unknown_codes_), unit_.str()));
    else if (!units_.empty() && !nowhere_.empty())
      warn(fmt::format("Nobody is alerted for {} of the areas, {} the first: they have neither a "
                       "geocode of valueName \"unit\" nor a shape.",
                       nowhere_.size(), nowhere_.front()));
    if (unjudged_ > 0)
      warn(fmt::format(
          "Units without a known boundary were left out ({} of them); name them by geocode "
          "if they are meant.",
          unjudged_));
    target t;
    t.units = units_.empty() ? std::vector{unit_} : without_overlap(std::move(units_));
    if (t.units.size() > bulletin_limits::targets) {
      warn(fmt::format("The area meets more than {} units; the whole unit {} is alerted.",
                       bulletin_limits::targets, unit_.str()));
      t.units = {unit_};
    }
    t.warnings = std::move(warnings_);
    return t;
  }

private:
  static std::string fit_all(const std::set<std::string>& names) {
    const auto all = fmt::format("{}", fmt::join(names, ", "));
    return fit(all, std::min<std::size_t>(columns(all), 80));
  }

  void warn(std::string what) {
    if (std::ranges::find(warnings_, what) == warnings_.end()) warnings_.push_back(std::move(what));
  }

  result<void> add_unit(const std::string& value, const std::string& where) {
    auto named = path::parse(trimmed(value));
    if (!named) return outside(where, "A geocode of valueName \"unit\" holds a unit's path.");
    if (!unit_.contains(*named))
      return outside(where, fmt::format("{} is outside of {}, to which the alert was posted.",
                                        named->str(), unit_.str()));
    if (!tree_.find(*named))
      return outside(where, fmt::format("There is no unit {} in the hierarchy.", named->str()));
    units_.push_back(*std::move(named));
    return {};
  }

  result<void> add_shape(const shape& s, const std::string& where) {
    const auto beyond = [&](const unit_info* u) {
      return u->boundary && !touches(*u->boundary, s);
    };
    auto found = std::ranges::any_of(tree_.ancestors(unit_), beyond) ? unit_tree::selection{}
                                                                     : tree_.select(unit_, s);
    if (found.units.empty() && found.unknown == 0)
      return outside(
          where,
          fmt::format("The shape lies outside of {}, to which the alert was posted.", unit_.str()));
    if (found.units.empty()) {
      warn(fmt::format("No boundary is known where a shape lies; the whole unit {} is alerted.",
                       unit_.str()));
      found.units = {unit_};
    } else {
      unjudged_ = std::max(unjudged_, found.unknown);
    }
    units_.insert(units_.end(), found.units.begin(), found.units.end());
    return {};
  }

  path unit_;
  const unit_tree& tree_;
  std::vector<path> units_;
  std::set<std::string> unknown_codes_;
  std::vector<std::string> nowhere_; // areas that only their description locates
  std::size_t unjudged_ = 0;
  std::vector<std::string> warnings_;
};

/// Two infos in one language with areas of their own tell different people different things.
bool told_apart(const alert& a) {
  for (std::size_t i = 0; i < a.infos.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (a.infos[i].language == a.infos[k].language && a.infos[i].areas != a.infos[k].areas)
        return true;
  return false;
}

} // namespace

result<target> find_target(const alert& a, const path& unit, const unit_tree& tree) {
  if (!tree.find(unit))
    return error{errc::not_found, fmt::format("There is no unit {}.", unit.str()), {}};
  target_finder finder(unit, tree);
  for (std::size_t i = 0; i < a.infos.size(); ++i)
    for (std::size_t k = 0; k < a.infos[i].areas.size(); ++k) {
      const auto where = fmt::format("alert/info[{}]/area[{}]", i + 1, k + 1);
      if (auto done = finder.add(a.infos[i].areas[k], where); !done) return done.error();
    }
  auto t = finder.take();
  if (told_apart(a))
    t.warnings.emplace_back(
        "Infos of one language name different areas; everybody in any of them gets all of it.");
  return t;
}

} // namespace loa::model::cap
