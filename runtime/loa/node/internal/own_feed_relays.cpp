// What sessions on other nodes want of a feed, as their relays say it.

#include <loa/base/probe.hpp>
#include <loa/node/internal/own_feed.hpp>

namespace loa::node {

void own_feed::take(const relay_letter& l) {
  if (const auto* m = std::get_if<link::message>(&l.content))
    relays_.take(l.node, *m, *kept_, committed_);
  else if (const auto* wanted = std::get_if<seats_wanted>(&l.content))
    give_seats(l.node, *wanted);
  else if (const auto* acked = std::get_if<seats_acked>(&l.content))
    keep_acks(l.node, *acked);
  else if (const auto* left = std::get_if<seats_left>(&l.content))
    leave_seats(l.node, *left);
}

void own_feed::give_seats(const std::string& node, const seats_wanted& wanted) {
  if (wanted.all.size() > max_seats_at_once) return;
  draft d(*host_.self(), host_.next_fact());
  seats_given given;
  given.epoch = epoch();
  for (const auto& w : wanted.all) {
    // A relay speaks for sessions; whatever has a journal speaks for itself.
    const auto kind = host_.core().kinds.find(w.follower.kind());
    if (kind == host_.core().kinds.end() || kind->second.durable) continue;
    auto slot = ledger_.find(w.follower.str());
    if (!slot) slot = take_slot(w.follower, w.channel, d);
    if (!slot) {
      given.turned_away.push_back(w.follower);
      continue;
    }
    given.all.push_back({w.follower, *slot, ledger_.at(*slot)->acked});
  }
  host_.commit(d, [this, node, given = std::move(given)](const result<void>& outcome) {
    if (!outcome) LOA_PROBE("feed: seats for a relay were not stored");
    if (outcome) relays_.give(node, given);
  });
}

void own_feed::keep_acks(const std::string& node, const seats_acked& acked) {
  if (acked.epoch != epoch()) {
    LOA_PROBE("feed: a relay acknowledges in another epoch");
    return;
  }
  bool known = true;
  for (const auto& lane : acked.lanes) {
    std::uint64_t next = 0;
    for (const auto& range : lane.ranges) {
      if (range.first < next || range.last < range.first) return; // no relay says it so
      next = std::uint64_t{range.last} + 1;
      for (auto slot = range.first; slot <= range.last && slot < ledger_.extent(); ++slot) {
        if (relays_.spoke_for(node, slot))
          ledger_.acknowledge(slot, lane.on, std::min(range.position, committed_));
        else
          known = false;
      }
    }
  }
  if (!known) {
    LOA_PROBE("feed: a relay acknowledges for seats that this life does not know");
    return relays_.say(node, seats_forgotten{});
  }
  draft d(*host_.self(), host_.next_fact());
  gather_into(d);
  host_.commit(d, [this, node, number = acked.number](const result<void>& outcome) {
    if (!outcome) LOA_PROBE("feed: what a relay acknowledged was not stored");
    if (outcome) relays_.say(node, seats_kept{number});
  });
}

void own_feed::leave_seats(const std::string& node, const seats_left& left) {
  draft d(*host_.self(), host_.next_fact());
  for (const auto& who : left.followers) {
    const auto slot = ledger_.find(who.str());
    if (!slot || !relays_.speaks_for(node, *slot)) {
      LOA_PROBE("feed: a relay gives up a seat that it does not have");
      continue;
    }
    relays_.leave(node, *slot);
    if (left.leave) dismiss(who, d);
  }
  host_.commit(d, {});
}

} // namespace loa::node
