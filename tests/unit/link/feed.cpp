#include "hostile_network.hpp"

#include <loa/link/feed_receiver.hpp>
#include <loa/link/feed_sender.hpp>
#include <loa/link/retained_feed.hpp>

namespace loa::link::test {

namespace {

const auto district = *path::parse("79.769");

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

} // namespace

TEST_CASE("an idle pair of feed ends needs no timer and little memory") {
  pair_of_ends p;
  p.open();
  CHECK_FALSE(p.sender_timer);
  CHECK_FALSE(p.receiver_timer);
  p.publish();
  p.advance();
  p.hand_over();
  CHECK(p.sender_timer);
  p.commit_all();
  CHECK(p.delivered == positions{1});
  CHECK_FALSE(p.sender_timer);
  CHECK_FALSE(p.receiver_timer);
  CHECK(sizeof(feed_sender) + sizeof(feed_receiver) < 520);
}

TEST_CASE("a receiver acknowledges only what its host has committed") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.advance();
  p.hand_over();
  CHECK(p.delivered == positions{1});
  CHECK_FALSE(p.acked);
  // Asked again, it says that it has come, not that it is durable.
  p.now = *p.sender_timer;
  p.put(p.sender.tick(p.now));
  p.hand_over();
  CHECK(p.delivered == positions{1});
  CHECK_FALSE(p.acked);
  p.commit_all();
  REQUIRE(p.acked);
  CHECK(p.acked->at(lane::ordinary) == 1);
}

TEST_CASE("a lost ordinary frame does not hold up an emergency") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.advance();
  p.to_receiver.clear(); // Lost.
  p.publish();
  const auto alert = p.publish(lane::emergency);
  p.advance();
  p.hand_over();
  CHECK(p.delivered == positions{alert});
  p.now = *p.sender_timer;
  p.put(p.sender.tick(p.now));
  p.hand_over();
  CHECK(p.delivered == positions{alert, 1, 2});
}

TEST_CASE("an emergency leaves before ordinary entries and past a full ordinary window") {
  pair_of_ends p({.window_entries = 2});
  p.open();
  for (int i = 0; i < 5; ++i) p.publish();
  p.advance();
  p.hand_over();
  CHECK(p.delivered == positions{1, 2});
  p.publish(lane::emergency);
  p.advance();
  REQUIRE_FALSE(p.to_receiver.empty());
  CHECK(std::get<feed_frames>(p.to_receiver.front()).on == lane::emergency);
  p.hand_over();
  CHECK(p.delivered == positions{1, 2, 6});
  p.commit_all();
  p.commit_all();
  p.commit_all();
  CHECK(p.delivered == positions{1, 2, 6, 3, 4, 5});
}

TEST_CASE("no more than a window of octets is in flight, but always one entry") {
  pair_of_ends p({.window_octets = 1000});
  p.open();
  p.publish(lane::ordinary, {}, std::string(5000, 'x'));
  p.publish(lane::ordinary, {}, std::string(400, 'x'));
  p.publish(lane::ordinary, {}, std::string(400, 'x'));
  p.advance();
  CHECK(p.sender.in_flight(lane::ordinary) == 1);
  p.hand_over();
  p.commit_all();
  CHECK(p.sender.in_flight(lane::ordinary) == 2);
  CHECK(p.sender.octets_in_flight(lane::ordinary) <= 1000);
}

TEST_CASE("long bodies go in frames of their own, so that an emergency waits behind none of them") {
  pair_of_ends p({.window_octets = 100'000, .frame_octets = 10'000});
  p.open();
  for (int i = 0; i < 6; ++i) p.publish(lane::ordinary, {}, std::string(6000, 'x'));
  p.advance();
  CHECK(p.to_receiver.size() == 6);
}

TEST_CASE("an entry beyond the visible position does not leave") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.publish();
  p.put(p.sender.advance(1, p.now));
  p.hand_over();
  CHECK(p.delivered == positions{1});
  p.commit_all();
  CHECK_FALSE(p.sender_timer);
  p.put(p.sender.advance(2, p.now));
  p.hand_over();
  CHECK(p.delivered == positions{1, 2});
}

