#include <loa/base/probe.hpp>
#include <loa/link/feed_receiver.hpp>

namespace loa::link {

static_assert(sizeof(feed_receiver) < 200);

namespace {
constexpr std::uint8_t most_tries = 30;

/// The order of two attempts to converse, as one side sees it.
bool is_stale(const link_session& theirs, std::uint64_t incarnation, std::uint64_t attempt) {
  return theirs.receiver == incarnation && theirs.attempt < attempt;
}
} // namespace

feed_receiver::feed_receiver(std::uint64_t incarnation, cursor durable, const link_options& options)
    : options_(&options),
      incarnation_(incarnation),
      durable_(durable),
      heard_(durable.upto) {}

feed_receiver::output feed_receiver::start(instant now) {
  output out;
  follow_anew(now, out);
  return finish(std::move(out));
}

feed_receiver::output feed_receiver::on(const feed_invite&, instant now) {
  output out;
  if (open_ || attempt_ == 0)
    follow_anew(now, out);
  else
    follow(now, out);
  return finish(std::move(out));
}

feed_receiver::output feed_receiver::on(const feed_opened& m, instant now) {
  output out;
  if (is_stale(m.session, incarnation_, attempt_)) {
    LOA_PROBE("feed link: an earlier attempt is answered late");
    return finish(std::move(out));
  }
  if (m.session.receiver != incarnation_ || m.session.attempt != attempt_ ||
      (open_ && m.session.sender != sender_)) {
    LOA_PROBE("feed link: opened under another conversation");
    if (open_) follow_anew(now, out);
    return finish(std::move(out));
  }
  timer_ = options_->heartbeat > duration::zero() ? now + options_->heartbeat : never;
  tries_ = 0;
  if (open_) return finish(std::move(out));
  open_ = true;
  sender_ = m.session.sender;
  received_ = {};
  for (auto& w : waiting_) w.reset();
  if (m.reset || durable_.epoch != m.epoch) {
    out.reset = m.reset;
    durable_ = {.epoch = m.epoch};
    heard_ = {};
    if (m.reset) {
      out.commit = durable_;
      out.alarms.push_back(
          {alarm_kind::follower_ahead,
           "The feed does not know our cursor; what is in force comes again, in epoch " +
               std::to_string(m.epoch) + "."});
    }
  }
  return finish(std::move(out));
}

feed_receiver::output feed_receiver::on(const feed_frames& m, instant now) {
  output out;
  if (!open_ || is_stale(m.session, incarnation_, attempt_)) return finish(std::move(out));
  if (m.session != link_session{incarnation_, attempt_, sender_}) {
    LOA_PROBE("feed link: frames of another conversation");
    follow_anew(now, out);
    return finish(std::move(out));
  }
  if (options_->heartbeat > duration::zero()) timer_ = now + options_->heartbeat;
  const auto heard = heard_;
  auto& received = received_.at(m.on);
  bool answer = m.entries.empty();
  auto sequence = m.first;
  for (const auto& e : m.entries) {
    if (sequence <= received) {
      LOA_PROBE("feed link: an entry comes twice");
      answer = true;
    } else if (sequence == received + 1) {
      ++received;
      answer |= take(m.on, e, out);
      answer |= release(m.on, out);
    } else {
      LOA_PROBE("feed link: an entry comes before its turn");
      keep(m.on, sequence, e);
    }
    ++sequence;
  }
  if (heard_ != heard) out.commit = cursor{durable_.epoch, heard_};
  if (answer) acknowledge(out);
  return finish(std::move(out));
}

feed_receiver::output feed_receiver::committed(const cursor& durable, instant) {
  output out;
  if (durable.epoch != durable_.epoch) {
    LOA_PROBE("feed link: something is stored of an epoch that is over");
    return finish(std::move(out));
  }
  const auto before = durable_;
  for (auto l : lanes)
    durable_.at(l) = std::max(durable_.at(l), std::min(durable.at(l), heard_.at(l)));
  if (open_ && durable_ != before) acknowledge(out);
  return finish(std::move(out));
}

feed_receiver::output feed_receiver::tick(instant now) {
  output out;
  if (timer_ <= now) {
    LOA_PROBE("feed link: a follower asks again");
    if (tries_ < most_tries) ++tries_;
    follow(now, out);
  }
  return finish(std::move(out));
}

feed_receiver::output feed_receiver::reconnected(instant now) {
  output out;
  tries_ = 0;
  if (attempt_ > 0) follow(now, out);
  return finish(std::move(out));
}

feed_receiver::output feed_receiver::report() const {
  output out;
  if (open_) acknowledge(out);
  return finish(std::move(out));
}

std::size_t feed_receiver::buffered(lane l) const noexcept {
  const auto& w = waiting_[static_cast<std::size_t>(l)];
  return w ? w->by_sequence.size() : 0;
}

/// Says again what this attempt says.
void feed_receiver::follow(instant now, output& out) {
  out.to_send.emplace_back(feed_follow{incarnation_, attempt_, durable_, std::nullopt});
  timer_ = now + backoff(options_->resend_first, options_->resend_most, tries_, incarnation_);
}

void feed_receiver::follow_anew(instant now, output& out) {
  ++attempt_;
  open_ = false;
  tries_ = 0;
  follow(now, out);
}

void feed_receiver::acknowledge(output& out) const {
  out.to_send.emplace_back(
      feed_ack{{incarnation_, attempt_, sender_}, received_, durable_, std::nullopt});
}

/// Takes the next entry of a lane; true if it should be acknowledged though nothing will be
/// committed.
bool feed_receiver::take(lane l, const entry& e, output& out) {
  auto& heard = heard_.at(l);
  if (e.position <= heard) { // Known from an earlier conversation.
    LOA_PROBE("feed link: an entry is known from an earlier conversation");
    return true;
  }
  heard = e.position;
  if (!e.body) return true;
  out.delivered.push_back(e);
  return false;
}

/// Keeps what came too early, as far as there is room; the rest comes again.
bool feed_receiver::keep(lane l, std::uint64_t sequence, const entry& e) {
  if (sequence - received_.at(l) > options_->window_entries) return false;
  auto& w = waiting_[static_cast<std::size_t>(l)];
  if (!w) w = std::make_unique<waiting>();
  const auto size = e.body ? e.body->size() : 0;
  if (w->octets + size > options_->window_octets) return false;
  if (w->by_sequence.emplace(sequence, e).second) w->octets += size;
  return true;
}

/// Takes what has waited and is in order now.
bool feed_receiver::release(lane l, output& out) {
  auto& w = waiting_[static_cast<std::size_t>(l)];
  if (!w) return false;
  bool answer = false;
  auto& received = received_.at(l);
  for (auto next = w->by_sequence.begin();
       next != w->by_sequence.end() && next->first <= received + 1;
       next = w->by_sequence.erase(next)) {
    w->octets -= next->second.body ? next->second.body->size() : 0;
    if (next->first <= received) continue;
    LOA_PROBE("feed link: a gap is filled");
    ++received;
    answer |= take(l, next->second, out);
  }
  if (w->by_sequence.empty()) w.reset();
  return answer;
}

feed_receiver::output feed_receiver::finish(output out) const {
  if (timer_ != never) out.next_timer = timer_;
  return out;
}

} // namespace loa::link
