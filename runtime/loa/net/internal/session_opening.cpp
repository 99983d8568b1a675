#include <loa/net/internal/handshake_messages.hpp>
#include <loa/net/internal/session_opening.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

session_ending as_ending(session_end how, const error& e) {
  const auto reason = refusal_of(e);
  return {how, to_string(reason), e.detail, reason};
}

session_ending seems_refused(const heard_refusal& heard) {
  return {
      session_end::seems_refused, to_string(heard.reason),
      fmt::format("The other side says, and does not prove it, that it refuses us: {} It speaks "
                  "protocol version {}.",
                  describe(heard.reason), heard.versions.to_string()),
      heard.reason};
}

} // namespace

session_opening::step session_opening::start() {
  step out;
  auto first = handshake_.start();
  if (!first)
    out.ended = as_ending(session_end::refused, first.error());
  else if (!first->empty())
    out.send.push_back(*std::move(first));
  return out;
}

session_opening::step session_opening::take(bytes_view& octets, instant wall) {
  step out;
  while (!octets.empty() && !out.terms && !out.ended) {
    // What is held is no whole message, and was found good when it was taken.
    const auto known = next_handshake_message(held_).value();
    const auto wanted = known == 0 ? handshake_head_octets : known;
    const auto more = std::min(wanted - held_.size(), octets.size());
    held_ += octets.substr(0, more);
    octets.remove_prefix(more);
    const auto size = next_handshake_message(held_);
    // What is no message is taken for one, since the handshake then says so to the other side.
    if (!size || *size == held_.size()) take_message(wall, out);
  }
  return out;
}

void session_opening::take_message(instant wall, step& out) {
  auto next = handshake_.take(std::exchange(held_, {}), wall);
  if (next) {
    if (!next->send.empty()) out.send.push_back(std::move(next->send));
    if (next->hint) hint_ = next->hint;
    out.terms = std::move(next->terms);
    return;
  }
  const auto& told = handshake_.refusal_to_send();
  // Nothing is to be told where it was the other side that refused, with proof.
  out.ended =
      as_ending(told.empty() ? session_end::was_refused : session_end::refused, next.error());
  if (!told.empty()) out.send.push_back(told);
  if (hint_) out.ended->detail += " Before that: " + seems_refused(*hint_).detail;
}

session_ending session_opening::failed(session_end otherwise, std::string detail) const {
  if (hint_) return seems_refused(*hint_);
  return {otherwise, to_string(otherwise), std::move(detail), std::nullopt};
}

std::optional<session_ending> read_late_refusal(bytes_view octets) {
  const auto size = next_handshake_message(octets);
  if (!size || *size == 0 || *size > octets.size()) return std::nullopt;
  const auto m = read_message(octets.substr(0, *size));
  if (!m || m->kind != message_kind::refusal) return std::nullopt;
  const auto heard = read_refusal(m->rest);
  if (!heard) return std::nullopt;
  return seems_refused(*heard);
}

} // namespace loa::net