TEST_CASE("an entry that does not concern the follower is skipped and told lazily") {
  pair_of_ends p;
  p.open();
  p.publish(lane::ordinary, {*path::parse("79.770")});
  p.advance();
  CHECK(p.to_receiver.empty());
  REQUIRE(p.sender_timer);
  CHECK(*p.sender_timer == p.now + p.options.tell_after);
  p.now = *p.sender_timer;
  p.put(p.sender.tick(p.now));
  p.hand_over();
  CHECK(p.delivered.empty());
  CHECK(p.commit.at(lane::ordinary) == 1);
  p.commit_all();
  CHECK(p.acked->at(lane::ordinary) == 1);
  CHECK_FALSE(p.sender_timer);
}

TEST_CASE("what is skipped before or behind an entry is told with it") {
  pair_of_ends p;
  p.open();
  p.publish(lane::ordinary, {*path::parse("79.770")});
  p.publish(lane::ordinary, {*path::parse("79.769.26794")});
  p.publish(lane::ordinary, {*path::parse("79.771")});
  p.advance();
  p.hand_over();
  p.commit_all();
  CHECK(p.delivered == positions{2});
  CHECK(p.acked->at(lane::ordinary) == 3);
  CHECK_FALSE(p.sender_timer);
}

TEST_CASE("an entry that was pruned while in flight leaves no gap") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.publish();
  p.advance();
  p.to_receiver.clear();
  p.feed.remove(1);
  p.now = *p.sender_timer;
  p.put(p.sender.tick(p.now));
  p.hand_over();
  CHECK(p.delivered == positions{2});
  p.commit_all();
  CHECK_FALSE(p.sender_timer);
}

TEST_CASE("a new follower gets everything in force, without an alarm") {
  pair_of_ends p;
  p.publish();
  p.publish(lane::emergency);
  p.advance();
  p.open();
  CHECK(p.delivered == positions{2, 1});
  CHECK(p.alarms.empty());
  CHECK_FALSE(p.was_reset);
  CHECK(p.commit == cursor{1, {1, 2}});
}

TEST_CASE("a follower that is ahead of its feed is reset, and there is an alarm") {
  pair_of_ends p({}, cursor{1, {50, 0}});
  p.publish();
  p.advance();
  p.to_receiver.clear();
  p.open();
  REQUIRE(p.alarms.size() == 1);
  CHECK(p.alarms[0].kind == alarm_kind::follower_ahead);
  CHECK(p.was_reset);
  CHECK(p.delivered == positions{1});
  CHECK(p.commit == cursor{1, {1, 0}});
  // A commit of the time before the reset that is late makes no difference.
  p.put(p.receiver.committed(cursor{1, {50, 0}}, p.now));
  p.hand_over();
  CHECK(p.receiver.durable().at(lane::ordinary) == 1);
  CHECK(p.alarms.size() == 1);
}

TEST_CASE("a follower of an earlier epoch is reset, and there is an alarm") {
  pair_of_ends p({}, cursor{1, {2, 0}}, 2, {5, 0});
  p.publish();
  p.advance();
  p.to_receiver.clear();
  p.open();
  REQUIRE(p.alarms.size() == 1);
  CHECK(p.alarms[0].kind == alarm_kind::feed_restored);
  CHECK(p.was_reset);
  CHECK(p.delivered == positions{6});
  CHECK(p.commit == cursor{2, {6, 0}});
}

TEST_CASE("a sender that was restarted invites its follower once it has something") {
  pair_of_ends p;
  p.open();
  feed_sender again(p.feed, {district}, 5000, p.receiver.durable(), p.options);
  auto idle = again.advance(0, p.now);
  CHECK(idle.to_send.empty());
  CHECK_FALSE(idle.next_timer);
  p.sender = std::move(again);
  p.publish(lane::emergency);
  p.advance();
  REQUIRE(p.to_receiver.size() == 1);
  CHECK(std::holds_alternative<feed_invite>(p.to_receiver[0]));
  p.hand_over();
  CHECK(p.delivered == positions{1});
}

TEST_CASE("an entry that was delivered and not committed is not delivered twice by one receiver") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.advance();
  p.hand_over();
  p.sender = feed_sender(p.feed, {district}, 5000, {}, p.options);
  p.advance();
  p.hand_over();
  CHECK(p.delivered == positions{1});
  p.commit_all();
  CHECK(p.acked->at(lane::ordinary) == 1);
  CHECK_FALSE(p.sender_timer);
}

