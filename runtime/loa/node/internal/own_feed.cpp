#include <loa/base/probe.hpp>
#include <loa/node/internal/own_feed.hpp>

#include <algorithm>

namespace loa::node {

namespace {
/// Entries that are read from the journal at a time when a feed opens.
limit max_page{"node.feed_page", 256, 1};
/// After which pause somebody follows again whose slot could not be stored.
constexpr duration admit_again = std::chrono::seconds(1);
constexpr duration complain_every = std::chrono::minutes(1);
} // namespace

own_feed::own_feed(desk_host& host)
    : host_(host),
      gate_(std::make_shared<feed_gate>()),
      relays_(host) {
  gate_->feed = host.self();
  kept_ = std::make_unique<link::retained_feed>(host.core().epoch_of(*host.self()));
}

// -- the durable part -----------------------------------------------------------------------------

void own_feed::apply(const entry_published& f) {
  head_.at(f.entry.on) = f.entry.position;
  if (f.counted) ledger_.opened(f.entry);
}

void own_feed::apply(const entry_closed& f) {
  auto figures = ledger_.closed(f.position);
  if (figures.empty()) return;
  if (max_finals.reached_by(finals_.size())) finals_.erase(finals_.begin());
  finals_.push_back({f.position, std::move(figures)});
}

own_feed::state own_feed::durable() const {
  return {head_, ledger_.snapshot(), finals_, attendance_.snapshot()};
}

result<void> own_feed::restore(const state& s) {
  auto ledger = link::slot_ledger::restore(s.ledger);
  if (!ledger) return ledger.error();
  ledger_ = *std::move(ledger);
  head_ = s.head;
  finals_ = s.finals;
  attendance_ = link::attendance::restore(s.attendance, ledger_.extent());
  return {};
}

link::shared_body own_feed::load_body(std::uint64_t position) const {
  auto value =
      host_.core().parts.journal.get(store::table::feed, store::feed_key(*host_.self(), position));
  if (!value || !*value) return nullptr;
  auto stored = wire::decode_record<std::variant<stored_entry>>(**value, wire::journal_limits);
  return stored ? std::get<stored_entry>(*stored).entry.body : nullptr;
}

result<void> own_feed::open() {
  kept_ = std::make_unique<link::retained_feed>(
      host_.core().epoch_of(*host_.self()), head_,
      [this](std::uint64_t position) { return load_body(position); });
  const auto all = store::range_of(*host_.self());
  auto from = all.from;
  const auto page = max_page.value();
  for (;;) {
    auto found = host_.core().parts.journal.scan(store::table::feed, from, all.to, page);
    if (!found) return found.error();
    for (const auto& item : *found) {
      auto stored =
          wire::decode_record<std::variant<stored_entry>>(item.value, wire::journal_limits);
      if (!stored) return stored.error();
      kept_->restore(std::get<stored_entry>(*stored).entry);
    }
    if (found->size() < page) break;
    max_page.cross();
    from = store::after(found->back().key);
  }
  committed_ = head();
  gate_->board.reserve(ledger_.extent());
  live_.reserve(ledger_.extent());
  for (std::uint32_t slot = 0; slot < ledger_.extent(); ++slot) {
    const auto at = ledger_.at(slot);
    if (!at) continue;
    auto who = name::parse(at->name);
    if (!who) continue;
    const auto kind = host_.core().kinds.find(who->kind());
    if (kind != host_.core().kinds.end() && !kind->second.durable) {
      // A session that outlived its unit's crash does not know the new gate.
      if (host_.core().names.send_if_awake(*who, mail_of(nudge_letter{*host_.self()})))
        LOA_PROBE("feed: begins anew while its sessions live");
    } else
      add_sender(*who, slot);
  }
  prune_at_ = host_.monotonic();
  host_.wake_at(*prune_at_, false);
  if (host_.core().options.forget_followers) roll_at_ = next_roll_call();
  relays_.forget();
  return {};
}

// -- what the entity wants ------------------------------------------------------------------------

bool own_feed::concerns_us(const link::entry& e) const {
  if (e.audience.empty()) return true;
  const auto home = host_.self()->home();
  return std::ranges::any_of(e.audience, [&](const path& a) { return a.contains(home); });
}

void own_feed::publish(const node::publish& p, draft& d) {
  link::entry e{kept_->next_position(), p.on, p.audience, p.expires, p.channels, p.id, p.body};
  d.put(store::table::feed, store::feed_key(*host_.self(), e.position),
        wire::encode_record(stored_entry{e}));
  const entry_published published{{e.position, e.on, e.channels}, concerns_us(e)};
  d.fact(published);
  if (e.on == link::lane::emergency) d.mark_urgent();
  kept_->publish(std::move(e));
  apply(published);
  if (!prune_at_) host_.wake_at(*(prune_at_ = host_.monotonic() + prune_every), false);
}

void own_feed::announce() {
  const auto now = host_.monotonic();
  for (auto& [text, to] : senders_)
    if (!to.abroad) carry_out(to, to.sender.advance(head(), now));
}

std::optional<std::uint32_t> own_feed::take_slot(const name& who, std::uint8_t channel, draft& d) {
  const auto kind = host_.core().kinds.find(who.kind());
  const bool session = kind != host_.core().kinds.end() && !kind->second.durable;
  const auto most = session ? host_.core().options.most_sessions : link::slot_ledger::most_slots;
  auto taken = ledger_.size() < most ? ledger_.take(who.str(), channel)
                                     : result<link::slot_taken>(error{errc::too_many, {}, {}});
  if (!taken && taken.error().code == errc::too_many) {
    if (session) max_sessions.cross();
    return full(who), std::nullopt;
  }
  if (!taken) { // what a follower says of itself is no reason to crash
    host_.core().bury(*host_.self(), "a wish to follow from " + who.str(), taken.error().detail);
    return std::nullopt;
  }
  d.fact(*taken);
  if (auto done = ledger_.apply(*taken); !done) throw std::runtime_error(done.error().detail);
  attendance_.reset(taken->slot);
  gate_->board.reserve(ledger_.extent());
  live_.reserve(ledger_.extent());
  return taken->slot;
}

void own_feed::full(const name& who) {
  host_.core().metrics.turned_away.add();
  const auto now = host_.monotonic();
  if (full_at_ && now - *full_at_ < complain_every) return;
  full_at_ = now;
  host_.core().parts.log.write(log_level::error, "delivery",
                               "A feed has as many followers as it may have and turns others away.",
                               {{"name", host_.self()->str()},
                                {"followers", std::to_string(ledger_.size())},
                                {"turned_away", who.str()}});
}

void own_feed::enrol(const node::enrol& e, draft& d) {
  if (ledger_.find(e.follower.str())) return;
  if (const auto slot = take_slot(e.follower, e.channel, d)) add_sender(e.follower, *slot);
}

void own_feed::dismiss(const name& who, draft& d) {
  const auto slot = ledger_.find(who.str());
  if (!slot) return;
  if (auto left = ledger_.leave(*slot)) {
    d.fact(*left);
    attendance_.reset(*slot);
    if (auto done = ledger_.apply(*left); !done) throw std::runtime_error(done.error().detail);
  }
  senders_.erase(who.str());
  live_.leave(*slot);
  relays_.leave(*slot);
}

void own_feed::add_sender(const name& who, std::uint32_t slot) {
  const auto at = ledger_.at(slot);
  const auto mask = at->channel == 0 ? link::every_channel : 1U << at->channel;
  auto& to =
      senders_
          .try_emplace(who.str(), fed{who, slot,
                                      link::feed_sender(*kept_, {who.home(), mask},
                                                        host_.core().parts.random.next(),
                                                        {epoch(), at->acked}, host_.core().link),
                                      !host_.core().is_here(who)})
          .first->second;
  carry_out(to, to.sender.advance(visible_to(to), host_.monotonic()));
}

void own_feed::committed(std::uint64_t position) {
  const auto before = std::exchange(committed_, std::max(committed_, position));
  for (auto& [text, to] : senders_)
    if (to.abroad) carry_out(to, to.sender.advance(committed_, host_.monotonic()));
  relays_.advance(committed_);
  if (live_.count() == 0) return;
  for (auto on : link::lanes)
    for (auto e = kept_->next(on, before); e && e->position <= position;
         e = kept_->next(on, e->position))
      if (concerns_us(*e)) fan_out_entry(*e);
}

void own_feed::pass_unstored(link::entry e) {
  if (!concerns_us(e) && senders_.empty()) return;
  LOA_PROBE("feed: an emergency goes down without being stored");
  host_.core().metrics.passed_unstored.add();
  host_.core().parts.log.write(log_level::error, "delivery",
                               "An emergency could not be stored and is passed on without.",
                               {{"name", host_.self()->str()}, {"entry", e.id}});
  e.position = 0;
  const auto shared = std::make_shared<const feed_entry>(feed_entry{host_.self(), e});
  if (concerns_us(e)) {
    auto& unstored = host_.core().unstored;
    unstored.keep(*host_.self(), shared);
    for (std::uint32_t slot = 0; slot < live_.extent(); ++slot)
      if (live_.takes(slot, e)) unstored.given(*host_.self(), slot);
    fan_out_entry(e);
    relays_.pass(shared);
  }
  for (const auto& [text, to] : senders_) {
    const auto below = to.who.home();
    const auto concerned = [&](const path& a) { return overlap(a, below); };
    if (e.audience.empty() || std::ranges::any_of(e.audience, concerned))
      host_.core().send(to.who, unstored_letter{shared});
  }
}

void own_feed::fan_out_entry(const link::entry& e) {
  live_.send(std::make_shared<const feed_entry>(feed_entry{host_.self(), e}), host_.unit());
}

// -- what followers say ---------------------------------------------------------------------------

void own_feed::take(const follow_letter& l) {
  if (l.reply_to) {
    waiting_.push_back(l);
    if (!admitting_) admit();
    return;
  }
  // A durable follower opens a conversation of its own.
  if (ledger_.find(l.follower.str())) return;
  draft d(*host_.self(), host_.next_fact());
  const auto slot = take_slot(l.follower, l.channel, d);
  if (!slot) return; // it asks again
  add_sender(l.follower, *slot);
  host_.commit(d, {});
}

void own_feed::admit() {
  draft d(*host_.self(), host_.next_fact());
  std::vector<std::pair<std::uint32_t, follow_letter>> admitted;
  for (auto& l : std::exchange(waiting_, {})) {
    auto slot = ledger_.find(l.follower.str());
    if (!slot) slot = take_slot(l.follower, l.channel, d);
    if (slot)
      admitted.emplace_back(*slot, std::move(l));
    else
      l.reply_to->enqueue(mail_of(turned_away_letter{*host_.self()}), host_.unit());
  }
  admitting_ = true;
  host_.commit(d, [this, admitted = std::move(admitted)](const result<void>& outcome) {
    admitting_ = false;
    for (const auto& [slot, l] : admitted) {
      if (outcome)
        seat(slot, l);
      else { // it asks again, but not at once: what cannot be stored now mostly cannot be soon
        LOA_PROBE("feed: an admission was not stored");
        host_.core().delayed.add(l.reply_to, admit_again, nudge_letter{*host_.self()});
      }
    }
    if (outcome && !waiting_.empty()) admit();
  });
}

link::lane_positions own_feed::from_where(const follow_letter& l,
                                          const link::lane_positions& acked) const {
  auto from = l.from->upto;
  for (auto on : link::lanes) {
    if (from.at(on) <= committed_) continue;
    LOA_PROBE("feed: a session names a position that was never published in this life");
    // As after the restoration of a backup: what he names was never published in this life.
    host_.alarm({link::alarm_kind::follower_ahead,
                 "A follower is ahead of the feed, and goes on from what he has acknowledged."},
                l.follower);
    from.at(on) = acked.at(on);
  }
  return from;
}

void own_feed::seat(std::uint32_t slot, const follow_letter& l) {
  const auto at = ledger_.at(slot);
  if (!at || at->name != l.follower.str()) {
    LOA_PROBE("feed: a session left before it was seated");
    return; // left meanwhile
  }
  l.reply_to->enqueue(mail_of(followed_letter{gate_, slot}), host_.unit());
  live_.seat(slot, l.reply_to, at->channel);
  auto from = at->acked;
  if (l.from && (l.from->epoch == 0 || l.from->epoch == epoch())) from = from_where(l, from);
  for (auto on : link::lanes)
    for (auto e = kept_->next(on, from.at(on)); e && e->position <= committed_;
         e = kept_->next(on, e->position))
      if (concerns_us(*e) && live_.takes(slot, *e) && !host_.core().is_over(*e))
        l.reply_to->enqueue(
            mail_of(entry_letter{std::make_shared<const feed_entry>(feed_entry{host_.self(), *e})}),
            host_.unit());
  for (auto& missed : host_.core().unstored.take(*host_.self(), slot)) {
    LOA_PROBE("feed: a session is seated after an emergency that was not stored");
    if (live_.takes(slot, missed->entry) && !host_.core().is_over(missed->entry))
      l.reply_to->enqueue(mail_of(entry_letter{std::move(missed)}), host_.unit());
  }
}

void own_feed::take(const unfollow_letter& l) {
  const auto slot = ledger_.find(l.follower.str());
  if (!slot) return;
  if (!l.leave) {
    live_.leave(*slot);
    return;
  }
  draft d(*host_.self(), host_.next_fact());
  dismiss(l.follower, d);
  host_.commit(d, {});
}

void own_feed::take(const name& from, const link::feed_follow& m) {
  const auto found = senders_.find(from.str());
  if (found == senders_.end()) { // it does not know that it lost its slot
    LOA_PROBE("feed: a follower that has lost its slot speaks");
    host_.core().send(from, nudge_letter{*host_.self()});
    return;
  }
  auto& to = found->second;
  to.for_another = m.receipt.has_value();
  carry_out(to, to.sender.on(m, host_.monotonic()));
  if (m.receipt) count(to, *m.receipt);
}

void own_feed::take(const name& from, const link::feed_ack& m) {
  const auto found = senders_.find(from.str());
  if (found == senders_.end()) return;
  carry_out(found->second, found->second.sender.on(m, host_.monotonic()));
  if (m.receipt) count(found->second, *m.receipt);
}

void own_feed::carry_out(fed& to, link::feed_sender::output out) {
  for (const auto& a : out.alarms) host_.alarm(a, to.who);
  for (auto& m : out.to_send) host_.send_frame(to.who, std::move(m));
  if (out.next_timer) host_.wake_at(*out.next_timer);
  if (out.acked && !to.for_another) count(to, *out.acked);
}

void own_feed::count(const fed& to, const link::cursor& delivered) {
  if (delivered.epoch != epoch()) {
    LOA_PROBE("feed: a follower counts in another epoch");
    return;
  }
  bool news = false;
  for (auto on : link::lanes)
    news |= ledger_.acknowledge(to.slot, on, std::min(delivered.at(on), head()));
  if (news) gather_soon();
}

// -- answers --------------------------------------------------------------------------------------

bool own_feed::in_use() const {
  return live_.count() > 0 || relays_.in_use() || gather_at_.has_value();
}

std::vector<link::entry> own_feed::entries(std::uint64_t after, std::size_t most) const {
  std::vector<link::entry> out;
  link::lane_positions at{after, after};
  while (out.size() < most) {
    auto ordinary = kept_->next(link::lane::ordinary, at.ordinary);
    auto emergency = kept_->next(link::lane::emergency, at.emergency);
    if (!ordinary && !emergency) break;
    auto& next =
        !emergency || (ordinary && ordinary->position < emergency->position) ? ordinary : emergency;
    at.at(next->on) = next->position;
    out.push_back(*std::move(next));
  }
  return out;
}

std::vector<link::channel_figures> own_feed::figures(std::uint64_t position) const {
  auto now = ledger_.figures(position);
  if (!now.empty()) return now;
  const auto kept = std::ranges::find(finals_, position, &final_figures::position);
  return kept == finals_.end() ? now : kept->figures;
}

link::slot_ledger::absentees own_feed::missing(std::uint64_t position, std::size_t most) const {
  return ledger_.missing(position, most);
}

std::vector<feed_view::follower> own_feed::followers(std::uint8_t channel, std::size_t most) const {
  std::vector<follower> out;
  for (std::uint32_t slot = 0; slot < ledger_.extent() && out.size() < most; ++slot) {
    const auto at = ledger_.at(slot);
    if (!at || at->channel != channel) continue;
    auto who = name::parse(at->name);
    if (!who) continue;
    const bool open =
        senders_.contains(at->name) ? senders_.find(at->name)->second.sender.open() : present(slot);
    out.push_back({*std::move(who), channel, {epoch(), at->acked}, open});
  }
  return out;
}

} // namespace loa::node
