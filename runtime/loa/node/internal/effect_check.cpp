#include <loa/base/overloaded.hpp>
#include <loa/node/internal/effect_check.hpp>

#include <algorithm>

namespace loa::node {

namespace {

using maybe = std::optional<error>;

constexpr std::size_t max_reminder_id = 64;
/// An entry's head goes between nodes in a frame with others.
constexpr std::size_t max_entry_head_bytes = std::size_t{256} << 10;
/// The last millisecond of the year 9999, which is the last that RFC 3339 can write.
constexpr instant last_instant = from_millis(253'402'300'799'999);

maybe defect(std::string what) {
  return error{errc::internal, std::move(what), {}};
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

maybe too_large(std::string_view what, std::size_t size, std::size_t most) {
  return error{errc::too_large,
               std::string(what) + " of " + std::to_string(size) + " bytes is too large; at most " +
                   std::to_string(most) + " are taken.",
               {}};
}

/// An entity with a journal that somebody on any node may write to or follow.
maybe check_name(std::string_view use, const name& who, const effect_scope& in) {
  if (who.empty()) return defect(std::string(use) + " without a name goes nowhere.");
  const auto kind = in.kinds.find(who.kind());
  if (kind == in.kinds.end())
    return defect(std::string(use) + " names " + quoted(who.str()) +
                  ", and there is no kind of entity called " + quoted(who.kind()) + ".");
  if (!kind->second.durable)
    return defect(std::string(use) + " names " + quoted(who.str()) +
                  ", and entities of that kind have no journal.");
  return {};
}

maybe check_channel(std::uint8_t channel) {
  if (channel < link::slot_ledger::channels) return {};
  return defect("There is no slot channel " + std::to_string(channel) + "; the last one is " +
                std::to_string(link::slot_ledger::channels - 1) + ".");
}

maybe check_lane(link::lane on) {
  if (on == link::lane::ordinary || on == link::lane::emergency) return {};
  return defect("There is no lane " + std::to_string(static_cast<unsigned>(on)) + " of a feed.");
}

maybe check_publish(const publish& p) {
  if (auto why = check_lane(p.on)) return why;
  if (!p.body) return defect("An entry without a body cannot be published.");
  if (p.body->size() > link::most_body_octets)
    return too_large("The content", p.body->size(), link::most_body_octets);
  if (p.expires == instant{})
    return defect("An entry must say when it expires; without that nobody would get it.");
  auto head = p.id.size();
  for (const auto& a : p.audience) {
    if (a.empty())
      return defect("An entry's audience holds an empty path; without any path it is for all.");
    head += a.str().size();
  }
  if (head > max_entry_head_bytes)
    return too_large("An entry's audience and id", head, max_entry_head_bytes);
  return {};
}

maybe check_post(const post& p, const effect_scope& in) {
  if (auto why = check_name("A post", p.to, in)) return why;
  if (p.message.empty()) return defect("A post without a message says nothing.");
  const auto type = p.message.tag().name;
  if (!in.types.knows(type))
    return defect("No kind of entity has the type " + quoted(type) + " of a post, so " +
                  quoted(p.to.str()) + " could not read it.");
  return {};
}

maybe check_remind(const remind& r) {
  if (r.id.empty() || r.id.size() > max_reminder_id)
    return defect("A reminder's id has 1 to 64 bytes.");
  if (r.due < instant{} || r.due > last_instant)
    return defect("A reminder is due between the years 1970 and 9999.");
  return {};
}

maybe check_found(const found& f, const effect_scope& in) {
  if (auto why = check_name("A founding", f.who, in)) return why;
  if (f.who.home() != in.self.home())
    return defect("An entity is founded in the home of its founder.");
  if (f.who == in.self) return defect("An entity cannot found itself.");
  for (auto r = f.reminders.begin(); r != f.reminders.end(); ++r) {
    if (auto why = check_remind(*r)) return why;
    const auto same = [&](const remind& other) { return other.id == r->id; };
    if (std::any_of(f.reminders.begin(), r, same))
      return defect(quoted(f.who.str()) + " is founded with two reminders " + quoted(r->id) + ".");
  }
  if (f.first_fact.size() > most_fact_octets)
    return too_large("A fact", f.first_fact.size(), most_fact_octets);
  const auto& kind = in.kinds.find(f.who.kind())->second;
  if (auto fine = kind.check_fact(f.first_fact); !fine)
    return defect(quoted(f.who.str()) + " could not read its first fact: " + fine.error().detail);
  return {};
}

maybe check_follow(const follow& f, const effect_scope& in) {
  if (auto why = check_name("A wish to follow", f.feed, in)) return why;
  if (f.feed == in.self) return defect("An entity cannot follow itself.");
  return check_channel(f.channel);
}

maybe check_enrol(const enrol& n, const effect_scope& in) {
  if (n.follower.empty()) return defect("A follower without a name cannot be enrolled.");
  if (in.kinds.find(n.follower.kind()) == in.kinds.end())
    return defect("A follower is to be enrolled whose kind " + quoted(n.follower.kind()) +
                  " is not known.");
  return check_channel(n.channel);
}

maybe check_drive(const drive& d, const effect_scope& in) {
  if (in.drivers.contains(d.driver)) return {};
  return defect("There is no driver called " + quoted(d.driver) + ".");
}

maybe check_deliver(const deliver& d, const effect_scope& in) {
  if (!in.kind.clients)
    return defect("Clients of " + quoted(in.kind.kind) +
                  " cannot be handed anything: no driver has that name.");
  if (!d.entry) return defect("Nothing was to be delivered.");
  return {};
}

} // namespace

std::optional<error> check_effect(const effect& e, const effect_scope& in) {
  return std::visit(overloaded{[&](const publish& p) { return check_publish(p); },
                               [&](const post& p) { return check_post(p, in); },
                               [&](const remind& r) { return check_remind(r); },
                               [&](const follow& f) { return check_follow(f, in); },
                               [&](const enrol& n) { return check_enrol(n, in); },
                               [&](const found& f) { return check_found(f, in); },
                               [&](const drive& d) { return check_drive(d, in); },
                               [&](const deliver& d) { return check_deliver(d, in); },
                               // What is unknown to these is harmless.
                               [&](const forget&) { return maybe{}; },
                               [&](const unfollow&) { return maybe{}; },
                               [&](const dismiss&) { return maybe{}; },
                               [&](const acknowledge& a) { return check_lane(a.on); }},
                    e);
}

std::optional<error> check_volatile_effect(const effect& e, const effect_scope& in) {
  return std::visit(
      overloaded{[&](const deliver& d) { return check_deliver(d, in); },
                 [&](const acknowledge& a) { return check_lane(a.on); },
                 [&](const unfollow&) { return maybe{}; },
                 [&](const follow& f) { return check_follow(f, in); },
                 [&](const drive& d) { return check_drive(d, in); },
                 [&](const auto&) {
                   return defect(quoted(in.kind.kind) +
                                 " has no journal, so it can only follow, unfollow, acknowledge, "
                                 "drive and deliver.");
                 }},
      e);
}

} // namespace loa::node
