#include <loa/city/workload.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

namespace loa::city {

using namespace std::chrono_literals;

workload::workload(surroundings& in, workload_options options)
    : in_(in),
      options_(options),
      desk_(in) {
  std::size_t people = 0;
  for (const auto& u : in_.places.tree->all()) {
    const bool leaf = in_.places.tree->children(u.unit).empty();
    for (std::size_t i = 0; i < (leaf ? options_.citizens : 1); ++i) {
      citizen_record c;
      c.who = name::of("citizen", *path::parse(fmt::format("c{}", ++people)));
      c.units = {u.unit};
      const auto* above = in_.places.tree->parent(u.unit);
      if (above && in_.random.chance(0.3)) c.units.push_back(above->unit);
      in_.notes.citizens.push_back(std::move(c));
    }
    for (std::size_t i = 0; leaf && i < options_.devices; ++i) {
      device_record d;
      d.kind = i % 2 == 0 ? device::device_kind::loudspeaker : device::device_kind::board;
      d.who =
          name::of("device", u.unit, fmt::format("{}{}", i % 2 == 0 ? "spk-" : "brd-", i / 2 + 1));
      d.unit = u.unit;
      in_.notes.devices.push_back(std::move(d));
    }
  }
  for (std::size_t i = 0; i < in_.notes.citizens.size(); ++i)
    listeners_.push_back(std::make_unique<listener>(in_, i));
  for (std::size_t i = 0; i < in_.notes.devices.size(); ++i)
    players_.push_back(std::make_unique<player>(in_, i));
}

void workload::start() {
  for (const auto& u : in_.places.tree->all()) set_up(u);
  for (auto& l : listeners_) in_.world.after(in_.between(2s, 60s), [&l] { l->live(); });
  in_.world.after(5s, [this] {
    publish_now_and_then();
    report_now_and_then();
    look_at_figures();
  });
}

void workload::set_up(const model::unit_info& u) {
  unit::configure c;
  c.name = u.name;
  c.tier = u.level;
  if (const auto* above = in_.places.tree->parent(u.unit)) c.parent = above->unit;
  for (const auto* below : in_.places.tree->children(u.unit)) c.children.push_back(below->unit);
  desk_.ask(name::of("unit", u.unit), wire::value::of(std::move(c)), {},
            [this, unit = u.unit](const auto& got) {
              if (!got)
                return in_.notes.accuse(5, "unit/" + unit.str(),
                                        "could not be configured: " + got.error().detail,
                                        in_.now());
              for (auto& d : in_.notes.devices)
                if (d.unit == unit) register_device(d);
            });
}

void workload::register_device(device_record& d) {
  const auto index = static_cast<std::size_t>(&d - in_.notes.devices.data());
  desk_.ask(name::of("unit", d.unit),
            wire::value::of(unit::register_device{std::string(d.who.local()), d.kind, "Cụm loa"}),
            {fmt::format("register-{}", d.who.str()), {}, store::urgency::ordinary},
            [this, index](const auto& got) {
              auto& mine = in_.notes.devices[index];
              if (!got)
                return in_.notes.accuse(
                    5, mine.who.str(), "could not be registered: " + got.error().detail, in_.now());
              mine.registered = true;
              players_[index]->live();
            });
}

void workload::settle() {
  settled_ = true;
  for (auto& l : listeners_) l->settle();
  for (std::size_t i = 0; i < players_.size(); ++i)
    if (in_.notes.devices[i].registered) players_[i]->settle();
}

std::vector<name> workload::entities() const {
  std::vector<name> all;
  for (const auto& u : in_.places.tree->all()) all.push_back(name::of("unit", u.unit));
  for (const auto& d : in_.notes.devices) all.push_back(d.who);
  for (const auto& c : in_.notes.citizens) all.push_back(c.who);
  return all;
}

const model::unit_info& workload::any_unit() {
  const auto all = in_.places.tree->all();
  return all[in_.random.below(all.size())];
}

} // namespace loa::city
