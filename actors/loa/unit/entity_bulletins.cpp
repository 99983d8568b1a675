// A unit and its bulletins: published, passed on, read, counted, closed.

#include <loa/base/probe.hpp>
#include <loa/unit/entity.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::unit {

namespace {

using node::context;

/// What of a frame only readers need.
struct frame_texts {
  model::texts headline;
  model::texts text;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("headline", self.headline);
    f.optional("text", self.text);
  }
};

link::lane lane_of(const frame_head& h) {
  return h.emergency() ? link::lane::emergency : link::lane::ordinary;
}

/// Those of an entry's audience that concern `self`; itself where all of it is meant.
std::vector<path> narrowed(const std::vector<path>& audience, const path& self) {
  std::vector<path> out;
  for (const auto& a : audience) {
    if (a.contains(self)) return {self};
    if (self.contains(a)) out.push_back(a);
  }
  if (audience.empty()) out.push_back(self);
  return out;
}

std::optional<link::entry> entry_at(std::uint64_t position, const context& ctx) {
  if (position == 0) return std::nullopt;
  auto found = ctx.feed.entries(position - 1, 1);
  if (found.empty() || found.front().position != position || !found.front().body)
    return std::nullopt;
  return std::move(found.front());
}

model::delivery_figures reached(const bulletin_record& r, const context& ctx) {
  if (r.closed_at) return r.final_figures;
  model::delivery_figures out;
  for (const auto& f : ctx.feed.figures(r.position)) {
    if (f.channel == model::number(model::slot_channel::citizen))
      out.citizens += {f.targeted, f.delivered, f.left, f.late};
    else
      out.devices += {f.targeted, f.delivered, f.left, f.late, 0};
  }
  return out;
}

/// The child units that have not acknowledged an entry for them.
std::vector<name> units_behind(const bulletin_record& r, const context& ctx) {
  std::vector<name> out;
  const auto entry = entry_at(r.position, ctx);
  if (!entry) return out;
  const auto channel = model::number(model::slot_channel::child_unit);
  for (const auto& f : ctx.feed.followers(channel, link::slot_ledger::most_slots))
    if (link::concerns(*entry, f.who.home(), link::every_channel) &&
        f.cursor.at(entry->on) < entry->position)
      out.push_back(f.who);
  return out;
}

error no_bulletin(const model::bulletin_id& id, const path& unit) {
  return {errc::not_found,
          fmt::format("No bulletin {} is in force in the unit {}.", id, unit.str()),
          {}};
}

} // namespace

// -- in
// ---------------------------------------------------------------------------------------------

std::optional<error> entity::why_not(const model::bulletin& b, const context& ctx) const {
  if (b.unit != unit_)
    return error{
        errc::rule,
        fmt::format("The bulletin is of the unit {}, not of {}.", b.unit.str(), unit_.str()),
        "/unit"};
  if (auto wrong = model::validate(b); !wrong.empty()) return std::move(wrong.front());
  if (auto wrong = model::judge_times(b, ctx.now)) return wrong;
  for (std::size_t i = 0; i < b.target.size(); ++i)
    if (b.target[i] != unit_ && std::ranges::none_of(settings_.children, [&](const path& c) {
          return c.contains(b.target[i]);
        }))
      return error{errc::rule,
                   fmt::format("There is no unit {} under {}.", b.target[i].str(), unit_.str()),
                   fmt::format("/target/{}", i)};
  if (const auto* above = bulletins_.of_others(head_of(b)))
    return error{errc::forbidden,
                 fmt::format("The alert that it refers to was published by {}; an Update or a "
                             "Cancel of {} does not touch it.",
                             above->head.unit.str(), unit_.str()),
                 "/replaces"};
  const bool emergency = b.priority == model::priority::emergency;
  if (limits::in_force.reached_by(bulletins_.open(unit_, emergency)))
    return error{errc::too_many,
                 fmt::format("The unit has {} {} in force; more are accepted when some expire.",
                             limits::in_force.value(), emergency ? "emergencies" : "bulletins"),
                 {}};
  return std::nullopt;
}

