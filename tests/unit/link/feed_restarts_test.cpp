#include "pair_of_ends.hpp"

namespace loa::link::test {

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

TEST_CASE("a late copy of an earlier life's request neither loses nor doubles anything") {
  pair_of_ends p({.window_entries = 4});
  p.open();
  for (int i = 0; i < 3; ++i) p.publish();
  p.advance();
  p.hand_over();
  p.commit_all();
  // The sender turns to a life that has ended, and back when the living one asks again; the living
  // one has noticed nothing.
  p.put(p.sender.on(feed_follow{1999, 8, {1, {1, 0}}}, p.now));
  p.to_receiver.clear();
  p.put(p.sender.on(feed_follow{2000, 1, {1, {1, 0}}}, p.now));
  p.to_receiver.clear();
  for (int i = 0; i < 3; ++i) p.publish();
  p.advance();
  for (int i = 0; i < 10; ++i) {
    p.hand_over();
    p.commit_all();
    if (!p.sender_timer) break;
    p.now = *p.sender_timer;
    p.put(p.sender.tick(p.now));
  }
  CHECK(p.delivered == positions{1, 2, 3, 4, 5, 6});
  CHECK(p.acked->at(lane::ordinary) == 6);
  CHECK_FALSE(p.sender_timer);
}

TEST_CASE("what belongs to an earlier attempt to follow changes nothing") {
  pair_of_ends p;
  p.open();
  p.publish();
  p.advance();
  const auto frame = std::get<feed_frames>(p.to_receiver.at(0));
  p.to_receiver.clear();
  p.put(p.receiver.on(feed_invite{1}, p.now));
  p.hand_over();
  CHECK(p.delivered == positions{1});
  CHECK(p.receiver.on(frame, p.now).to_send.empty());
  CHECK(p.receiver.on(feed_opened{frame.session, 1, true}, p.now).to_send.empty());
  CHECK(p.sender.on(feed_follow{2000, 1, {}}, p.now).to_send.empty());
  CHECK_FALSE(p.sender.on(feed_ack{frame.session, {1, 0}, {1, {1, 0}}}, p.now).acked);
  CHECK(p.receiver.open());
}

} // namespace loa::link::test
