#include <loa/node/internal/letter_carrier.hpp>

namespace loa::node {

namespace {

/// Stands where a body goes beside the message: none at all would say something else.
const link::shared_body& elsewhere() {
  static const auto empty = std::make_shared<const bytes>();
  return empty;
}

error missing_bodies() {
  return {errc::malformed, "There are not as many bodies as entries.", "/bodies"};
}

result<link::shared_body> checked(carried_body b, body_reader& bodies) {
  auto body = bodies.take(std::move(b));
  if (body && *body && (*body)->size() > link::most_body_octets)
    return error{errc::too_large, "A body is longer than a body may be.", "/bodies"};
  return body;
}

std::vector<carried_body> take_bodies(link::message& m, body_writer& bodies) {
  std::vector<carried_body> taken;
  if (auto* frames = std::get_if<link::feed_frames>(&m))
    for (auto& e : frames->entries) {
      taken.push_back(bodies.put(e.body));
      if (e.body) e.body = elsewhere();
    }
  return taken;
}

} // namespace

net::envelope_lane lane_of(const link::message& m) noexcept {
  using enum net::envelope_lane;
  if (const auto* frames = std::get_if<link::feed_frames>(&m))
    return frames->on == link::lane::emergency ? emergency : ordinary;
  const bool post =
      std::holds_alternative<link::post_send>(m) || std::holds_alternative<link::post_ack>(m);
  return post ? ordinary : emergency;
}

carried_frame carry(const name& from, const name& to, link::message m, const carried_epochs& under,
                    body_writer& bodies) {
  auto taken = take_bodies(m, bodies);
  return {from, to, {link::encode(m)}, std::move(taken), under, 0};
}

carried_relay_frame carry_to_relay(const name& feed, bool to_feed, link::message m,
                                   const carried_epochs& under, body_writer& bodies) {
  auto taken = take_bodies(m, bodies);
  return {feed, to_feed, {link::encode(m)}, std::move(taken), under, 0};
}

result<link::message> uncarry(bytes_view message, std::vector<carried_body>& carried,
                              body_reader& bodies) {
  auto m = link::decode(message);
  if (!m) return m;
  auto* frames = std::get_if<link::feed_frames>(&*m);
  if (carried.size() != (frames ? frames->entries.size() : 0)) return missing_bodies();
  for (std::size_t i = 0; i < carried.size(); ++i) {
    auto body = checked(std::move(carried[i]), bodies);
    if (!body) return body.error();
    frames->entries[i].body = *std::move(body);
  }
  return m;
}

carried_unstored carry(const name& to, const feed_entry& e, const carried_epochs& under,
                       body_writer& bodies) {
  carried_unstored u{*e.feed, to, e.entry, bodies.put(e.entry.body), under, 0};
  u.entry.body = elsewhere();
  return u;
}

result<feed_entry_ptr> uncarry(carried_unstored& u, body_reader& bodies) {
  auto body = checked(std::move(u.body), bodies);
  if (!body) return body.error();
  if (!*body) return missing_bodies();
  u.entry.body = *std::move(body);
  u.entry.on = link::lane::emergency;
  u.entry.position = 0;
  return std::make_shared<const feed_entry>(
      feed_entry{std::make_shared<const name>(u.feed), std::move(u.entry)});
}

} // namespace loa::node
