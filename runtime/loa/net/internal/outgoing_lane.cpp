#include <loa/net/internal/message_form.hpp>
#include <loa/net/internal/outgoing_lane.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

void append_head(bytes& to, std::uint16_t kind, std::size_t length) {
  to.append(big_endian(kind), 6, 2).append(big_endian(length), 4, 4);
}

} // namespace

outgoing_lane::outgoing_lane(envelope_lane lane, const session_options& options)
    : lane_(lane),
      options_(&options),
      credit_(options.window),
      last_grant_(options.window) {}

result<void> outgoing_lane::add(std::uint16_t kind, bytes content) {
  if (content.size() > options_->most_message_octets)
    return error{errc::too_large,
                 fmt::format("A message of {} octets is over the limit of {}.", content.size(),
                             options_->most_message_octets),
                 {}};
  const bool too_many = queue_.size() >= options_->queue_messages;
  const bool too_long =
      !queue_.empty() &&
      content.size() > options_->queue_octets - std::min(octets_queued_, options_->queue_octets);
  if (too_many || too_long) {
    (too_many ? max_queued_messages : max_queued_bytes).cross();
    ++overflows_;
    return error{errc::too_many,
                 fmt::format("{} messages of {} octets wait for the peer already; try later.",
                             queue_.size(), octets_queued_),
                 {}};
  }
  octets_queued_ += content.size();
  queue_.push_back({kind, std::move(content)});
  return {};
}

void outgoing_lane::pump(line_writer& to) {
  bool goes = true;
  while (goes && !queue_.empty()) goes = is_long(queue_.front()) ? send_piece(to) : send_packed(to);
  if (!goes && !stalled_) {
    max_session_window.cross();
    ++stalls_;
  }
  stalled_ = !goes;
}

bool outgoing_lane::is_long(const outgoing& m) const noexcept {
  return message_head_octets + m.content.size() > options_->piece_octets;
}

bool outgoing_lane::send_piece(line_writer& to) {
  const auto& m = queue_.front();
  const auto head = at_ == 0 ? message_head_octets : 0;
  const auto size = std::min(m.content.size() - at_, options_->piece_octets - head);
  if (!credit_.spend(envelope_cost + head + size)) return false;
  const auto piece = bytes_view(m.content).substr(at_, size);
  if (at_ == 0) {
    bytes payload;
    payload.reserve(head + size);
    append_head(payload, m.kind, m.content.size());
    payload += piece;
    max_piece_bytes.cross();
    to.write(envelope_kind::chunk, lane_, first_piece, payload);
  } else {
    to.write(envelope_kind::chunk, lane_, 0, piece);
  }
  at_ += size;
  octets_sent_ += size;
  if (at_ == m.content.size()) drop_first();
  return true;
}

bool outgoing_lane::send_packed(line_writer& to) {
  if (credit_.left() < envelope_cost) return false;
  const auto room = std::min<std::uint64_t>(options_->piece_octets, credit_.left() - envelope_cost);
  bytes payload;
  while (!queue_.empty() && !is_long(queue_.front())) {
    const auto& m = queue_.front();
    if (payload.size() + message_head_octets + m.content.size() > room) break;
    append_head(payload, m.kind, m.content.size());
    payload += m.content;
    octets_sent_ += m.content.size();
    drop_first();
  }
  if (payload.empty() || !credit_.spend(envelope_cost + payload.size())) return false;
  to.write(envelope_kind::message, lane_, 0, payload);
  return true;
}

void outgoing_lane::drop_first() {
  octets_queued_ -= queue_.front().content.size();
  queue_.pop_front();
  at_ = 0;
  ++messages_sent_;
}

result<void> outgoing_lane::granted(std::uint64_t total) {
  // On an ordered stream a grant is never late and never comes twice.
  if (total <= last_grant_ || !credit_.granted(total, options_->window))
    return error{errc::rule,
                 fmt::format("Credit up to {} octets after {}, which is more than a window or no "
                             "more than before.",
                             total, last_grant_),
                 {}};
  last_grant_ = total;
  return {};
}

void outgoing_lane::report(lane_figures& to) const {
  to.messages_sent = messages_sent_;
  to.octets_sent = octets_sent_;
  to.messages_queued = queue_.size();
  to.octets_queued = octets_queued_;
  to.overflows = overflows_;
  to.stalls = stalls_;
  to.credit_left = credit_.left();
}

void outgoing_lane::clear() {
  queue_ = {};
  octets_queued_ = at_ = 0;
}

} // namespace loa::net
