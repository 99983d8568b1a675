#include <loa/base/probe.hpp>
#include <loa/citizen/entity.hpp>
#include <loa/model/channels.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>

namespace loa::citizen {

namespace {

using node::context;

name unit_name(const path& p) {
  return name::of("unit", p);
}

std::uint64_t hash_of(const std::string& id) {
  return std::hash<std::string>{}(id);
}

} // namespace

entity::decision entity::decide(const command& c, const context& ctx) const {
  return std::visit([&](const auto& x) { return on(x, ctx); }, c);
}

entity::decision entity::on(const attach& c, const context&) const {
  const auto known = std::ranges::find(clients_, c.channel, &client::channel);
  if (known == clients_.end() && clients_.size() >= most_channels)
    return error{
        errc::too_many,
        fmt::format("There are {} connections under this id; close one first.", most_channels),
        {}};
  if (c.units.empty()) return error{errc::rule, "Name at least one unit to follow.", {}};
  const auto others = in_use(c.channel);
  auto units = static_cast<std::size_t>(std::popcount(others));
  for (const auto& s : c.units)
    if (const auto* u = find(s.unit); !u || (others & bit_of(*u)) == 0) ++units;
  if (units > most_units)
    return error{errc::rule, fmt::format("A session follows {} units at most.", most_units), {}};

  decision d;
  d.facts.emplace_back(c);
  for (const auto& s : c.units)
    d.effects.emplace_back(
        node::follow{unit_name(s.unit), model::number(model::slot_channel::citizen), s.from});
  return d;
}

entity::decision entity::on(const detach& c, const context&) const {
  decision d;
  const auto gone = std::ranges::find(clients_, c.channel, &client::channel);
  if (gone == clients_.end()) return d;
  d.facts.emplace_back(c);
  const auto others = in_use(c.channel);
  for (const auto& u : units_)
    if ((gone->units & ~others & bit_of(u)) != 0)
      d.effects.emplace_back(node::unfollow{unit_name(u.unit)});
  return d;
}

entity::decision entity::on(const ack& c, const context&) const {
  if (units_.empty()) return {};
  if (!c.feed && units_.size() > 1)
    return error{errc::rule, "Several units are followed: say which with \"feed\".", "/feed"};
  const auto& feed = c.feed ? *c.feed : units_.front().unit;
  if (!find(feed))
    return error{errc::rule, fmt::format("The unit {} is not followed here.", feed.str()), "/feed"};
  const ack full{feed, c.position};
  auto after = units_;
  decision d;
  for (auto& a : settle(after, full)) d.effects.emplace_back(std::move(a));
  d.facts.emplace_back(full);
  return d;
}

std::vector<node::acknowledge> entity::settle(small_list<followed>& units, const ack& a) const {
  const auto home = std::ranges::find(units, *a.feed, &followed::unit);
  const auto told = std::ranges::find(home->entries, a.position, &awaited::position);
  if (told == home->entries.end()) return {};

  // What the client has of one unit it has of all that carry it.
  std::vector<std::uint64_t> ids;
  for (auto& e : home->entries)
    if (e.on == told->on && e.position <= a.position) {
      e.got = true;
      ids.push_back(e.id);
    }
  std::vector<node::acknowledge> out;
  for (auto& u : units) {
    if (units.size() > 1)
      for (auto& e : u.entries) e.got = e.got || std::ranges::find(ids, e.id) != ids.end();
    for (const auto lane : link::lanes) {
      // A cursor takes everything before it along, so it stops at the first that is still awaited.
      std::uint64_t upto = 0;
      for (const auto& e : u.entries) {
        if (e.on != lane) continue;
        if (!e.got) break;
        upto = e.position;
      }
      if (upto == 0) continue;
      out.push_back({unit_name(u.unit), lane, upto});
      std::erase_if(u.entries,
                    [&](const awaited& e) { return e.on == lane && e.position <= upto; });
    }
    if (u.entries.empty()) std::vector<awaited>().swap(u.entries);
  }
  return out;
}

entity::decision entity::on_entry(const node::feed_entry_ptr& from, const context&) const {
  decision d;
  const auto& e = from->entry;
  if (clients_.empty() || !e.body) return d;
  unit_set here = ~unit_set{0};
  unit_set before = 0;
  const auto follows = [&](const client& c) { return (c.units & here) != 0; };
  const auto gets_it = [&](const client& c) { return follows(c) && (c.units & before) == 0; };
  const auto deliver_it = [&] {
    d.effects.reserve(clients_.size());
    for (const auto& c : clients_)
      if (gets_it(c)) d.effects.emplace_back(node::deliver{c.channel, from});
  };
  const bool awaits_some = std::ranges::any_of(clients_, &client::acknowledges);
  const bool several = units_.size() > 1;
  if (several || awaits_some) {
    const auto* unit = find(from->feed->home());
    if (!unit) return d;
    here = bit_of(*unit);
    if (std::ranges::none_of(clients_, follows)) return d; // whoever comes is sent it again
    const auto id = hash_of(e.id);
    // What is not acknowledged comes again when the unit starts anew or somebody attaches, and then
    // goes to the clients again: they know it, or their connection was cut in between.
    const auto known = std::ranges::find(unit->entries, e.position, &awaited::position);
    const bool again = known != unit->entries.end();
    if (again) LOA_PROBE("citizen: an entry comes again that was not acknowledged");
    const auto by = several ? carriers(id) : unit_set{0};
    if (e.position == 0) { // its unit could not store it: it cannot be acknowledged and comes again
      LOA_PROBE("citizen: an emergency comes that its unit could not store");
      before = by;
      deliver_it();
      return d;
    }
    before = again && (by & here) != 0 ? known->before : by & ~here;
    const bool held_back = std::ranges::none_of(clients_, gets_it);
    const bool wait = awaits_some && (!held_back || awaits(id));
    if (!again || (several && (by & here) == 0))
      d.facts.emplace_back(handed{static_cast<std::uint16_t>(unit - units_.data()), e.on,
                                  e.position, id, before, wait});
    if (held_back) {
      LOA_PROBE("citizen: a second unit carries what was handed over");
      if (!wait && unit->entries.empty())
        d.effects.emplace_back(node::acknowledge{*from->feed, e.on, e.position});
      return d;
    }
  }
  deliver_it();
  return d;
}

// -- facts
// ------------------------------------------------------------------------------------------

void entity::apply(const fact& f) {
  std::visit([&](const auto& x) { change(x); }, f);
}

void entity::change(const attach& f) {
  const auto others = in_use(f.channel);
  unit_set units = 0;
  for (const auto& s : f.units) // first those that have a place
    if (const auto* u = find(s.unit)) units |= bit_of(*u);
  for (const auto& s : f.units)
    units |= static_cast<unit_set>(1U << place_for(s.unit, others | units));
  const auto known = std::ranges::find(clients_, f.channel, &client::channel);
  auto& c = known == clients_.end() ? clients_.push_back({f.channel}) : *known;
  c.acknowledges = f.acknowledges;
  c.units = units;
}

void entity::change(const detach& f) {
  clients_.remove_if([&](const client& c) { return c.channel == f.channel; });
  if (clients_.empty()) {
    *this = entity();
    return;
  }
  const auto left = in_use(f.channel);
  for (auto& u : units_)
    if ((left & bit_of(u)) == 0) std::vector<awaited>().swap(u.entries);
}

void entity::change(const ack& f) {
  static_cast<void>(settle(units_, f));
}

void entity::change(const handed& f) {
  auto& entries = units_[f.unit].entries;
  if (units_.size() > 1) note_carrier(f.id, static_cast<unit_set>(1U << f.unit));
  if (const auto known = std::ranges::find(entries, f.position, &awaited::position);
      known != entries.end()) {
    known->before = f.before;
    return;
  }
  if (!f.awaited && entries.empty()) return;
  // Of the same lane, so that there is a later one with which the forgotten one counts.
  const auto same_lane = [&](const awaited& e) { return e.on == f.on; };
  const auto waiting = std::ranges::count_if(entries, same_lane);
  if (max_awaited.reached_by(static_cast<std::size_t>(waiting)))
    entries.erase(std::ranges::find_if(entries, same_lane));
  entries.push_back({f.position, f.id, f.on, !f.awaited, f.before});
}

const entity::followed* entity::find(const path& unit) const {
  const auto u = std::ranges::find(units_, unit, &followed::unit);
  return u == units_.end() ? nullptr : u;
}

entity::unit_set entity::bit_of(const followed& unit) const {
  return static_cast<unit_set>(1U << (&unit - units_.data()));
}

entity::unit_set entity::in_use(std::uint64_t apart_from) const {
  unit_set all = 0;
  for (const auto& c : clients_)
    if (c.channel != apart_from) all |= c.units;
  return all;
}

std::size_t entity::place_for(const path& unit, unit_set taken) {
  if (const auto* u = find(unit)) return static_cast<std::size_t>(u - units_.data());
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if ((taken >> i & 1U) != 0) continue;
    units_[i] = {unit, {}};
    for (auto& known : recognised_) known.by &= static_cast<unit_set>(~(1U << i));
    for (auto& u : units_)
      for (auto& e : u.entries) e.before &= static_cast<unit_set>(~(1U << i));
    return i;
  }
  units_.push_back({unit, {}});
  return units_.size() - 1;
}

entity::unit_set entity::carriers(std::uint64_t id) const {
  const auto known = std::ranges::find(recognised_, id, &carried::id);
  return known == recognised_.end() ? unit_set{0} : known->by;
}

void entity::note_carrier(std::uint64_t id, unit_set unit) {
  const auto known = std::ranges::find(recognised_, id, &carried::id);
  if (known != recognised_.end()) {
    known->by |= unit;
    return;
  }
  if (max_recognised.reached_by(recognised_.size())) recognised_.erase(recognised_.begin());
  recognised_.push_back({id, unit});
}

bool entity::awaits(std::uint64_t id) const {
  return std::ranges::any_of(units_, [&](const followed& u) {
    return std::ranges::any_of(u.entries, [&](const awaited& e) { return e.id == id && !e.got; });
  });
}

} // namespace loa::citizen
