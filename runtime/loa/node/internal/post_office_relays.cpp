// The way between feeds and their relays.

#include <loa/node/internal/core.hpp>
#include <loa/node/internal/post_office.hpp>

namespace loa::node {

void post_office::with(const std::string& node, const name& feed, bool to_feed, sender send) {
  carried_epochs under;
  if (!to_feed) {
    const auto own = routes_.speaks_under(feed.home());
    if (!own) return; // as for letters
    under.from = *own;
  }
  later([this, node, feed, to_feed, under, send = std::move(send)]() mutable {
    auto* p = find(node);
    if (!p) return;
    p->remember(feed);
    if (!p->up) return reach(*p);
    if (to_feed) under.to = routes_.epoch_of(feed.home());
    send(*p, conversations_.at(*p->up)->sent, under);
  });
}

void post_office::send_frame(peer& p, net::envelope_lane on, carried_relay_frame f,
                             body_writer& bodies) {
  if (!f.bodies.empty()) f.sent = sending_time_of(core_.parts.time);
  if (put(p, on, f)) return;
  for (const auto& b : f.bodies)
    if (b.content) bodies.unsent(b.number);
}

void post_office::send_to_feed(const name& feed, link::message m) {
  with(routes_.find(feed.home()).node, feed, true,
       [this, feed, m = std::move(m)](peer& p, shelves<body_writer>& bodies,
                                      const carried_epochs& under) {
         const auto on = lane_of(m);
         send_frame(p, on, carry_to_relay(feed, true, m, under, bodies.on(on)), bodies.on(on));
       });
}

void post_office::say_to_feed(const name& feed, relay_message m) {
  with(routes_.find(feed.home()).node, feed, true,
       [this, feed, m = std::move(m)](peer& p, shelves<body_writer>&, const carried_epochs& under) {
         put(p, net::envelope_lane::ordinary,
             carried_relay{feed, true, {wire::encode_alternative(m)}, under});
       });
}

void post_office::send_to_relay(const std::string& node, const name& feed, link::message m) {
  with(node, feed, false,
       [this, feed, m = std::move(m)](peer& p, shelves<body_writer>& bodies,
                                      const carried_epochs& under) {
         const auto on = lane_of(m);
         send_frame(p, on, carry_to_relay(feed, false, m, under, bodies.on(on)), bodies.on(on));
       });
}

void post_office::say_to_relay(const std::string& node, const name& feed, relay_message m) {
  with(node, feed, false,
       [this, feed, m = std::move(m)](peer& p, shelves<body_writer>&, const carried_epochs& under) {
         put(p, net::envelope_lane::ordinary,
             carried_relay{feed, false, {wire::encode_alternative(m)}, under});
       });
}

void post_office::pass_to_relay(const std::string& node, const name& feed,
                                feed_entry_ptr unstored) {
  with(node, feed, false,
       [this, feed, unstored = std::move(unstored)](peer& p, shelves<body_writer>& bodies,
                                                    const carried_epochs& under) {
         auto& emergencies = bodies.on(net::envelope_lane::emergency);
         auto carried = carry(feed, *unstored, under, emergencies);
         carried.sent = sending_time_of(core_.parts.time);
         if (!put(p, net::envelope_lane::emergency, carried) && carried.body.content)
           emergencies.unsent(carried.body.number);
       });
}

std::vector<std::string> post_office::relays_of(const name& feed) const {
  std::lock_guard lock(relays_mutex_);
  std::vector<std::string> nodes;
  for (auto at = relays_.lower_bound({feed, {}}); at != relays_.end() && at->first == feed; ++at)
    nodes.push_back(at->second);
  return nodes;
}

} // namespace loa::node