TEST_CASE("a sender in vain waits longer each time, and not at all once the way is back") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.publish(lane::emergency);
  p.advance();
  duration last{};
  for (int i = 0; i < 20; ++i) {
    p.to_receiver.clear();
    last = *p.sender_timer - p.now;
    p.now = *p.sender_timer;
    p.put(p.sender.tick(p.now));
  }
  // The emergency's pause has its own bound.
  CHECK(last <= p.options.resend_most_emergency * 5 / 4);
  p.to_receiver.clear();
  p.put(p.sender.reconnected(p.now));
  p.hand_over();
  CHECK(p.delivered == positions{2, 1});
}

TEST_CASE("a body that cannot be read holds its lane with an alarm, and nothing is lost") {
  link_options options;
  bool readable = false;
  retained_feed feed(1, {}, [&](std::uint64_t) { return readable ? body_of("late") : nullptr; });
  feed.publish({.position = 1});
  feed_sender sender(feed, {district}, 1, {}, options);
  instant now{};
  (void)sender.on(feed_follow{7, 1, {}}, now);
  auto out = sender.advance(1, now);
  REQUIRE(out.alarms.size() == 1);
  CHECK(out.alarms[0].kind == alarm_kind::body_unreadable);
  REQUIRE(out.next_timer);
  out = sender.tick(*out.next_timer);
  CHECK(out.alarms.empty());
  CHECK(out.to_send.empty());
  REQUIRE(out.next_timer);
  readable = true;
  out = sender.tick(*out.next_timer);
  REQUIRE(out.to_send.size() == 1);
  CHECK(*std::get<feed_frames>(out.to_send[0]).entries.at(0).body == "late");
}

TEST_CASE("an acknowledgement beyond the feed makes the follower follow again") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.advance();
  const auto session = std::get<feed_frames>(p.to_receiver.at(0)).session;
  const auto out = p.sender.on(feed_ack{session, {1, 0}, cursor{1, {99, 0}}}, p.now);
  CHECK_FALSE(out.acked);
  CHECK_FALSE(p.sender.open());
  CHECK(std::holds_alternative<feed_invite>(out.to_send.at(0)));
}

TEST_CASE("a receiver keeps no more early entries than a window") {
  pair_of_ends p({.window_entries = 4, .window_octets = 50});
  p.open();
  p.publish();
  p.advance();
  auto frame = std::get<feed_frames>(p.to_receiver.at(0));
  for (std::uint64_t n = 2; n < 1000; ++n) {
    frame.first = n;
    frame.entries[0].position = n;
    p.put(p.receiver.on(frame, p.now));
  }
  CHECK(p.receiver.buffered(lane::ordinary) == 3);
  frame.first = ~std::uint64_t{0};
  frame.entries.resize(2, frame.entries[0]);
  p.put(p.receiver.on(frame, p.now));
  CHECK(p.receiver.buffered(lane::ordinary) == 3);
  CHECK(p.delivered.empty());
}

TEST_CASE("a receiver with a heartbeat follows again when it has heard nothing") {
  pair_of_ends p({.heartbeat = duration(5000)});
  p.open();
  REQUIRE(p.receiver_timer);
  CHECK(*p.receiver_timer == p.now + duration(5000));
  // The sender forgot everybody and has nothing to send; the heartbeat finds that out.
  p.sender = feed_sender(p.feed, {district}, 5000, {}, p.options);
  p.now = *p.receiver_timer;
  p.put(p.receiver.tick(p.now));
  p.hand_over();
  CHECK(p.sender.open());
  CHECK(p.receiver.open());
}

TEST_CASE("pauses double, are bounded and spread") {
  using namespace std::chrono_literals;
  CHECK(backoff(500ms, 30s, 0, 1) >= 500ms);
  CHECK(backoff(500ms, 30s, 0, 1) <= 625ms);
  CHECK(backoff(500ms, 30s, 3, 1) >= 4s);
  CHECK(backoff(500ms, 30s, 200, 1) <= 37500ms);
  CHECK(backoff(500ms, 30s, 5, 1) == backoff(500ms, 30s, 5, 1));
  CHECK(backoff(500ms, 30s, 5, 1) != backoff(500ms, 30s, 5, 2));
}

} // namespace loa::link::test
