#pragma once

#include "hostile_network.hpp"

#include <loa/link/feed_receiver.hpp>
#include <loa/link/feed_sender.hpp>
#include <loa/link/retained_feed.hpp>

namespace loa::link::test {

inline const auto district = *path::parse("79.769");

/// A feed, a sender and a receiver with nothing between them but what a test does.
struct pair_of_ends {
  explicit pair_of_ends(link_options o = {}, cursor durable = {}, std::uint64_t epoch = 1,
                        lane_positions head = {})
      : options(o),
        feed(epoch, head),
        sender(feed, {district}, 1000, {}, options),
        receiver(2000, durable, options) {}

  std::uint64_t publish(lane on = lane::ordinary, std::vector<path> audience = {},
                        std::string body = "text") {
    const auto position = feed.next_position();
    feed.publish({.position = position,
                  .on = on,
                  .audience = std::move(audience),
                  .expires = now + std::chrono::hours(1),
                  .body = body_of(std::move(body))});
    return position;
  }

  void put(feed_sender::output out) {
    for (auto& m : out.to_send) to_receiver.push_back(std::move(m));
    for (auto& a : out.alarms) alarms.push_back(std::move(a));
    if (out.acked) acked = *out.acked;
    sender_timer = out.next_timer;
  }

  void put(feed_receiver::output out) {
    for (auto& m : out.to_send) to_sender.push_back(std::move(m));
    for (auto& e : out.delivered) delivered.push_back(e.position);
    if (out.commit) commit = *out.commit;
    was_reset |= out.reset;
    receiver_timer = out.next_timer;
  }

  void hand_over() {
    while (!to_sender.empty() || !to_receiver.empty()) {
      for (auto& m : std::exchange(to_sender, {})) {
        if (auto* f = std::get_if<feed_follow>(&m)) put(sender.on(*f, now));
        if (auto* a = std::get_if<feed_ack>(&m)) put(sender.on(*a, now));
      }
      for (auto& m : std::exchange(to_receiver, {})) {
        if (auto* o = std::get_if<feed_opened>(&m)) put(receiver.on(*o, now));
        if (auto* i = std::get_if<feed_invite>(&m)) put(receiver.on(*i, now));
        if (auto* f = std::get_if<feed_frames>(&m)) put(receiver.on(*f, now));
      }
    }
  }

  void open() {
    put(receiver.start(now));
    hand_over();
    REQUIRE(sender.open());
    REQUIRE(receiver.open());
  }

  void advance() { put(sender.advance(feed.head().latest(), now)); }
  void commit_all() {
    put(receiver.committed(commit, now));
    hand_over();
  }

  link_options options;
  instant now = from_millis(1'700'000'000'000);
  retained_feed feed;
  feed_sender sender;
  feed_receiver receiver;
  std::vector<message> to_receiver, to_sender;
  std::vector<std::uint64_t> delivered;
  std::vector<alarm> alarms;
  cursor commit;
  std::optional<cursor> acked;
  bool was_reset = false;
  std::optional<instant> sender_timer, receiver_timer;
};

using positions = std::vector<std::uint64_t>;

} // namespace loa::link::test
