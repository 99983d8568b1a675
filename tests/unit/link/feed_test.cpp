#include "pair_of_ends.hpp"

namespace loa::link::test {

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
