#include "entities.hpp"

#include <loa/base/overloaded.hpp>

#include <stdexcept>

namespace loa::odd {

namespace {

/// So it says in the log where a crash was meant.
[[noreturn]] void fall() {
  throw std::runtime_error("on purpose");
}

/// The facts of a hand, with its log first if it has done anything to claim.
decision take_up(hand& h, bool always) {
  const bool claims = !h.log.sent.empty() || !h.log.founded.empty() || !h.log.alarms.empty() ||
                      !h.log.published.empty();
  if (always || claims) h.d.facts.insert(h.d.facts.begin(), std::move(h.log));
  return std::move(h.d);
}

std::uint64_t number_in(const std::string& id) {
  return std::strtoull(id.c_str() + 1, nullptr, 10);
}

/// One wild trick for an entry's or a reminder's number; what it makes is marked by that.
decision surprise(const std::string& id, const node::context& around) {
  const auto number = number_in(id);
  // Several listen to one entry, so the listener is part of the mark.
  const auto who = std::hash<name>{}(around.self) % 1'000'000'007;
  hand h(around.self, around.now, 1'000'000'000'000 + (number * 31 + who) % 1'000'000'000'000,
         number);
  play(h, {wild()[h.dice.below(wild().size())]});
  return take_up(h, false);
}

} // namespace

decision oddity::decide(const command& c, const node::context& around) const {
  if (std::holds_alternative<look_up>(c)) return known;
  if (const auto* p = std::get_if<parcel>(&c)) {
    if (p->throws) fall();
    if (p->refused) return error{errc::rule, "It does not want this parcel.", {}};
    hand h(around.self, around.now, p->mark, p->seed);
    h.d.facts.push_back(got{p->mark});
    play(h, p->tricks);
    return take_up(h, false);
  }
  const auto& a = std::get<act>(c);
  if (a.throws) fall();
  hand h(around.self, around.now, a.mark, a.seed);
  play(h, a.tricks);
  if (h.mumbles)
    h.d.reply = wire::value::of(mumble{a.mark});
  else
    h.d.reply = wire::value::of(done{a.mark, std::move(h.answer), std::move(h.first)});
  return take_up(h, true);
}

decision oddity::on_entry(const node::feed_entry_ptr& e, const node::context& around) const {
  const auto& id = e->entry.id;
  if (id.starts_with("g")) {
    decision d;
    d.facts.push_back(heard{id});
    return d;
  }
  if (id.starts_with("w") && around.self.str() != listener) return surprise(id, around);
  return {};
}

decision oddity::on_reminder(const std::string& id, const node::context& around) const {
  if (id.starts_with("w")) return surprise(id, around);
  decision d;
  if (id.starts_with("g")) d.facts.push_back(rang{id});
  return d;
}

decision oddity::on_refused(const node::post& what, const error&, const node::context&) const {
  decision d;
  if (const auto* p = what.message.get<parcel>()) d.facts.push_back(told{p->mark});
  if (const auto* r = what.message.get<riddle>()) d.facts.push_back(told{r->mark});
  return d;
}

std::vector<node::effect> oddity::on_wake(const node::context& around) const {
  hand h(around.self, around.now, 0, mind_seed);
  play(h, mind);
  if (around.self.str() == listener)
    for (const auto& who : cast()) h.effect(node::follow{*name::parse(who), 0, {}, false});
  return std::move(h.d.effects);
}

void oddity::apply(const fact& f) {
  const auto add = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  std::visit(overloaded{
                 [&](const did& x) {
                   known.done.push_back(x.mark);
                   add(known.sent, x.sent);
                   add(known.founded, x.founded);
                   add(known.alarms, x.alarms);
                   add(known.published, x.published);
                 },
                 [&](const got& x) { known.got.push_back(x.mark); },
                 [&](const told& x) { known.told.push_back(x.mark); },
                 [&](const heard& x) { known.heard.push_back(x.id); },
                 [&](const rang& x) { known.rang.push_back(x.id); },
                 [&](const born& x) { known.born = x.mark; },
                 [&](const saw&) {},
                 [&](const kept& x) { keeps = {{{x.what}}}; },
                 [&](const strayed&) { strayed_to.emplace(); },
                 [&](const minded& x) {
                   mind_seed = x.seed;
                   mind = x.tricks;
                 },
             },
             f);
}

decision mute::decide(const command& c, const node::context& around) const {
  auto d = inside.decide(c, around);
  if (d.reply.get<done>()) d.reply = {};
  return d;
}

} // namespace loa::odd
