#include <loa/node/internal/feed_relays.hpp>

#include <algorithm>

namespace loa::node {

void feed_relays::forget() {
  auto& core = host_.core();
  if (!core.office) return;
  for (const auto& node : core.office->relays_of(*host_.self())) say(node, seats_forgotten{});
}

void feed_relays::say(const std::string& node, relay_message m) {
  host_.core().office->say_to_relay(node, *host_.self(), std::move(m));
}

void feed_relays::take(const std::string& node, const link::message& m,
                       const link::feed_source& source, std::uint64_t visible) {
  auto& r = by_node_[node];
  const auto now = host_.monotonic();
  if (!r.sender) {
    r.sender.emplace(source, link::feed_sender::follower{host_.self()->home(), link::every_channel},
                     host_.core().parts.random.next());
    carry_out(node, r.sender->advance(visible, now));
  }
  if (const auto* follow = std::get_if<link::feed_follow>(&m))
    carry_out(node, r.sender->on(*follow, now));
  else if (const auto* ack = std::get_if<link::feed_ack>(&m))
    carry_out(node, r.sender->on(*ack, now));
}

void feed_relays::give(const std::string& node, const seats_given& seats) {
  auto& r = by_node_[node];
  for (const auto& s : seats.all) {
    if (r.seats.size() <= s.slot) r.seats.resize(s.slot + 1);
    r.seats[s.slot] = true;
    r.spoke.resize(r.seats.size());
    r.spoke[s.slot] = true;
  }
  say(node, seats);
}

bool feed_relays::spoke_for(const std::string& node, std::uint32_t slot) const {
  const auto found = by_node_.find(node);
  return found != by_node_.end() && slot < found->second.spoke.size() && found->second.spoke[slot];
}

bool feed_relays::speaks_for(const std::string& node, std::uint32_t slot) const {
  const auto found = by_node_.find(node);
  return found != by_node_.end() && slot < found->second.seats.size() && found->second.seats[slot];
}

void feed_relays::leave(const std::string& node, std::uint32_t slot) {
  if (speaks_for(node, slot)) by_node_.at(node).seats[slot] = false;
}

void feed_relays::leave(std::uint32_t slot) {
  for (auto& [node, r] : by_node_) {
    leave(node, slot);
    if (slot < r.spoke.size()) r.spoke[slot] = false; // the next in it is another
  }
}

bool feed_relays::seated(std::uint32_t slot) const {
  return std::ranges::any_of(by_node_, [&](const auto& r) { return speaks_for(r.first, slot); });
}

void feed_relays::advance(std::uint64_t visible) {
  for (auto& [node, r] : by_node_)
    if (r.sender) carry_out(node, r.sender->advance(visible, host_.monotonic()));
}

void feed_relays::pass(const feed_entry_ptr& entry) {
  const auto& office = host_.core().office;
  if (!office) return;
  auto nodes = office->relays_of(*host_.self());
  for (const auto& [node, r] : by_node_)
    if (std::ranges::find(nodes, node) == nodes.end()) nodes.push_back(node);
  for (const auto& node : nodes) office->pass_to_relay(node, *host_.self(), entry);
}

void feed_relays::reached(const std::string& node) {
  const auto found = by_node_.find(node);
  if (found == by_node_.end() || !found->second.sender) return;
  carry_out(node, found->second.sender->reconnected(host_.monotonic()));
}

void feed_relays::tick() {
  for (auto& [node, r] : by_node_)
    if (r.sender) carry_out(node, r.sender->tick(host_.monotonic()));
}

void feed_relays::carry_out(const std::string& node, link::feed_sender::output out) {
  for (const auto& a : out.alarms) host_.alarm(a, *host_.self());
  for (auto& m : out.to_send) host_.core().office->send_to_relay(node, *host_.self(), std::move(m));
  if (out.next_timer) host_.wake_at(*out.next_timer);
}

} // namespace loa::node
