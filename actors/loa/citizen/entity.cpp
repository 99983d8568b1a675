#include <loa/citizen/entity.hpp>
#include <loa/model/channels.hpp>

#include <fmt/format.h>

#include <algorithm>
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
  auto units = units_.size();
  for (const auto& s : c.units)
    if (!find(s.unit)) ++units;
  if (units == 0) return error{errc::rule, "Name at least one unit to follow.", {}};
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
  if (std::ranges::find(clients_, c.channel, &client::channel) == clients_.end()) return d;
  d.facts.emplace_back(c);
  if (clients_.size() == 1)
    for (const auto& u : units_) d.effects.emplace_back(node::unfollow{unit_name(u.unit)});
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
  const bool awaits_some = std::ranges::any_of(clients_, &client::acknowledges);
  const bool several = units_.size() > 1;
  if (several || awaits_some) {
    const auto* unit = find(from->feed->home());
    if (!unit) return d;
    const auto id = hash_of(e.id);
    // What is not acknowledged comes again when the unit starts anew or somebody attaches, and then
    // goes to the clients again: they know it, or their connection was cut in between.
    const auto known = std::ranges::find(unit->entries, e.position, &awaited::position);
    const bool again = known != unit->entries.end();
    const bool elsewhere = several && recognises(id) && !(again && known->handed);
    const bool wait = awaits_some && (!elsewhere || awaits(id));
    if (!again)
      d.facts.emplace_back(handed{static_cast<std::uint16_t>(unit - units_.data()), e.on,
                                  e.position, id, elsewhere, wait});
    if (elsewhere) {
      if (!wait && unit->entries.empty())
        d.effects.emplace_back(node::acknowledge{*from->feed, e.on, e.position});
      return d;
    }
  }
  d.effects.reserve(clients_.size());
  for (const auto& c : clients_) d.effects.emplace_back(node::deliver{c.channel, from});
  return d;
}

// -- facts
// ------------------------------------------------------------------------------------------

void entity::apply(const fact& f) {
  std::visit([&](const auto& x) { change(x); }, f);
}

void entity::change(const attach& f) {
  const auto known = std::ranges::find(clients_, f.channel, &client::channel);
  if (known == clients_.end())
    clients_.push_back({f.channel, f.acknowledges});
  else
    known->acknowledges = f.acknowledges;
  for (const auto& s : f.units)
    if (!find(s.unit)) units_.push_back({s.unit, {}});
}

void entity::change(const detach& f) {
  clients_.remove_if([&](const client& c) { return c.channel == f.channel; });
  if (clients_.empty()) *this = entity();
}

void entity::change(const ack& f) {
  static_cast<void>(settle(units_, f));
}

void entity::change(const handed& f) {
  auto& entries = units_[f.unit].entries;
  if (units_.size() > 1 && !recognises(f.id)) {
    if (recognised_.size() >= most_recognised) recognised_.erase(recognised_.begin());
    recognised_.push_back(f.id);
  }
  if (!f.awaited && entries.empty()) return;
  if (entries.size() >= most_awaited) entries.erase(entries.begin());
  entries.push_back({f.position, f.id, f.on, !f.held_back, !f.awaited});
}

const entity::followed* entity::find(const path& unit) const {
  const auto u = std::ranges::find(units_, unit, &followed::unit);
  return u == units_.end() ? nullptr : u;
}

bool entity::recognises(std::uint64_t id) const {
  return std::ranges::find(recognised_, id) != recognised_.end();
}

bool entity::awaits(std::uint64_t id) const {
  return std::ranges::any_of(units_, [&](const followed& u) {
    return std::ranges::any_of(u.entries, [&](const awaited& e) { return e.id == id && !e.got; });
  });
}

} // namespace loa::citizen
