#include <loa/base/overloaded.hpp>
#include <loa/node/internal/no_feed.hpp>
#include <loa/node/internal/volatile_actor.hpp>

#include <algorithm>

namespace loa::node {

namespace {

const loa::name nobody;

} // namespace

node::context volatile_actor::make_context(const loa::name& from) const {
  return {*self_, from, core_.parts.time.now(), core_.parts.random, 0, no_feed()};
}

void volatile_actor::on_entry(const feed_entry_ptr& entry) {
  doing_ = "entry";
  auto d = entity_->handle_entry(entry, make_context(nobody));
  if (!d.refusal) d.refusal = check(d.effects);
  if (d.refusal) return core_.bury(*self_, doing_, d.refusal->detail);
  entity_->accept();
  carry_out(d.effects);
}

void volatile_actor::on_letter(letter& l) {
  doing_ = "";
  std::visit(overloaded{
                 [&](load_letter&) {
                   auto effects = entity_->wake(make_context(nobody));
                   if (const auto why = check(effects))
                     core_.bury(*self_, "on_wake", why->detail);
                   else
                     carry_out(effects);
                   core_.names.loaded(*self_);
                 },
                 [&](command_letter& c) { on_command(c); },
                 [&](followed_letter& f) { on_followed(f); },
                 [&](turned_away_letter& t) { on_turned_away(t); },
                 [&](entry_letter& e) { on_entry(e.entry); },
                 [&](nudge_letter& n) {
                   // The feed's actor started anew and no longer knows the way here, or it never
                   // heard of us.
                   if (const auto* f = find(n.feed)) follow_anew(*f);
                 },
                 [&](reached_letter&) {
                   // Units have changed places; those that went or came are followed there.
                   for (const auto& f : followed_)
                     if (!core_.is_here(*f.feed) || !f.gate || f.gate->relayed) follow_anew(f);
                 },
                 [&](sleep_letter& s) { on_sleep(s); },
                 [&](stop_letter&) { leave(); },
                 [](auto&) {},
             },
             l);
}

void volatile_actor::on_sleep(const sleep_letter& l) {
  if (entity_->busy()) {
    // A follow that was lost in a crash of its feed's actor has no other reminder than this.
    for (auto& f : followed_)
      if (!f.gate) follow_anew(f);
    return;
  }
  if (!core_.names.retire(*self_, l.stamp)) return;
  for (const auto& f : followed_)
    core_.names.send_if_awake(*f.feed, mail_of(unfollow_letter{*self_, false}));
  leave();
}

void volatile_actor::on_command(command_letter& l) {
  doing_ = l.command.tag().name.data();
  core_.metrics.commands.add();
  if (!l.how.key.empty() && l.reply)
    return l.reply->answer(
        error{errc::unsupported,
              "\"" + kind_.kind + "\" has no journal, so it keeps no answers under keys.",
              {}});
  auto d = entity_->handle(l.command, make_context(nobody));
  if (!d.refusal) d.refusal = check(d.effects);
  if (d.refusal) {
    if (l.reply) l.reply->answer(*d.refusal);
    return;
  }
  entity_->accept();
  carry_out(d.effects);
  if (l.reply) l.reply->answer(std::move(d.reply));
}

std::optional<error> volatile_actor::check(const std::vector<effect>& effects) const {
  const effect_scope in{*self_, kind_, core_.kinds, core_.drivers, core_.types};
  for (const auto& e : effects)
    if (auto why = check_volatile_effect(e, in)) return why;
  return std::nullopt;
}

void volatile_actor::carry_out(std::vector<effect>& effects) {
  for (auto& e : effects) {
    if (auto* d = std::get_if<deliver>(&e)) {
      bool has_it = false;
      core_.guarded("driver", kind_.kind,
                    [&] { has_it = kind_.clients->deliver(*self_, d->channel, d->entry); });
      if (has_it) acknowledged(d->entry);
    } else if (auto* a = std::get_if<acknowledge>(&e)) {
      if (auto* f = find(a->feed); f && f->gate) mark(*f, a->on, a->position);
    } else if (auto* f = std::get_if<follow>(&e)) {
      start_following(*f);
    } else if (auto* u = std::get_if<unfollow>(&e)) {
      stop_following(*u);
    } else if (auto* c = std::get_if<drive>(&e)) {
      const auto found = core_.drivers.find(c->driver);
      core_.guarded("driver", c->driver, [&] { found->second->call(*self_, c->channel, c->call); });
    }
  }
}

volatile_actor::following* volatile_actor::find(const loa::name& feed) {
  const auto at =
      std::ranges::find_if(followed_, [&](const following& f) { return *f.feed == feed; });
  return at == followed_.end() ? nullptr : at;
}

void volatile_actor::start_following(const follow& f) {
  following fresh{std::make_shared<const loa::name>(f.feed), nullptr, 0, f.channel, {}};
  if (f.from) fresh.from = std::make_unique<const link::cursor>(*f.from);
  if (auto* known = find(f.feed))
    *known = std::move(fresh);
  else
    followed_.push_back(std::move(fresh));
  if (!core_.send(f.feed, follow_letter{*self_, f.channel, f.from, receiver_ptr(this)}))
    send_after(follow_again, nudge_letter{f.feed});
}

void volatile_actor::follow_anew(const following& f) {
  start_following(
      {*f.feed, f.channel, f.from ? std::optional<link::cursor>(*f.from) : std::nullopt});
}

void volatile_actor::stop_following(const unfollow& u) {
  if (!find(u.feed)) return;
  followed_.remove_if([&](const following& f) { return *f.feed == u.feed; });
  core_.send(u.feed, unfollow_letter{*self_, u.leave});
}

void volatile_actor::on_followed(const followed_letter& l) {
  auto* f = find(*l.gate->feed);
  if (!f) return; // given up meanwhile
  f->feed = l.gate->feed;
  f->gate = l.gate;
  f->slot = l.slot;
  f->from.reset();
}

void volatile_actor::on_turned_away(const turned_away_letter& l) {
  if (!find(l.feed)) return;
  followed_.remove_if([&](const following& f) { return *f.feed == l.feed; });
  if (kind_.clients)
    core_.guarded("driver", kind_.kind, [&] { kind_.clients->turned_away(*self_, l.feed); });
}

void volatile_actor::acknowledged(const feed_entry_ptr& e) {
  // By address: this runs once for each of a million sessions, and the gate is what all of a feed
  // share.
  for (auto& f : followed_)
    if (f.gate && f.gate->feed == e->feed) mark(f, e->entry.on, e->entry.position);
}

void volatile_actor::mark(following& f, link::lane on, std::uint64_t position) {
  if (!f.gate->board.acknowledge(f.slot, on, position)) return;
  core_.names.send_if_awake(*f.gate->feed, mail_of(gather_letter{}));
}

} // namespace loa::node
