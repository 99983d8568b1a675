#include <loa/base/probe.hpp>
#include <loa/node/internal/followings.hpp>

namespace loa::node {

bool followings::begin(const follow& f, draft& d) {
  const auto known = state_.find(f.feed.str());
  if (known != state_.end() && known->second.channel == f.channel &&
      known->second.for_another == f.for_another && !f.from)
    return false;
  const following_begun begun{f.feed, f.channel, f.for_another};
  d.fact(begun);
  apply(begun);
  if (f.from) {
    const feed_read read{f.feed, *f.from};
    d.fact(read);
    apply(read);
    ended_.push_back(f.feed.str());
  }
  return true;
}

bool followings::end(const name& feed, draft& d) {
  if (!state_.contains(feed.str())) return false;
  const following_ended ended{feed};
  d.fact(ended);
  apply(ended);
  ended_.push_back(feed.str()); // its reader may be at work just now
  return true;
}

bool followings::receipt(const acknowledge& a, draft& d) {
  const auto found = state_.find(a.feed.str());
  if (found == state_.end() || !found->second.for_another) return false;
  const auto& known = found->second;
  auto upto =
      known.receipt.epoch == known.upto.epoch ? known.receipt : link::cursor{known.upto.epoch, {}};
  const auto position = std::min(a.position, known.upto.at(a.on)); // no more than came
  if (position <= upto.at(a.on)) return false;
  upto.at(a.on) = position;
  const feed_receipted noted{a.feed, upto};
  d.fact(noted);
  apply(noted);
  return true;
}

void followings::report(const name& feed) {
  const auto found = readers_.find(feed.str());
  if (found != readers_.end()) carry_out(found->second, found->second.receiver.report(), nullptr);
}

void followings::ask(const name& feed, std::uint8_t channel) {
  host_.core().send(feed, follow_letter{*host_.self(), channel, std::nullopt, nullptr});
}

void followings::clear_ended() {
  for (const auto& feed : std::exchange(ended_, {})) readers_.erase(feed);
}

void followings::start() {
  clear_ended();
  for (const auto& [text, how] : state_) {
    if (readers_.contains(text)) continue;
    auto feed = name::parse(text);
    if (!feed) continue;
    ask(*feed, how.channel);
    auto& r = readers_
                  .try_emplace(text, reader{std::make_shared<const name>(*feed),
                                            link::feed_receiver(host_.core().parts.random.next(),
                                                                how.upto, host_.core().link)})
                  .first->second;
    carry_out(r, r.receiver.start(host_.monotonic()), nullptr);
  }
}

void followings::nudged(const name& feed) {
  const auto found = readers_.find(feed.str());
  if (found == readers_.end()) return;
  ask(feed, state_[feed.str()].channel);
  carry_out(found->second, found->second.receiver.reconnected(host_.monotonic()), nullptr);
}

void followings::take(const name& from, const link::message& m, const handler& handle) {
  clear_ended();
  const auto found = readers_.find(from.str());
  if (found == readers_.end()) { // not followed any more
    LOA_PROBE("following: something comes of a feed that is followed no more");
    return;
  }
  auto& r = found->second;
  const auto now = host_.monotonic();
  if (const auto* invite = std::get_if<link::feed_invite>(&m))
    carry_out(r, r.receiver.on(*invite, now), &handle);
  else if (const auto* opened = std::get_if<link::feed_opened>(&m))
    carry_out(r, r.receiver.on(*opened, now), &handle);
  else if (const auto* frames = std::get_if<link::feed_frames>(&m))
    carry_out(r, r.receiver.on(*frames, now), &handle);
}

void followings::send(reader& r, link::message m) {
  if (const auto& known = state_[r.feed->str()]; known.for_another) {
    if (auto* follow = std::get_if<link::feed_follow>(&m)) follow->receipt = known.receipt;
    if (auto* ack = std::get_if<link::feed_ack>(&m)) ack->receipt = known.receipt;
  }
  host_.send_frame(*r.feed, std::move(m));
}

void followings::carry_out(reader& r, link::feed_receiver::output out, const handler* handle) {
  const auto known = state_.find(r.feed->str());
  const bool restored = out.reset && out.commit && known != state_.end() &&
                        known->second.upto.epoch < out.commit->epoch; // the feed's side counts it
  for (const auto& a : out.alarms)
    if (!restored || a.kind != link::alarm_kind::follower_ahead) host_.alarm(a, *r.feed);
  for (auto& m : out.to_send) send(r, std::move(m));
  if (out.next_timer) host_.wake_at(*out.next_timer);
  if (!out.commit) return;
  // One transaction an entry: a crash on the third does not undo the first two. The cursor that
  // goes with an entry is what was durable, moved up to it.
  auto upto = out.reset ? link::cursor{out.commit->epoch, {}} : state_[r.feed->str()].upto;
  upto.epoch = out.commit->epoch;
  for (auto& e : out.delivered) {
    upto.at(e.on) = e.position;
    record(r, upto, std::make_shared<const feed_entry>(feed_entry{r.feed, std::move(e)}), handle);
  }
  if (upto != *out.commit) record(r, *out.commit, nullptr, handle);
}

void followings::record(reader& r, const link::cursor& upto, const feed_entry_ptr& entry,
                        const handler* handle) {
  draft d(*host_.self(), host_.next_fact());
  if (entry && entry->entry.on == link::lane::emergency) d.mark_urgent();
  if (entry && handle) (*handle)(entry, d);
  const feed_read read{*r.feed, upto};
  d.fact(read);
  apply(read);
  host_.commit(d, [this, feed = r.feed, upto](const result<void>& outcome) {
    if (!outcome) { // the actor reloads; this reader is gone with it
      LOA_PROBE("following: what an entry led to was not stored");
      return;
    }
    const auto found = readers_.find(feed->str());
    if (found == readers_.end()) return;
    carry_out(found->second, found->second.receiver.committed(upto, host_.monotonic()), nullptr);
  });
}

void followings::reached(const std::string& node) {
  for (auto& [text, r] : readers_) {
    if (!host_.core().is_on(node, *r.feed)) continue;
    LOA_PROBE("following: asks again when the way is there again");
    ask(*r.feed, state_[text].channel);
    carry_out(r, r.receiver.reconnected(host_.monotonic()), nullptr);
  }
}

void followings::tick() {
  const auto now = host_.monotonic();
  for (auto& [text, r] : readers_) carry_out(r, r.receiver.tick(now), nullptr);
}

} // namespace loa::node
