#pragma once

#include <loa/unit/entity.hpp>

#include <support/bulletins.hpp>
#include <support/entity_rig.hpp>

namespace loa::test {

/// A configured district with two communes.
struct unit_rig : rig<unit::entity> {
  explicit unit_rig(std::string_view home = "79.769",
                    std::vector<std::string> children = {"79.769.26794", "79.769.26797"})
      : rig("unit/" + std::string(home)),
        home_(unit_path(home)) {
    settings.name = "Thành phố Thủ Đức";
    settings.tier = model::tier::district;
    if (home_.depth() > 1) settings.parent = home_.parent();
    for (const auto& c : children) settings.children.push_back(unit_path(c));
    tell(settings);
  }
  unit::accepted publish(const model::bulletin& b) {
    return ask<unit::accepted>(unit::publish_bulletin{b});
  }
  decision relays(const model::bulletin& b, std::uint64_t position) {
    return enter(entry_of(b, position), "unit/" + home_.parent().str());
  }
  model::bulletin make(std::uint64_t n, model::priority p = model::priority::routine) {
    return make_bulletin(home_, local_id(n), now, p);
  }
  unit::own_delivery delivery(const std::string& id, std::uint32_t names = 100) {
    return ask<unit::own_delivery>(unit::get_delivery{id, names});
  }
  model::figures figures(std::optional<instant> from = {}, std::optional<instant> to = {}) {
    return ask<unit::own_figures>(unit::get_figures{from, to}).figures;
  }
  void citizen(const std::string& id) { feed.join("citizen/" + id, 1); }
  void got(const std::string& who, std::uint64_t position, link::lane on = link::lane::ordinary) {
    feed.acknowledge(who, on, position);
  }

  path home_;
  unit::configure settings;
};

} // namespace loa::test
