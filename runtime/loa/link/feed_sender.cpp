#include <loa/base/probe.hpp>
#include <loa/link/feed_sender.hpp>

namespace loa::link {

static_assert(sizeof(feed_sender) < 320);

namespace {

constexpr std::uint8_t most_tries = 30;

void send(feed_frames& frame, feed_sender::output& out) {
  if (frame.entries.empty()) return;
  const auto next = frame.first + frame.entries.size();
  out.to_send.emplace_back(std::exchange(frame, {frame.session, frame.on, next, {}}));
}

/// About what an entry takes on the wire.
std::size_t weight(const entry& e) {
  auto octets = 96 + e.id.size() + (e.body ? e.body->size() : 0);
  for (const auto& p : e.audience) octets += p.str().size() + 2;
  return octets;
}

entry placeholder(lane l, std::uint64_t position) {
  return {.position = position, .on = l, .channels = 0};
}

} // namespace

feed_sender::feed_sender(const feed_source& source, follower to, std::uint64_t incarnation,
                         cursor known, const link_options& options)
    : source_(&source),
      options_(&options),
      to_(std::move(to)),
      acked_(known) {
  session_.sender = incarnation;
  if (acked_.epoch != source.epoch()) acked_ = {.epoch = source.epoch()};
  close();
}

feed_sender::output feed_sender::advance(std::uint64_t visible_up_to, instant now) {
  output out;
  visible_ = std::max(visible_, visible_up_to);
  pump(now, out);
  return finish(std::move(out));
}

feed_sender::output feed_sender::on(const feed_follow& m, instant now) {
  output out;
  const bool same_life = open_ && m.receiver == session_.receiver;
  if (same_life && m.attempt < session_.attempt) {
    LOA_PROBE("feed link: a follow of an earlier attempt");
    return finish(std::move(out));
  }
  if (same_life && m.attempt == session_.attempt) {
    // Our answer was lost, and with it perhaps what we sent behind it; or it is a heartbeat.
    out.to_send.emplace_back(feed_opened{session_, source_->epoch(), reset_});
    for (auto l : lanes)
      if (auto& s = on_lane(l); s.received == 0 && !s.sent.empty()) {
        LOA_PROBE("feed link: the first frames or the answer before them were lost");
        resend(l, now, out);
      }
  } else {
    open_session(m, out);
  }
  pump(now, out);
  return finish(std::move(out));
}

feed_sender::output feed_sender::on(const feed_ack& m, instant now) {
  output out;
  if (open_ && m.session != session_)
    LOA_PROBE("feed link: an acknowledgement of another conversation");
  if (!open_ || m.session != session_ || m.committed.epoch != source_->epoch())
    return finish(std::move(out));
  if (m.committed.upto.latest() > source_->head().latest()) {
    // Let him follow again: that resets him.
    close();
    invite(now, out);
    return finish(std::move(out));
  }
  const auto before = acked_;
  for (auto l : lanes) settle(l, m, now);
  if (acked_ != before) out.acked = acked_;
  pump(now, out);
  return finish(std::move(out));
}

feed_sender::output feed_sender::tick(instant now) {
  output out;
  if (open_) {
    for (auto l : lanes) {
      auto& s = on_lane(l);
      if (s.timer > now) continue;
      s.timer = never;
      if (s.tries < most_tries) ++s.tries;
      if (!s.sent.empty()) {
        LOA_PROBE("feed link: frames go again");
        resend(l, now, out);
      }
    }
    if (timer_ <= now) {
      timer_ = never;
      for (auto l : lanes) {
        feed_frames frame{session_, l, on_lane(l).first + on_lane(l).sent.size(), {}};
        tell(l, frame);
        if (!frame.entries.empty() && on_lane(l).timer == never)
          on_lane(l).timer = now + pause(l, 0);
        send(frame, out);
      }
    }
  } else if (timer_ <= now) {
    timer_ = never;
    if (wanted_lane() || is_behind())
      invite(now, out);
    else
      tries_ = 0;
  }
  pump(now, out);
  return finish(std::move(out));
}

feed_sender::output feed_sender::reconnected(instant now) {
  tries_ = 0;
  if (timer_ != never) timer_ = now;
  for (auto& s : lane_) {
    s.tries = 0;
    if (s.timer != never) s.timer = now;
  }
  return tick(now);
}

duration feed_sender::pause(lane l, unsigned tries) const noexcept {
  const auto most = l == lane::emergency ? options_->resend_most_emergency : options_->resend_most;
  return backoff(options_->resend_first, most, tries, session_.sender);
}

/// The first visible entry after what was read that concerns the follower; those before it are
/// read.
std::optional<entry> feed_sender::next_wanted(lane l) {
  auto& s = on_lane(l);
  for (;;) {
    auto e = source_->next(l, s.read);
    if (!e || e->position > visible_) return std::nullopt;
    if (concerns(*e, to_.where, to_.channels)) return e;
    s.read = e->position;
  }
}

std::optional<lane> feed_sender::wanted_lane() {
  for (auto l : lanes)
    if (next_wanted(l)) return l;
  return std::nullopt;
}

void feed_sender::open_session(const feed_follow& m, output& out) {
  // A late copy of an old request may have us change the conversation and change back, with other
  // link sequences, while the receiver noticed nothing: so each one has a number of its own.
  ++session_.sender;
  session_.receiver = m.receiver;
  session_.attempt = m.attempt;
  const auto epoch = source_->epoch();
  const auto head = source_->head().latest();
  const bool ahead = m.from.epoch > epoch || (m.from.epoch == epoch && m.from.upto.latest() > head);
  const bool older = m.from.epoch != 0 && m.from.epoch < epoch;
  if (ahead || older) {
    LOA_PROBE("feed link: a follower knows another epoch");
    const auto numbers = "It stands at " + std::to_string(m.from.upto.latest()) + " of epoch " +
                         std::to_string(m.from.epoch) + ", the feed at " + std::to_string(head) +
                         " of epoch " + std::to_string(epoch) + "; it starts again from nothing.";
    out.alarms.push_back(
        ahead ? alarm{alarm_kind::follower_ahead, "A follower is ahead of its feed. " + numbers}
              : alarm{alarm_kind::feed_restored, "A follower knew the feed before it was restored "
                                                 "from a backup. " +
                                                     numbers});
    acked_ = {.epoch = epoch};
  } else if (m.from.epoch == epoch) {
    // What it says itself counts, also where it is less than we knew.
    if (std::ranges::any_of(lanes, [&](lane l) { return m.from.at(l) < acked_.at(l); }))
      LOA_PROBE("feed link: a follower has less than it had acknowledged");
    if (std::ranges::any_of(lanes, [&](lane l) { return m.from.at(l) > acked_.at(l); }))
      out.acked = m.from;
    acked_ = m.from;
  } else {
    acked_ = {.epoch = epoch};
  }
  close();
  open_ = true;
  reset_ = ahead || older;
  out.to_send.emplace_back(feed_opened{session_, epoch, reset_});
}

/// Forgets what is in flight and stands at what the follower has acknowledged.
void feed_sender::close() {
  open_ = false;
  timer_ = never;
  tries_ = 0;
  for (auto l : lanes) {
    on_lane(l) = {};
    on_lane(l).read = on_lane(l).told = acked_.at(l);
  }
}

/// True if there is something on a lane that the follower has not been told of, be it nothing for
/// him.
bool feed_sender::is_behind() const {
  const auto head = source_->head();
  return std::ranges::any_of(
      lanes, [&](lane l) { return std::min(head.at(l), visible_) > on_lane(l).told; });
}

void feed_sender::invite(instant now, output& out) {
  if (tries_ > 0) LOA_PROBE("feed link: an invitation is repeated");
  out.to_send.emplace_back(feed_invite{session_.sender});
  timer_ = now + pause(wanted_lane().value_or(lane::ordinary), tries_);
  if (tries_ < most_tries) ++tries_;
}

void feed_sender::pump(instant now, output& out) {
  if (open_) {
    for (auto l : lanes) fill(l, now, out);
    return;
  }
  const auto wanted = wanted_lane();
  if (wanted && tries_ == 0)
    invite(now, out);
  else if (wanted == lane::emergency)
    timer_ = std::min(timer_, now + pause(lane::emergency, most_tries));
  else if (timer_ == never && is_behind())
    timer_ = now + options_->tell_after;
}

void feed_sender::fill(lane l, instant now, output& out) {
  auto& s = on_lane(l);
  feed_frames frame{session_, l, s.first + s.sent.size(), {}};
  std::size_t octets = 0;
  bool all_read = false;
  while (s.sent.size() < options_->window_entries) {
    auto e = next_wanted(l);
    if (!e) {
      all_read = true;
      break;
    }
    if (!e->body) {
      stall(l, e->position, now, out);
      break;
    }
    s.unreadable = false;
    const auto size = weight(*e);
    if (!s.sent.empty() && s.octets + size > options_->window_octets) {
      max_window_bytes.cross();
      break;
    }
    if (octets + size > options_->frame_octets || frame.entries.size() + 1 == most_frame_entries) {
      if (!frame.entries.empty()) max_frame_bytes.cross();
      send(frame, out);
      octets = 0;
    }
    s.sent.push_back({e->position, static_cast<std::uint32_t>(size), false});
    s.octets += static_cast<std::uint32_t>(size);
    s.read = s.told = e->position;
    octets += size;
    frame.entries.push_back(*std::move(e));
  }
  if (s.sent.size() >= options_->window_entries) max_window_entries.cross();
  const bool untold = all_read && std::min(source_->head().at(l), visible_) > s.told;
  if (untold && !frame.entries.empty())
    tell(l, frame);
  else if (untold && timer_ == never)
    timer_ = now + options_->tell_after;
  send(frame, out);
  if (!s.sent.empty() && s.timer == never) s.timer = now + pause(l, s.tries);
}

/// Adds "nothing for you up to N" to a frame if everything visible was read and N is news.
void feed_sender::tell(lane l, feed_frames& frame) {
  auto& s = on_lane(l);
  if (s.sent.size() >= options_->window_entries || next_wanted(l)) return;
  const auto upto = std::min(source_->head().at(l), visible_);
  if (upto <= s.told) return;
  s.read = s.told = upto;
  s.sent.push_back({upto, 0, true});
  frame.entries.push_back(placeholder(l, upto));
}

/// Sends again what has not come; if all has come and is not durable yet, asks how far that is.
void feed_sender::resend(lane l, instant now, output& out) {
  auto& s = on_lane(l);
  s.timer = now + pause(l, s.tries);
  auto i = static_cast<std::size_t>(s.received + 1 - s.first);
  feed_frames frame{session_, l, s.received + 1, {}};
  if (i >= s.sent.size()) {
    LOA_PROBE("feed link: all has come and nothing is durable yet");
    out.to_send.emplace_back(std::move(frame));
    return;
  }
  std::size_t octets = 0;
  for (; i < s.sent.size(); ++i) {
    auto& f = s.sent[i];
    std::optional<entry> e;
    if (!f.placeholder && f.position > acked_.at(l)) e = source_->next(l, f.position - 1);
    if (!e || e->position != f.position) {
      LOA_PROBE("feed link: an entry is over before it came");
      f.placeholder = true; // Pruned since, or durable there already.
      e = placeholder(l, f.position);
    } else if (!e->body) {
      stall(l, f.position, now, out);
      break;
    }
    const auto size = weight(*e);
    if (octets + size > options_->frame_octets || frame.entries.size() + 1 == most_frame_entries) {
      if (!frame.entries.empty()) max_frame_bytes.cross();
      send(frame, out);
      octets = 0;
    }
    octets += size;
    frame.entries.push_back(*std::move(e));
  }
  send(frame, out);
}

/// The lane waits for a body; the timer tries again.
void feed_sender::stall(lane l, std::uint64_t position, instant now, output& out) {
  auto& s = on_lane(l);
  if (!s.unreadable)
    out.alarms.push_back(
        {alarm_kind::body_unreadable,
         "The body of position " + std::to_string(position) + " cannot be read; its lane waits."});
  s.unreadable = true;
  if (s.timer == never) s.timer = now + pause(l, s.tries);
}

void feed_sender::settle(lane l, const feed_ack& m, instant now) {
  auto& s = on_lane(l);
  const auto last = s.first + s.sent.size() - 1;
  const auto received = std::max(s.received, std::min(m.received.at(l), last));
  bool progress = received > s.received;
  s.received = received;
  acked_.at(l) = std::max(acked_.at(l), m.committed.at(l));
  s.read = std::max(s.read, acked_.at(l));
  s.told = std::max(s.told, acked_.at(l));
  std::size_t done = 0;
  for (; done < s.sent.size(); ++done) {
    const auto& f = s.sent[done];
    const bool come = s.first + done <= s.received;
    if (!come || !(f.placeholder || f.position <= acked_.at(l))) break;
    s.octets -= f.octets;
  }
  if (done > 0) {
    s.first += done;
    s.sent.erase(s.sent.begin(), s.sent.begin() + static_cast<std::ptrdiff_t>(done));
    progress = true;
  }
  if (s.sent.empty()) {
    s.sent = {};
    if (!s.unreadable) s.timer = never;
  } else if (progress) {
    s.timer = now + pause(l, 0);
  }
  if (progress) s.tries = 0;
}

feed_sender::output feed_sender::finish(output out) const {
  const auto next = std::min({timer_, lane_[0].timer, lane_[1].timer});
  if (next != never) out.next_timer = next;
  return out;
}

} // namespace loa::link
