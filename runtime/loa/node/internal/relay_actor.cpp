#include <loa/base/overloaded.hpp>
#include <loa/base/probe.hpp>
#include <loa/node/internal/relay_actor.hpp>

#include <algorithm>
#include <limits>
#include <set>

namespace loa::node {

namespace {

constexpr std::uint64_t anywhere = std::numeric_limits<std::uint64_t>::max();
constexpr duration prune_every = std::chrono::seconds(30);

} // namespace

relay_actor::relay_actor(node_core& core, loa::name feed)
    : named_actor(core, std::move(feed)),
      receiver_(core.parts.random.next(), {}, core.relay_link),
      gate_(std::make_shared<feed_gate>()) {
  gate_->feed = self_;
  gate_->relayed = true;
}

instant relay_actor::monotonic() const {
  return core_.parts.monotonic.now();
}

void relay_actor::on_letter(letter& l) {
  std::visit(overloaded{
                 [&](load_letter&) { core_.names.loaded(*self_); },
                 [&](follow_letter& f) { take(f); },
                 [&](unfollow_letter& u) { take(u); },
                 [&](relay_letter& r) { take(r); },
                 [&](gather_letter&) {
                   if (!gather_at_) wake_at(*(gather_at_ = monotonic() + core_.options.gather));
                 },
                 [&](reached_letter&) { introduce(); },
                 [&](tick_letter& t) {
                   if (t.number == timer_) tick();
                 },
                 [&](sleep_letter& s) {
                   const bool used = std::ranges::any_of(places_, &place::in_use);
                   if (!used && unkept_.empty() && core_.names.retire(*self_, s.stamp)) leave();
                 },
                 [&](stop_letter&) { leave(); },
                 [](auto&) {},
             },
             l);
}

void relay_actor::after_crash() {
  for (const auto& p : places_)
    if (p.in_use()) {
      LOA_PROBE("relay: crashes with sessions seated");
      core_.names.send_if_awake(p.follower, mail_of(nudge_letter{*self_}));
    }
  places_.clear();
  standing_.clear();
  ahead_ = {};
}

// -- sessions -------------------------------------------------------------------------------------

void relay_actor::take(const follow_letter& l) {
  if (!l.reply_to) return;
  auto at = by_name_.find(l.follower.str());
  if (at == by_name_.end()) {
    const auto place_at = free_.empty() ? static_cast<std::uint32_t>(places_.size()) : free_.back();
    if (free_.empty())
      places_.emplace_back();
    else
      free_.pop_back();
    at = by_name_.emplace(l.follower.str(), place_at).first;
    gate_->board.reserve(static_cast<std::uint32_t>(places_.size()));
    live_.reserve(static_cast<std::uint32_t>(places_.size()));
  }
  auto& p = places_[at->second];
  live_.leave(at->second);
  ahead_.forget(at->second);
  p = {l.follower, l.reply_to, l.channel, p.slot, l.from, false, ++turn_};
  if (!std::exchange(begun_, true)) carry_out(receiver_.start(monotonic()));
  standing_.push_front({at->second, turn_, monotonic()}); // before those who have asked already
  // Whoever has been asked for already may be due much later.
  const auto soon = monotonic() + between_batches;
  if (!want_at_ || *want_at_ > soon) want_seats_at(soon);
}

void relay_actor::take(const unfollow_letter& l) {
  const auto found = by_name_.find(l.follower.str());
  if (found == by_name_.end()) return;
  const auto at = found->second;
  gather(); // what the session acknowledged last
  live_.leave(at);
  ahead_.forget(at);
  auto& p = places_[at];
  p.seated = false;
  p.actor.reset(); // his slot is named again while what he acknowledged in it is not committed
  if (l.leave) {   // if he returns he is another to the feed
    p = {};
    by_name_.erase(found);
  }
  core_.office->say_to_feed(*self_, seats_left{{l.follower}, l.leave});
}

void relay_actor::want_seats_at(instant at) {
  want_at_ = at;
  wake_at(at);
}

void relay_actor::want_seats() {
  want_at_.reset();
  const auto now = monotonic();
  seats_wanted wanted;
  for (auto left = standing_.size(); left > 0 && wanted.all.size() < max_seats_at_once; --left) {
    const auto [at, turn, due] = standing_.front();
    if (due > now) break;
    standing_.pop_front();
    const auto& p = places_[at];
    if (!p.in_use() || p.seated || p.turn != turn) continue;
    wanted.all.push_back({p.follower, p.channel});
    standing_.push_back({at, turn, now + ask_again});
  }
  if (!wanted.all.empty()) core_.office->say_to_feed(*self_, std::move(wanted));
  if (!standing_.empty()) want_seats_at(std::max(standing_.front().due, now + between_batches));
}

void relay_actor::on_message(const seats_given& m) {
  for (const auto& who : m.turned_away) {
    const auto found = by_name_.find(who.str());
    if (found == by_name_.end()) continue;
    auto& p = places_[found->second];
    if (!p.in_use() || p.seated) continue;
    p.actor->enqueue(mail_of(turned_away_letter{*self_}), unit());
    if (!p.slot) free_.push_back(found->second);
    p = {};
    by_name_.erase(found);
  }
  for (const auto& s : m.all) {
    const auto found = by_name_.find(s.follower.str());
    if (found == by_name_.end()) continue;
    auto& p = places_[found->second];
    const auto before = std::exchange(p.slot, s.slot);
    if (before && before != s.slot) {
      LOA_PROBE("relay: a session has another slot than before");
      unkept_.erase(*before); // it was taken from him, and given to him anew
    }
    if (p.in_use() && !std::exchange(p.seated, true)) seat(found->second, {m.epoch, s.acked});
  }
}

void relay_actor::seat(std::uint32_t at, const link::cursor& acked) {
  const auto& p = places_[at];
  p.actor->enqueue(mail_of(followed_letter{gate_, at}), unit());
  live_.seat(at, p.actor, p.channel);
  const auto from = from_where(p, acked);
  ahead_.note(at, {acked.epoch, from});
  for (auto& missed : unstored_.take(*self_, at)) {
    LOA_PROBE("relay: seats a session after an emergency that was not stored");
    if (live_.takes(at, missed->entry) && !core_.is_over(missed->entry))
      p.actor->enqueue(mail_of(entry_letter{std::move(missed)}), unit());
  }
  if (!kept_) { // everything is still to come
    LOA_PROBE("relay: seats a session ahead of its first entries");
    return;
  }
  for (auto on : link::lanes)
    for (auto e = kept_->next(on, from.at(on)); e; e = kept_->next(on, e->position))
      if (concerns_us(*e) && live_.takes(at, *e) && !core_.is_over(*e))
        p.actor->enqueue(
            mail_of(entry_letter{std::make_shared<const feed_entry>(feed_entry{self_, *e})}),
            unit());
}

link::lane_positions relay_actor::from_where(const place& p, const link::cursor& acked) const {
  if (!p.from || (p.from->epoch != 0 && p.from->epoch != acked.epoch)) return acked.upto;
  auto from = p.from->upto;
  // Beyond what has come, only the feed's word counts: he may name what was never published.
  const auto known = kept_ && epoch_ == acked.epoch ? receiver_.durable().upto : acked.upto;
  for (auto on : link::lanes)
    if (from.at(on) > std::max(known.at(on), acked.upto.at(on))) {
      LOA_PROBE("relay: a session names a position that has not come");
      from.at(on) = acked.upto.at(on);
    }
  return from;
}

/// Not at once if we did so a moment ago: the feed may begin anew again and again.
void relay_actor::on_message(const seats_forgotten&) {
  LOA_PROBE("relay: the feed has forgotten its seats");
  if (introduce_at_) return;
  const auto now = monotonic();
  introduce_at_ = introduced_ ? std::max(now, *introduced_ + ask_again) : now;
  wake_at(*introduce_at_);
}

/// Tells the feed everything again, which may have begun anew.
void relay_actor::introduce() {
  introduced_ = monotonic();
  introduce_at_.reset();
  ahead_ = {}; // what was said in an earlier life of the feed may be wrong in this one
  carry_out(receiver_.reconnected(*introduced_));
  seats_wanted again;
  seats_left gone;
  std::set<std::uint32_t> claimed; // of those that hold something unkept
  const auto say = [&] {
    if (!again.all.empty()) core_.office->say_to_feed(*self_, std::exchange(again, {}));
    if (!gone.followers.empty()) core_.office->say_to_feed(*self_, std::exchange(gone, {}));
  };
  for (const auto& p : places_) {
    if (!p.slot) continue;
    const bool holds = unkept_.contains(*p.slot);
    if (!p.in_use() && !holds) continue;
    if (holds) {
      LOA_PROBE("relay: tells a feed anew of what it has not acknowledged yet");
      claimed.insert(*p.slot);
    }
    again.all.push_back({p.follower, p.channel});
    if (!p.in_use()) gone.followers.push_back(p.follower);
    if (max_seats_at_once.reached_by(again.all.size())) say();
  }
  say();
  std::erase_if(unkept_, [&](const auto& u) { return !claimed.contains(u.first); });
  for (auto& a : standing_) a.due = *introduced_;
  want_seats();
  send_acks();
}

// -- entries --------------------------------------------------------------------------------------

void relay_actor::take(const relay_letter& l) {
  std::visit([this](const auto& m) { on_message(m); }, l.content);
}

void relay_actor::on_message(const link::message& m) {
  const auto now = monotonic();
  if (const auto* invite = std::get_if<link::feed_invite>(&m))
    carry_out(receiver_.on(*invite, now));
  else if (const auto* opened = std::get_if<link::feed_opened>(&m))
    carry_out(receiver_.on(*opened, now));
  else if (const auto* frames = std::get_if<link::feed_frames>(&m))
    carry_out(receiver_.on(*frames, now));
}

void relay_actor::carry_out(link::feed_receiver::output out) {
  for (auto& m : out.to_send) core_.office->send_to_feed(*self_, std::move(m));
  receive_at_ = out.next_timer;
  if (receive_at_) wake_at(*receive_at_);
  if (!out.commit) return;
  if (!kept_ || out.reset || out.commit->epoch != epoch_) {
    if (out.reset) ahead_ = {};
    if (epoch_ != 0) {
      LOA_PROBE("relay: the feed is in another epoch than before");
      unkept_.clear(); // of positions that mean nothing any more
    }
    epoch_ = out.commit->epoch;
    kept_ = std::make_unique<link::retained_feed>(epoch_, link::lane_positions{anywhere, anywhere});
  }
  ahead_.enter(epoch_);
  for (const auto& e : out.delivered) deliver(e);
  ahead_.received(*out.commit);
  carry_out(receiver_.committed(*out.commit, monotonic()));
}

void relay_actor::deliver(const link::entry& e) {
  kept_->restore(e);
  if (!prune_at_) wake_at(*(prune_at_ = monotonic() + prune_every));
  if (!concerns_us(e)) return;
  const auto shared = std::make_shared<const feed_entry>(feed_entry{self_, e});
  if (ahead_.empty()) return live_.send(shared, unit());
  LOA_PROBE("relay: deals an entry out past sessions that have it");
  for (std::uint32_t at = 0; at < places_.size(); ++at)
    if (live_.takes(at, e) && !ahead_.has(at, e))
      places_[at].actor->enqueue(mail_of(entry_letter{shared}), unit());
}

void relay_actor::on_message(const feed_entry_ptr& unstored) {
  if (!concerns_us(unstored->entry)) return;
  LOA_PROBE("relay: an emergency comes that was not stored");
  unstored_.keep(*self_, unstored);
  for (std::uint32_t at = 0; at < live_.extent(); ++at)
    if (live_.takes(at, unstored->entry)) unstored_.given(*self_, at);
  if (!prune_at_) wake_at(*(prune_at_ = monotonic() + prune_every));
  live_.send(unstored, unit());
}

bool relay_actor::concerns_us(const link::entry& e) const {
  if (e.audience.empty()) return true;
  const auto home = self_->home();
  return std::ranges::any_of(e.audience, [&](const path& a) { return a.contains(home); });
}

// -- acknowledgements -----------------------------------------------------------------------------

void relay_actor::gather() {
  gate_->board.drain([this](std::uint32_t at, link::lane on, std::uint64_t position) {
    if (at >= places_.size() || !places_[at].slot) return;
    auto& known = unkept_[*places_[at].slot].at(on);
    known = std::max(known, position);
  });
  send_acks();
}

void relay_actor::send_acks() {
  ack_at_.reset();
  if (unkept_.empty()) return;
  seats_acked m{++number_, epoch_, {}};
  for (auto on : link::lanes) {
    link::slots_acked lane{on, {}};
    for (const auto& [slot, upto] : unkept_) {
      if (upto.at(on) == 0) continue;
      auto& ranges = lane.ranges;
      if (!ranges.empty() && ranges.back().last + 1 == slot &&
          ranges.back().position == upto.at(on))
        ranges.back().last = slot;
      else
        ranges.push_back({slot, slot, upto.at(on)});
    }
    if (!lane.ranges.empty()) m.lanes.push_back(std::move(lane));
  }
  core_.office->say_to_feed(*self_, std::move(m));
  wake_at(*(ack_at_ = monotonic() + ask_again));
}

void relay_actor::on_message(const seats_kept& m) {
  // Whatever was gathered since has a later number, and is still to be answered.
  if (m.number != number_) {
    LOA_PROBE("relay: more was acknowledged than the feed answers for");
    return;
  }
  unkept_.clear();
  ack_at_.reset();
}

// -- time -----------------------------------------------------------------------------------------

void relay_actor::wake_at(instant at) {
  if (timer_at_ && *timer_at_ <= at) return;
  timer_at_ = at;
  send_after(std::max(duration(0), at - monotonic()), tick_letter{++timer_});
}

void relay_actor::tick() {
  timer_at_.reset();
  const auto now = monotonic();
  const auto due = [&](std::optional<instant>& t) {
    if (!t || *t > now) return false;
    t.reset();
    return true;
  };
  if (due(introduce_at_)) introduce();
  if (due(receive_at_)) carry_out(receiver_.tick(now));
  if (due(want_at_)) want_seats();
  if (due(gather_at_)) gather();
  if (due(ack_at_)) {
    LOA_PROBE("relay: says again what was acknowledged");
    send_acks();
  }
  if (due(prune_at_)) {
    unstored_.forget([this](const link::entry& e) { return core_.is_over(e); });
    if (kept_) (void)kept_->prune(core_.parts.time.now());
    if (unstored_.size() > 0 || (kept_ && kept_->size() > 0)) prune_at_ = now + prune_every;
  }
  for (const auto& t : {introduce_at_, receive_at_, want_at_, gather_at_, ack_at_, prune_at_})
    if (t) wake_at(*t);
}

} // namespace loa::node
