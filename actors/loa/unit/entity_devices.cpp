// A unit and its devices.

#include <loa/model/text.hpp>
#include <loa/unit/entity.hpp>

#include <fmt/format.h>

namespace loa::unit {

namespace {

/// The name of a device, if its id can be part of one.
result<name> device_name(const path& unit, const std::string& id) {
  auto n = name::parse(fmt::format("device/{}/{}", unit.str(), id));
  if (!n || n->local() != id)
    return error{errc::rule,
                 "A device's id has 1 to 96 of the characters 0-9 A-Z a-z . _ ~ @ : + -.", "/id"};
  return n;
}

} // namespace

entity::decision entity::on(const register_device& c, const node::context& ctx) const {
  const auto who = device_name(unit_, c.id);
  if (!who) return who.error();
  auto text = model::clean_text(c.name, {0, limits::device_name, false});
  if (!text) return error{text.error().code, text.error().detail, "/name"};

  const auto known = devices_.find(c.id);
  if (known == devices_.end() && limits::devices.reached_by(devices_.size()))
    return error{errc::too_many,
                 fmt::format("The unit has {} devices; more need a unit of their own.",
                             limits::devices.value()),
                 {}};
  if (known != devices_.end() && known->second.kind != c.kind)
    return error{errc::conflict,
                 fmt::format("The device {} is a {}; another thing needs another id.", c.id,
                             wire::enum_name(known->second.kind)),
                 "/kind"};
  const device_info info{c.id, c.kind, *std::move(text),
                         known == devices_.end() ? ctx.now : known->second.since};
  decision d(registered{info, known == devices_.end()});
  if (known != devices_.end() && known->second == info) return d;
  d.facts.emplace_back(device_added{info});
  if (known == devices_.end())
    d.effects.emplace_back(node::enrol{*who, model::number(device::channel_of(c.kind))});
  // Who has the answer may connect the device at once.
  d.effects.emplace_back(
      node::post{*who, wire::value::of(device::set_up{info.kind, info.name}), true});
  return d;
}

entity::decision entity::on(const remove_device& c, const node::context&) const {
  const auto who = device_name(unit_, c.id);
  if (!who || !devices_.contains(c.id))
    return error{errc::not_found, "The unit has no device of this id.", {}};
  decision d;
  d.facts.emplace_back(device_removed{c.id});
  d.effects.emplace_back(node::dismiss{*who});
  d.effects.emplace_back(node::post{*who, wire::value::of(device::retire{}), true});
  return d;
}

entity::decision entity::on(const list_devices&, const node::context&) const {
  device_list out;
  out.items.reserve(devices_.size());
  for (const auto& [id, info] : devices_) out.items.push_back(info);
  return out;
}

} // namespace loa::unit
