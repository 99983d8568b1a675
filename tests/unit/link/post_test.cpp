#include "hostile_network.hpp"

#include <loa/link/post_receiver.hpp>
#include <loa/link/post_sender.hpp>

namespace loa::link::test {

namespace {

post_send letter(std::uint64_t number, std::uint64_t oldest = 1, std::uint64_t epoch = 1,
                 std::uint64_t since = 1) {
  return {epoch, since, oldest, number, body_of("letter " + std::to_string(number))};
}

std::optional<std::uint64_t> number_of(const post_receiver::output& out) {
  if (!out.delivered) return std::nullopt;
  return out.delivered->number;
}

std::optional<std::uint64_t> ack_of(const post_receiver::output& out) {
  if (out.to_send.empty()) return std::nullopt;
  return std::get<post_ack>(out.to_send.back()).number;
}

} // namespace

TEST_CASE("post is handed out one by one in order, and acknowledged when committed") {
  post_receiver r({});
  CHECK_FALSE(number_of(r.on(letter(2))));
  CHECK(number_of(r.on(letter(1))) == 1);
  CHECK_FALSE(number_of(r.on(letter(1))));
  CHECK(number_of(r.applied(1, 1)) == 2);
  CHECK(ack_of(r.committed(1, 1)) == 1);
  CHECK_FALSE(number_of(r.applied(1, 2)));
  CHECK(ack_of(r.committed(1, 2)) == 2);
  CHECK(r.state() == post_state{1, 2, 0});
}

TEST_CASE("post that was applied is never handed out again, and acknowledged again when durable") {
  post_receiver r({1, 5, 0});
  const auto known = r.on(letter(4));
  CHECK_FALSE(number_of(known));
  CHECK(ack_of(known) == 5);
  CHECK(number_of(r.on(letter(6))) == 6);
  (void)r.applied(1, 6);
  const auto not_durable = r.on(letter(6));
  CHECK_FALSE(number_of(not_durable));
  CHECK_FALSE(ack_of(not_durable));
}

TEST_CASE("poisonous post is put aside after three tries and does not block its line") {
  post_receiver r({});
  (void)r.on(letter(1));
  (void)r.on(letter(2));
  CHECK(number_of(r.failed(1, 1, "boom")) == 1);
  CHECK(r.state().tries == 1);
  // The second failure takes the whole entity down; the count is durable.
  CHECK(number_of(r.failed(1, 1, "boom")) == 1);
  r = post_receiver(r.state());
  CHECK(number_of(r.on(letter(1))) == 1);
  (void)r.on(letter(2));
  const auto out = r.failed(1, 1, "boom again");
  REQUIRE(out.dead);
  CHECK(out.dead->letter.number == 1);
  CHECK(*out.dead->letter.body == "letter 1");
  CHECK(out.dead->tries == 3);
  CHECK(out.dead->why == "boom again");
  CHECK(number_of(out) == 2);
  CHECK(ack_of(r.committed(1, 1)) == 1);
  (void)r.applied(1, 2);
  CHECK(ack_of(r.committed(1, 2)) == 2);
}

TEST_CASE("a receiver of post keeps no more early letters than a window") {
  const link_options options{.window_entries = 8, .window_octets = 40};
  post_receiver r({}, options);
  for (std::uint64_t n = 2; n < 1000; ++n) (void)r.on(letter(n));
  CHECK(r.buffered() == 5);
  // The one whose turn it is always finds room.
  CHECK(number_of(r.on(letter(1))) == 1);
}

TEST_CASE("a sender out of a backup numbers anew, and its new letters are not taken for old ones") {
  post_receiver r({1, 150, 0});
  // Number 100 was given before the backup, 101 after it.
  CHECK_FALSE(number_of(r.on(letter(100, 90, 2, 101))));
  CHECK(number_of(r.on(letter(101, 90, 2, 101))) == 101);
  // The past has nothing to say any more.
  CHECK_FALSE(number_of(r.on(letter(151, 151, 1, 1))));
  CHECK(r.applied(1, 101).to_send.empty());
  CHECK(r.state().last == 100);
  (void)r.applied(2, 101);
  CHECK(ack_of(r.committed(2, 101)) == 101);
}

TEST_CASE("letters of before the backup that were never applied are still delivered after it") {
  post_receiver r({1, 50, 0});
  CHECK_FALSE(number_of(r.on(letter(52, 51, 2, 101))));
  CHECK(number_of(r.on(letter(51, 51, 2, 101))) == 51);
  CHECK(number_of(r.applied(2, 51)) == 52);
}

TEST_CASE("a receiver out of a backup says what is lost and goes on") {
  post_receiver r({1, 80, 0});
  const auto out = r.on(letter(151, 151));
  REQUIRE(out.alarms.size() == 1);
  CHECK(out.alarms[0].kind == alarm_kind::post_lost);
  CHECK(number_of(out) == 151);
}

TEST_CASE("a post sender keeps a window in flight and sends again what is not acknowledged") {
  const link_options options{.window_entries = 3};
  post_sender s([](std::uint64_t n) { return body_of(std::to_string(n)); }, {}, 1, options);
  instant now{};
  auto out = s.advance(10, now);
  CHECK(out.to_send.size() == 3);
  REQUIRE(out.next_timer);
  out = s.tick(*out.next_timer);
  CHECK(out.to_send.size() == 3);
  out = s.on(post_ack{1, 2}, now);
  CHECK(out.acked == 2);
  REQUIRE(out.to_send.size() == 2);
  CHECK(std::get<post_send>(out.to_send[0]).number == 4);
  CHECK(std::get<post_send>(out.to_send[0]).oldest == 1);
  CHECK(std::get<post_send>(s.tick(now + std::chrono::hours(1)).to_send[0]).oldest == 1);
  CHECK(s.on(post_ack{1, 1}, now).to_send.empty());
  (void)s.settled(2, now);
  (void)s.on(post_ack{1, 5}, now);
  (void)s.settled(5, now);
  (void)s.on(post_ack{1, 8}, now);
  (void)s.settled(8, now);
  out = s.on(post_ack{1, 10}, now);
  CHECK(out.acked == 10);
  CHECK_FALSE(out.next_timer);
}

TEST_CASE("an acknowledgement of post that was never sent is alarmed and bounded") {
  post_sender s([](std::uint64_t n) { return body_of(std::to_string(n)); }, {}, 1);
  (void)s.advance(2, instant{});
  const auto out = s.on(post_ack{1, 99}, instant{});
  REQUIRE(out.alarms.size() == 1);
  CHECK(out.alarms[0].kind == alarm_kind::receiver_ahead);
  CHECK(out.acked == 2);
  CHECK(s.on(post_ack{7, 3}, instant{}).alarms.empty());
}

TEST_CASE("post that cannot be read from the outbox waits with an alarm") {
  bool readable = false;
  post_sender s([&](std::uint64_t) { return readable ? body_of("x") : nullptr; }, {}, 1);
  auto out = s.advance(1, instant{});
  CHECK(out.to_send.empty());
  REQUIRE(out.alarms.size() == 1);
  CHECK(out.alarms[0].kind == alarm_kind::body_unreadable);
  REQUIRE(out.next_timer);
  readable = true;
  out = s.tick(*out.next_timer);
  CHECK(out.to_send.size() == 1);
}

TEST_CASE("a refusal is said with each acknowledgement until the sender has it for good") {
  post_receiver r({});
  (void)r.on(letter(1));
  (void)r.refused(1, 1, {errc::rule, "not this one", "/here"});
  const auto refusals_in = [](const post_receiver::output& out) {
    return std::get<post_ack>(out.to_send.back()).refused;
  };
  const std::vector<post_refusal> one{{1, kept_error::of({errc::rule, "not this one", "/here"})}};
  CHECK(refusals_in(r.committed(1, 1)) == one);
  CHECK(r.state().refused == one);
  // Lost on the way, and after a restart.
  r = post_receiver(r.state());
  CHECK(refusals_in(r.on(letter(1))) == one);
  (void)r.on(letter(2));
  (void)r.applied(1, 2);
  CHECK(refusals_in(r.committed(1, 2)) == one);
  (void)r.on(letter(3, 3));
  CHECK(r.state().refused.empty());
  (void)r.applied(1, 3);
  CHECK(refusals_in(r.committed(1, 3)).empty());
}

TEST_CASE("a refusal is not said before it is durable") {
  post_receiver r({});
  (void)r.on(letter(1));
  (void)r.on(letter(2));
  (void)r.applied(1, 1);
  (void)r.refused(1, 2, {errc::rule, "no", {}});
  const auto out = r.committed(1, 1);
  CHECK(std::get<post_ack>(out.to_send.back()).refused.empty());
}

TEST_CASE("a sender gives out each refusal once, and says what is settled only when it is") {
  post_sender s([](std::uint64_t n) { return body_of(std::to_string(n)); }, {}, 1);
  (void)s.advance(3, instant{});
  const post_ack ack{1, 2, {{1, {8, "no", {}}}, {2, {8, "nor this", {}}}}};
  CHECK(s.on(ack, instant{}).refused == ack.refused);
  CHECK(s.on(ack, instant{}).refused.empty());
  const auto again = s.tick(instant{} + std::chrono::hours(1));
  CHECK(std::get<post_send>(again.to_send.at(0)).oldest == 1);
  (void)s.settled(2, instant{});
  const auto later = s.tick(instant{} + std::chrono::hours(2));
  CHECK(std::get<post_send>(later.to_send.at(0)).oldest == 3);
}

TEST_CASE("refusals of before a backup that is put back are not taken for those of new letters") {
  post_receiver r({1, 10, 0, {{4, {8, "old", {}}}, {9, {8, "of another", {}}}}});
  (void)r.on(letter(8, 3, 2, 8));
  CHECK(r.state().refused == std::vector<post_refusal>{{4, {8, "old", {}}}});
}

TEST_CASE("the text of a kept error is cut between two characters") {
  const auto kept =
      kept_error::of({errc::rule, std::string(299, 'x') + "ế", std::string(301, '/')});
  CHECK(kept.detail == std::string(299, 'x'));
  CHECK(kept.pointer.empty());
  CHECK(kept.to_error().code == errc::rule);
  CHECK(kept_error{99, "of a later release", {}}.to_error().code == errc::internal);
}

} // namespace loa::link::test
