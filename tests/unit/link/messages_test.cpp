#include "hostile_network.hpp"

namespace loa::link::test {

TEST_CASE("every link message survives its binary form") {
  entry e{.position = 7,
          .on = lane::emergency,
          .audience = {*path::parse("79.769")},
          .expires = from_millis(1234),
          .channels = 6,
          .id = "79/b7",
          .body = body_of(std::string("\0\xff text", 7))};
  entry nothing{.position = 8, .on = lane::emergency};
  const feed_frames frames{{1, 2, ~std::uint64_t{0}}, lane::emergency, 5, {e, nothing}};
  const auto back = decode(encode(frames));
  REQUIRE(back);
  const auto& f = std::get<feed_frames>(*back);
  CHECK(f.session == frames.session);
  CHECK(f.on == lane::emergency);
  CHECK(f.first == 5);
  REQUIRE(f.entries.size() == 2);
  CHECK(f.entries[0].audience == e.audience);
  CHECK(f.entries[0].expires == e.expires);
  CHECK(f.entries[0].channels == 6);
  CHECK(f.entries[0].id == "79/b7");
  CHECK(*f.entries[0].body == *e.body);
  CHECK_FALSE(f.entries[1].body);

  CHECK(std::get<feed_follow>(*decode(encode(feed_follow{1, 2, {3, {4, 5}}}))).from ==
        cursor{3, {4, 5}});
  CHECK(std::get<feed_opened>(*decode(encode(feed_opened{{1, 2, 3}, 4, true}))).reset);
  CHECK(std::get<feed_invite>(*decode(encode(feed_invite{9}))).sender == 9);
  const auto ack = std::get<feed_ack>(*decode(encode(feed_ack{{1, 2, 3}, {4, 5}, {6, {7, 8}}})));
  CHECK(ack.received == lane_positions{4, 5});
  CHECK(ack.committed == cursor{6, {7, 8}});
  const auto post = std::get<post_send>(*decode(encode(post_send{2, 3, 4, 5, body_of("")})));
  CHECK(post.oldest == 4);
  REQUIRE(post.body);
  CHECK(post.body->empty());
  CHECK(std::get<post_ack>(*decode(encode(post_ack{2, 3}))).number == 3);
}

TEST_CASE("a wrong frame is refused with what is wrong") {
  const auto refused = [](const message& m, std::string_view pointer) {
    const auto back = decode(encode(m));
    REQUIRE_FALSE(back);
    CHECK(back.error().pointer == pointer);
  };
  const auto at = [](std::uint64_t position, lane on = lane::ordinary) {
    return entry{.position = position, .on = on, .body = body_of("x")};
  };
  refused(feed_frames{{}, lane::ordinary, 0, {at(1)}}, "/first");
  refused(feed_frames{{}, lane::ordinary, 1, {at(0)}}, "/entries/0");
  refused(feed_frames{{}, lane::ordinary, 1, {at(2), at(2)}}, "/entries/1");
  refused(feed_frames{{}, lane::ordinary, 1, {at(1), at(2, lane::emergency)}}, "/entries/1");
  refused(post_send{1, 1, 1, 1, nullptr}, "/body");
  refused(post_send{1, 1, 3, 2, body_of("x")}, "/oldest");
  refused(post_send{1, 1, 1, 0, body_of("x")}, "/number");
  feed_frames many{{}, lane::ordinary, 1, {}};
  for (std::uint64_t n = 1; n <= most_frame_entries + 1; ++n) many.entries.push_back({n});
  refused(many, "/entries");
  auto long_one = at(1);
  long_one.body = body_of(std::string(most_body_octets + 1, 'x'));
  refused(feed_frames{{}, lane::ordinary, 1, {long_one}}, "/entries/0");
}

TEST_CASE("no octets crash the decoder of link messages") {
  const auto good = encode(feed_frames{
      {1, 2, 3}, lane::ordinary, 1, {{.position = 1, .id = "a", .body = body_of("text")}}});
  REQUIRE(decode(good));
  for (std::size_t n = 0; n < good.size(); ++n) CHECK_FALSE(decode(bytes_view(good).substr(0, n)));
  seeded_random dice(7);
  for (int i = 0; i < 20'000; ++i) {
    auto bad = good;
    for (auto k = 1 + dice.below(4); k > 0; --k)
      bad[dice.below(bad.size())] = static_cast<char>(dice.next());
    (void)decode(bad);
  }
  CHECK_FALSE(decode(std::string(most_message_octets + 1, '\0')));
}

TEST_CASE("the largest body that may be published fits a message") {
  const feed_frames m{{},
                      lane::ordinary,
                      1,
                      {{.position = 1, .body = body_of(std::string(most_body_octets, 'x'))}}};
  CHECK(encode(m).size() < most_message_octets);
  CHECK(decode(encode(m)));
}

} // namespace loa::link::test
