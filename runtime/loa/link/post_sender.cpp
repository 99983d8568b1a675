#include <loa/link/post_sender.hpp>

#include <algorithm>

namespace loa::link {

namespace {
constexpr std::uint8_t most_tries = 30;
}

post_sender::post_sender(outbox bodies, line from, std::uint64_t salt, const link_options& options)
    : bodies_(std::move(bodies)),
      line_(from),
      salt_(salt),
      options_(&options),
      settled_(from.acked),
      visible_(from.acked),
      sent_(from.acked) {}

post_sender::output post_sender::advance(std::uint64_t visible_up_to, instant now) {
  output out;
  visible_ = std::max(visible_, visible_up_to);
  pump(now, out);
  return finish(std::move(out));
}

post_sender::output post_sender::on(const post_ack& m, instant now) {
  output out;
  if (m.epoch != line_.epoch || m.number <= line_.acked) return finish(std::move(out));
  if (m.number > sent_)
    out.alarms.push_back({alarm_kind::receiver_ahead, "A receiver acknowledged post up to " +
                                                          std::to_string(m.number) + ", and only " +
                                                          std::to_string(sent_) + " was sent."});
  const auto upto = std::min(m.number, sent_);
  const auto done = static_cast<std::ptrdiff_t>(upto - line_.acked);
  if (done == 0) return finish(std::move(out));
  std::for_each(sizes_.begin(), sizes_.begin() + done, [&](auto size) { octets_ -= size; });
  sizes_.erase(sizes_.begin(), sizes_.begin() + done);
  for (const auto& r : m.refused)
    if (r.number > line_.acked && r.number <= upto) out.refused.push_back(r);
  line_.acked = upto;
  out.acked = upto;
  tries_ = 0;
  timer_ = sizes_.empty() ? never : later(now);
  pump(now, out);
  return finish(std::move(out));
}

post_sender::output post_sender::settled(std::uint64_t number, instant now) {
  output out;
  settled_ = std::max(settled_, std::min(number, line_.acked));
  pump(now, out);
  return finish(std::move(out));
}

post_sender::output post_sender::tick(instant now) {
  output out;
  if (timer_ <= now) {
    if (tries_ < most_tries) ++tries_;
    timer_ = later(now);
    for (auto n = line_.acked + 1; n <= sent_ && send(n, out);) ++n;
    pump(now, out);
  }
  return finish(std::move(out));
}

post_sender::output post_sender::reconnected(instant now) {
  tries_ = 0;
  if (timer_ != never) timer_ = now;
  return tick(now);
}

void post_sender::pump(instant now, output& out) {
  while (sent_ < visible_ && sizes_.size() < options_->window_entries) {
    if (!sizes_.empty() && octets_ >= options_->window_octets) break;
    if (sent_ - settled_ >= 2 * options_->window_entries) break;
    if (!send(sent_ + 1, out)) break;
    const auto size = std::get<post_send>(out.to_send.back()).body->size();
    sizes_.push_back(static_cast<std::uint32_t>(size));
    octets_ += size;
    ++sent_;
  }
  const bool waits = !sizes_.empty() || sent_ < visible_;
  if (!waits)
    timer_ = never;
  else if (timer_ == never)
    timer_ = later(now);
}

bool post_sender::send(std::uint64_t number, output& out) {
  auto body = bodies_(number);
  if (!body) {
    if (!unreadable_)
      out.alarms.push_back(
          {alarm_kind::body_unreadable, "Number " + std::to_string(number) +
                                            " cannot be read from the outbox; its line waits."});
    unreadable_ = true;
    return false;
  }
  unreadable_ = false;
  out.to_send.emplace_back(
      post_send{line_.epoch, line_.since, settled_ + 1, number, std::move(body)});
  return true;
}

instant post_sender::later(instant now) const noexcept {
  return now + backoff(options_->resend_first, options_->resend_most, tries_, salt_);
}

post_sender::output post_sender::finish(output out) const {
  if (timer_ != never) out.next_timer = timer_;
  return out;
}

} // namespace loa::link
