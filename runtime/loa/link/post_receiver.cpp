#include <loa/link/post_receiver.hpp>

#include <algorithm>

namespace loa::link {

post_receiver::post_receiver(post_state durable, const link_options& options)
    : options_(&options),
      applied_(std::move(durable)),
      committed_(applied_.last) {}

post_receiver::output post_receiver::on(const post_send& m) {
  output out;
  if (m.epoch < applied_.epoch || !m.body) return out;
  if (m.epoch > applied_.epoch) begin_epoch(m);
  if (m.oldest > applied_.last + 1) skip_lost(m.oldest, out);
  forget_refusals(m.oldest);
  if (m.number <= committed_) {
    acknowledge(out);
  } else if (m.number > applied_.last) {
    keep(m);
    hand_out(out);
  }
  return out;
}

post_receiver::output post_receiver::applied(std::uint64_t epoch, std::uint64_t number) {
  output out;
  if (!is_handed(epoch, number)) return out;
  handed_.reset();
  applied_.last = number;
  applied_.tries = 0;
  hand_out(out);
  return out;
}

post_receiver::output post_receiver::refused(std::uint64_t epoch, std::uint64_t number,
                                             const error& why) {
  if (!is_handed(epoch, number)) return {};
  note_refusal(number, why);
  return applied(epoch, number);
}

post_receiver::output post_receiver::failed(std::uint64_t epoch, std::uint64_t number,
                                            std::string why) {
  output out;
  if (!is_handed(epoch, number)) return out;
  if (++applied_.tries < options_->post_tries) {
    out.delivered = handed_;
    return out;
  }
  note_refusal(number, {errc::internal, why, {}});
  out.dead = dead_letter{*std::move(handed_), applied_.tries, std::move(why)};
  handed_.reset();
  applied_.last = number;
  applied_.tries = 0;
  hand_out(out);
  return out;
}

post_receiver::output post_receiver::committed(std::uint64_t epoch, std::uint64_t number) {
  output out;
  number = std::min(number, applied_.last);
  if (epoch != applied_.epoch || number <= committed_) return out;
  committed_ = number;
  acknowledge(out);
  return out;
}

/// The sender came out of a backup: what it numbered before is known by the same numbers, what it
/// numbers from `since` on is new, whatever we know under those numbers.
void post_receiver::begin_epoch(const post_send& m) {
  applied_.epoch = m.epoch;
  applied_.last = std::min(applied_.last, m.since - 1);
  applied_.tries = 0;
  std::erase_if(applied_.refused, [&](const auto& r) { return r.number > applied_.last; });
  committed_ = std::min(committed_, applied_.last);
  early_.clear();
  octets_ = 0;
  handed_.reset();
}

/// The sender has an acknowledgement that we do not remember, so we came out of a backup.
void post_receiver::skip_lost(std::uint64_t oldest, output& out) {
  out.alarms.push_back(
      {alarm_kind::post_lost, "Post from " + std::to_string(applied_.last + 1) + " to " +
                                  std::to_string(oldest - 1) +
                                  " was acknowledged once and is not known here any more."});
  applied_.last = committed_ = oldest - 1;
  applied_.tries = 0;
  handed_.reset();
  while (!early_.empty() && early_.begin()->first < oldest) {
    octets_ -= early_.begin()->second->size();
    early_.erase(early_.begin());
  }
}

/// Keeps a message until its turn, as far as there is room; the rest comes again.
void post_receiver::keep(const post_send& m) {
  if (handed_ && handed_->number == m.number) return;
  if (m.number - applied_.last > options_->window_entries + 1) return;
  const bool is_next = m.number == applied_.last + 1;
  if (!is_next && octets_ + m.body->size() > options_->window_octets) return;
  if (early_.emplace(m.number, m.body).second) octets_ += m.body->size();
}

void post_receiver::note_refusal(std::uint64_t number, const error& why) {
  auto& all = applied_.refused;
  all.push_back({number, kept_error::of(why)});
  // A sender that keeps to its window has heard of the first of so many.
  if (all.size() > 2 * options_->window_entries) all.erase(all.begin());
}

void post_receiver::forget_refusals(std::uint64_t below) {
  auto& all = applied_.refused;
  const auto kept = std::ranges::find_if(all, [&](const auto& r) { return r.number >= below; });
  all.erase(all.begin(), kept);
}

void post_receiver::hand_out(output& out) {
  if (handed_ || early_.empty() || early_.begin()->first != applied_.last + 1) return;
  handed_ = delivery{applied_.epoch, early_.begin()->first, std::move(early_.begin()->second)};
  octets_ -= handed_->body->size();
  early_.erase(early_.begin());
  out.delivered = handed_;
}

void post_receiver::acknowledge(output& out) const {
  post_ack ack{applied_.epoch, committed_, {}};
  for (const auto& r : applied_.refused)
    if (r.number <= committed_) ack.refused.push_back(r);
  out.to_send.emplace_back(std::move(ack));
}

bool post_receiver::is_handed(std::uint64_t epoch, std::uint64_t number) const noexcept {
  return handed_ && handed_->epoch == epoch && handed_->number == number;
}

} // namespace loa::link