/// The first answer again if this was published before, a conflict if something else was.
std::optional<entity::decision> entity::repetition(const model::bulletin& b,
                                                   const context& ctx) const {
  if (const auto* known = bulletins_.find(b.id)) {
    const auto entry = entry_at(known->position, ctx);
    if (known->head.unit == unit_ && entry && *entry->body == model::frame_body(b) &&
        entry->audience == b.target && entry->channels == model::slot_mask(b) &&
        known->author == b.author && known->cap_xml == b.cap_xml) {
      LOA_PROBE("unit: a bulletin is published again");
      return decision(accepted{b.id, unit_, known->position, {}});
    }
    return decision(
        error{errc::conflict, fmt::format("The id {} is taken by another bulletin.", b.id), "/id"});
  }
  if (!b.cap) return std::nullopt;
  const auto* known = bulletins_.find_alert(*b.cap);
  if (!known) return std::nullopt;
  if (known->head.unit == unit_ && known->cap_xml == b.cap_xml) {
    LOA_PROBE("unit: an alert is published again");
    return decision(accepted{known->head.id, unit_, known->position, {}});
  }
  return decision(error{errc::conflict,
                        fmt::format("The alert {} of {} with this time was published as {} with "
                                    "other content; an Update needs a time of its own.",
                                    b.cap->identifier, b.cap->sender, known->head.id),
                        "/identifier"});
}

entity::decision entity::on(const publish_bulletin& c, const context& ctx) const {
  const auto& b = c.bulletin;
  if (auto again = repetition(b, ctx)) return *std::move(again);
  if (auto why = why_not(b, ctx)) return *std::move(why);
  const auto head = head_of(b);
  accepted answer{b.id, unit_, ctx.next_position, {}};
  if (const auto by = bulletins_.superseder_of(head); !by.empty()) {
    LOA_PROBE("unit: what supersedes a bulletin came before it");
    answer.warnings.push_back(
        fmt::format("It is superseded by {}, which came first; devices will not play it.", by));
  }
  decision d(std::move(answer));
  d.facts.emplace_back(bulletin_taken{ctx.next_position, head, ctx.now, b.author, b.cap_xml});
  d.effects.emplace_back(node::publish{lane_of(head), b.target, model::slot_mask(b), b.expires,
                                       b.id, std::make_shared<const bytes>(model::frame_body(b))});
  d.effects.push_back(next_closing(head));
  return d;
}

entity::decision entity::on_entry(const node::feed_entry_ptr& from, const context& ctx) const {
  const auto& e = from->entry;
  if (unit_.empty() || !e.body) return {};
  if (e.expires <= ctx.now) {
    LOA_PROBE("unit: an entry from above comes when it is over");
    return {};
  }
  if (bulletins_.find(e.id)) return {};
  auto audience = narrowed(e.audience, unit_);
  if (audience.empty()) return {};
  const auto head = read_frame_head(e.body);
  if (!head) return head.error();
  decision d;
  d.facts.emplace_back(bulletin_taken{ctx.next_position, *head, ctx.now, {}, {}});
  d.effects.emplace_back(
      node::publish{e.on, std::move(audience), e.channels, e.expires, e.id, e.body});
  d.effects.push_back(next_closing(*head));
  return d;
}

// -- out
// --------------------------------------------------------------------------------------------

entity::decision entity::on(const list_bulletins& c, const context& ctx) const {
  const auto most = std::clamp<std::size_t>(c.most, 1, limits::page);
  bulletin_page page;
  std::size_t octets = 0;
  auto after = c.after;
  for (;;) {
    const auto entries = ctx.feed.entries(after, most + 1);
    for (const auto& e : entries) {
      after = e.position;
      if (e.expires <= ctx.now || !e.body) continue;
      if (c.emergencies_only && e.on != link::lane::emergency) continue;
      if (page.items.size() == most ||
          (octets > 0 && limits::page_bytes.exceeded_by(octets + e.body->size()))) {
        page.next = page.items.back().position;
        return page;
      }
      octets += e.body->size();
      page.items.push_back({e.position, e.id, model::frame(unit_, e.position, *e.body)});
    }
    if (entries.size() <= most) return page;
  }
}

