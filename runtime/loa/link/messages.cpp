#include <loa/link/messages.hpp>

namespace loa::link {

namespace {

std::optional<error> check(const feed_frames& m) {
  if (m.entries.size() > most_frame_entries)
    return error{errc::too_large,
                 "A frame holds at most " + std::to_string(most_frame_entries) + " entries.",
                 "/entries"};
  if (m.first == 0) return error{errc::rule, "Link sequences start at 1.", "/first"};
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < m.entries.size(); ++i) {
    const auto& e = m.entries[i];
    const auto where = "/entries/" + std::to_string(i);
    if (e.on != m.on) return error{errc::rule, "An entry is not of its frame's lane.", where};
    if (e.position <= last) return error{errc::rule, "Positions must ascend from 1.", where};
    if (e.body && e.body->size() > most_body_octets)
      return error{errc::too_large,
                   "A body holds at most " + std::to_string(most_body_octets) + " octets.", where};
    last = e.position;
  }
  return std::nullopt;
}

std::optional<error> check(const post_send& m) {
  if (m.number == 0 || m.since == 0 || m.oldest == 0)
    return error{errc::rule, "Numbers of post start at 1.", "/number"};
  if (m.oldest > m.number)
    return error{errc::rule, "A message is not older than the oldest in its outbox.", "/oldest"};
  if (!m.body) return error{errc::malformed, "This field is missing.", "/body"};
  if (m.body->size() > most_body_octets)
    return error{errc::too_large,
                 "A body holds at most " + std::to_string(most_body_octets) + " octets.", "/body"};
  return std::nullopt;
}

std::optional<error> check(const post_ack& m) {
  std::uint64_t last = 0;
  for (const auto& r : m.refused) {
    if (r.number <= last || r.number > m.number)
      return error{errc::rule, "Refused numbers ascend from 1 up to the acknowledged one.",
                   "/refused"};
    last = r.number;
  }
  return std::nullopt;
}

template <class T>
std::optional<error> check(const T&) {
  return std::nullopt;
}

} // namespace

bytes encode(const message& m) {
  return wire::encode_alternative(m);
}

result<message> decode(bytes_view record) {
  auto m = wire::decode_record<message>(record, {.octets = most_message_octets, .depth = 8});
  if (!m) return m;
  if (auto wrong = std::visit([](const auto& x) { return check(x); }, *m)) return *wrong;
  return m;
}

} // namespace loa::link
