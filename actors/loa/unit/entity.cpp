#include <loa/unit/entity.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::unit {

namespace {

using model::slot_channel;
using node::context;

name unit_name(const path& p) {
  return name::of(entity::kind, p);
}

constexpr std::size_t most_followers = link::slot_ledger::most_slots;

/// The positions in force that are for the followers on a channel, per lane, ascending.
struct offered {
  std::vector<std::uint64_t> ordinary, emergency;

  void add(const link::entry& e) {
    (e.on == link::lane::ordinary ? ordinary : emergency).push_back(e.position);
  }
  [[nodiscard]] std::uint64_t beyond(const link::cursor& c) const {
    const auto after = [](const std::vector<std::uint64_t>& all, std::uint64_t upto) {
      return static_cast<std::uint64_t>(all.end() - std::ranges::upper_bound(all, upto));
    };
    return after(ordinary, c.at(link::lane::ordinary)) +
           after(emergency, c.at(link::lane::emergency));
  }
};

follower_group look_at(slot_channel channel, const std::vector<link::entry>& entries,
                       const context& ctx) {
  const auto home = ctx.self.home();
  offered all;
  for (const auto& e : entries)
    if ((e.channels & model::bit(channel)) &&
        (e.audience.empty() ||
         std::ranges::any_of(e.audience, [&](const path& a) { return a.contains(home); })))
      all.add(e);
  follower_group g;
  if (channel == slot_channel::citizen) g.connected = 0;
  for (const auto& f : ctx.feed.followers(model::number(channel), most_followers)) {
    ++g.count;
    if (g.connected && f.connected) ++*g.connected;
    const auto behind = all.beyond(f.cursor);
    g.behind += behind > 0 ? 1 : 0;
    g.most_behind = std::max(g.most_behind, behind);
  }
  return g;
}

std::vector<child_link> look_at_children(const std::vector<link::entry>& entries,
                                         const context& ctx) {
  std::vector<child_link> links;
  for (const auto& f :
       ctx.feed.followers(model::number(slot_channel::child_unit), most_followers)) {
    offered its;
    for (const auto& e : entries)
      if (link::concerns(e, f.who.home(), link::every_channel)) its.add(e);
    links.push_back({f.who.home(), f.connected, its.beyond(f.cursor)});
  }
  return links;
}

} // namespace

bool entity::open_to_nodes(const command& c) {
  return std::holds_alternative<get_unit>(c) || std::holds_alternative<get_delivery>(c) ||
         std::holds_alternative<get_figures>(c);
}

entity::decision entity::decide(const command& c, const context& ctx) const {
  if (unit_.empty() && !std::holds_alternative<configure>(c))
    return error{
        errc::not_found,
        fmt::format("There is no unit {} in the hierarchy of this node.", ctx.self.home_text()),
        {}};
  return std::visit([&](const auto& x) { return on(x, ctx); }, c);
}

entity::decision entity::on_reminder(const std::string& id, const context& ctx) const {
  if (id == "close") return close_expired(ctx);
  return {};
}

std::vector<node::effect> entity::on_wake(const context&) const {
  std::vector<node::effect> out;
  if (settings_.parent)
    out.emplace_back(node::follow{unit_name(*settings_.parent),
                                  model::number(slot_channel::child_unit), std::nullopt});
  return out;
}

entity::decision entity::on(const configure& c, const context& ctx) const {
  decision d;
  const auto self = ctx.self.home();
  if (c.parent && (*c.parent == self || !c.parent->contains(self)))
    return error{errc::rule, fmt::format("{} does not lie under {}.", self.str(), c.parent->str()),
                 "/parent"};
  for (const auto& child : c.children)
    if (child == self || !self.contains(child))
      return error{errc::rule, fmt::format("{} does not lie under {}.", child.str(), self.str()),
                   "/children"};
  if (unit_ == self && c == settings_) return d;
  d.facts.emplace_back(configured{self, c});
  if (settings_.parent && settings_.parent != c.parent)
    d.effects.emplace_back(node::unfollow{unit_name(*settings_.parent), true});
  if (c.parent)
    d.effects.emplace_back(
        node::follow{unit_name(*c.parent), model::number(slot_channel::child_unit), std::nullopt});
  for (const auto& old : settings_.children)
    if (std::ranges::find(c.children, old) == c.children.end())
      d.effects.emplace_back(node::dismiss{unit_name(old)});
  for (const auto& child : c.children)
    if (std::ranges::find(settings_.children, child) == settings_.children.end())
      d.effects.emplace_back(
          node::enrol{unit_name(child), model::number(slot_channel::child_unit)});
  return d;
}

entity::decision entity::on(const get_unit&, const context& ctx) const {
  const auto entries = [&] {
    auto all = ctx.feed.entries(0, 4 * limits::in_force);
    std::erase_if(all, [&](const link::entry& e) { return e.expires <= ctx.now; });
    return all;
  }();
  unit_status s;
  s.unit = unit_;
  s.name = settings_.name;
  s.tier = settings_.tier;
  s.parent = settings_.parent;
  s.children = settings_.children;
  s.epoch = ctx.feed.epoch();
  s.head = ctx.feed.head();
  s.in_force = bulletins_.in_force(ctx.now);
  s.reports_in_progress = figures_.sum({{}, {}}).reports.in_progress;
  s.links = look_at_children(entries, ctx);
  s.citizens = look_at(slot_channel::citizen, entries, ctx);
  s.loudspeakers = look_at(slot_channel::loudspeaker, entries, ctx);
  s.boards = look_at(slot_channel::board, entries, ctx);
  return s;
}

void entity::apply(const fact& f) {
  struct {
    entity& e;
    void operator()(const configured& x) {
      e.unit_ = x.unit;
      e.settings_ = x.settings;
    }
    void operator()(const bulletin_taken& x) { e.bulletins_.apply(x); }
    void operator()(const bulletin_closed& x) {
      e.bulletins_.apply(x, e.unit_, e.settings_.retention, e.figures_);
    }
    void operator()(const played_counted& x) { e.bulletins_.apply(x); }
    void operator()(const device_added& x) { e.devices_[x.device.id] = x.device; }
    void operator()(const device_removed& x) { e.devices_.erase(x.id); }
    void operator()(const report_received& x) { e.reports_.apply(x, e.figures_); }
    void operator()(const report_counted& x) { e.reports_.apply(x, e.figures_); }
    void operator()(const work_changed& x) { e.reports_.apply(x); }
  } change{*this};
  std::visit(change, f);
}

} // namespace loa::unit