entity::decision entity::on(const get_bulletin& c, const context& ctx) const {
  const auto* known = bulletins_.find(c.id);
  const auto entry = known ? entry_at(known->position, ctx) : std::nullopt;
  if (!entry || entry->expires <= ctx.now) return no_bulletin(c.id, unit_);
  auto texts = wire::from_json<frame_texts>("{" + *entry->body + "}");
  if (!texts) return texts.error();
  bulletin_reply r;
  r.bulletin = bulletin_of(known->head);
  r.bulletin.author = known->author;
  r.bulletin.target = entry->audience;
  r.bulletin.channels = model::channels_in(entry->channels);
  r.bulletin.headline = std::move(texts->headline);
  r.bulletin.text = std::move(texts->text);
  r.bulletin.cap_xml = known->cap_xml;
  r.position = known->position;
  r.in_force = r.bulletin.in_force(ctx.now);
  r.superseded_by = known->superseded_by;
  return r;
}

entity::decision entity::on(const get_frame& c, const context& ctx) const {
  auto entry = entry_at(c.position, ctx);
  if (!entry)
    return error{
        errc::not_found,
        fmt::format("Nothing is in force at the position {} of {}.", c.position, unit_.str()),
        {}};
  return frame_reply{c.position, entry->id, entry->body};
}

// -- figures
// ----------------------------------------------------------------------------------------

entity::decision entity::on(const get_delivery& c, const context& ctx) const {
  own_delivery out;
  out.unit = unit_;
  out.id = c.id;
  out.as_of = ctx.now;
  const auto* known = bulletins_.find(c.id);
  if (!known) return out;
  out.known = true;
  out.closed = known->closed_at.has_value();
  if (out.closed) out.as_of = *known->closed_at;
  out.figures = reached(*known, ctx);
  out.figures.devices.played = known->played;
  // Once it has expired nobody's name is known any more, only how many they were.
  const auto lacking = out.figures.citizens.missing() + out.figures.devices.missing();
  const auto most = std::min<std::size_t>(c.missing_most, limits::page);
  if (!out.closed) out.missing = units_behind(*known, ctx);
  if (out.missing.size() > most) {
    out.more_missing = out.missing.size() - most;
    out.missing.resize(most);
  }
  const auto absent = out.closed ? link::slot_ledger::absentees{}
                                 : ctx.feed.missing(known->position, most - out.missing.size());
  for (const auto& text : absent.names)
    if (auto who = name::parse(text)) out.missing.push_back(*std::move(who));
  out.more_missing += std::max(lacking, absent.names.size() + absent.more) - absent.names.size();
  return out;
}

entity::decision entity::on(const bulletin_played& c, const context&) const {
  decision d;
  if (bulletins_.find(c.id)) d.facts.emplace_back(played_counted{c.id});
  return d;
}

entity::decision entity::on(const get_figures& c, const context& ctx) const {
  const period over(c.from, c.to);
  own_figures out{unit_, figures_.sum(over), ctx.now};
  for (const auto& [id, r] : bulletins_.all())
    if (over.contains(r.at)) out.figures += figures_of(r, reached(r, ctx), unit_);
  return out;
}

// -- the end of validity
// ----------------------------------------------------------------------------

node::effect entity::next_closing(const frame_head& added) const {
  const auto its = added.expires + bulletin_book::grace;
  return node::remind{"close", std::min(its, bulletins_.next_closing().value_or(its))};
}

entity::decision entity::close_expired(const context& ctx) const {
  decision d;
  for (const auto* r : bulletins_.to_close(ctx.now))
    d.facts.emplace_back(bulletin_closed{r->head.id, reached(*r, ctx), ctx.now});
  if (const auto next = bulletins_.next_closing(ctx.now))
    d.effects.emplace_back(node::remind{"close", *next});
  return d;
}

} // namespace loa::unit
