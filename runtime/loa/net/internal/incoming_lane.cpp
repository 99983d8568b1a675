#include <loa/net/internal/incoming_lane.hpp>
#include <loa/net/internal/line_writer.hpp>
#include <loa/net/internal/message_form.hpp>
#include <loa/net/internal/octets.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

error malformed(const char* what) {
  return {errc::malformed, what, {}};
}

} // namespace

incoming_lane::incoming_lane(const session_options& options)
    : options_(&options),
      credit_(options.window) {}

result<void> incoming_lane::take(const envelope& e, std::vector<peer_message>& to) {
  if (!credit_.received(envelope_cost + e.payload.size()))
    return error{errc::rule, "The peer has sent more than it was given credit for.", {}};
  return e.kind == envelope_kind::chunk ? take_piece(e, to) : take_whole(e, to);
}

result<void> incoming_lane::take_whole(const envelope& e, std::vector<peer_message>& to) {
  if (e.flags != 0) return malformed("Messages with flags that are none.");
  if (unfinished_)
    return error{errc::rule, "A message between the pieces of another on the same lane.", {}};
  const auto before = to.size();
  octet_reader in(e.payload);
  do {
    const auto kind = static_cast<std::uint16_t>(in.number(2));
    const auto content = in.sized(4);
    to.push_back({e.lane, kind, bytes(content), message_head_octets + content.size()});
  } while (!in.failed() && !in.done());
  const bool too_large = std::any_of(
      to.begin() + static_cast<std::ptrdiff_t>(before), to.end(),
      [&](const peer_message& m) { return m.content.size() > options_->most_message_octets; });
  if (in.failed() || too_large) {
    to.resize(before);
    if (too_large) return error{errc::too_large, "A message over the limit.", {}};
    return malformed("Messages that cannot be read.");
  }
  to.back().cost += envelope_cost;
  at_host_ += envelope_cost + e.payload.size();
  messages_ += to.size() - before;
  octets_ += e.payload.size() - (to.size() - before) * message_head_octets;
  return {};
}

result<void> incoming_lane::take_piece(const envelope& e, std::vector<peer_message>& to) {
  octet_reader in(e.payload);
  if (e.flags == first_piece) {
    if (unfinished_) return error{errc::rule, "A message begins before another has ended.", {}};
    const auto kind = static_cast<std::uint16_t>(in.number(2));
    const auto length = static_cast<std::size_t>(in.number(4));
    if (in.failed()) return malformed("A first piece that cannot be read.");
    if (length > options_->most_message_octets)
      return error{errc::too_large,
                   fmt::format("A message of {} octets is over the limit of {}.", length,
                               options_->most_message_octets),
                   {}};
    unfinished_.emplace(unfinished{kind, length, {}});
  } else if (e.flags != 0) {
    return malformed("A piece with flags that are none.");
  } else if (!unfinished_) {
    return error{errc::rule, "A piece of a message that has not begun.", {}};
  }

  auto& content = unfinished_->content;
  const auto piece = in.rest();
  const auto left = unfinished_->length - content.size();
  if (piece.empty() || piece.size() > left)
    return malformed("A piece that is empty or longer than what is left of its message.");
  // It grows with what has come, and not by what was said of its length.
  content += piece;
  waiting_ += envelope_cost + e.payload.size();
  if (content.size() == unfinished_->length) {
    ++messages_;
    octets_ += content.size();
    at_host_ += waiting_;
    to.push_back(
        {e.lane, unfinished_->kind, std::move(content), std::exchange(waiting_, std::uint64_t{0})});
    unfinished_.reset();
  } else if (at_host_ == 0) {
    credit_.consumed(std::exchange(waiting_, std::uint64_t{0}));
  }
  return {};
}

void incoming_lane::consumed(std::uint64_t cost) {
  cost = std::min(cost, at_host_);
  at_host_ -= cost;
  credit_.consumed(cost);
  if (at_host_ == 0) credit_.consumed(std::exchange(waiting_, std::uint64_t{0}));
}

void incoming_lane::report(lane_figures& to) const {
  to.messages_received = messages_;
  to.octets_received = octets_;
  to.octets_unread = at_host_ + (unfinished_ ? unfinished_->content.size() : 0);
}

} // namespace loa::net
