#include "handshake_rig.hpp"

#include <loa/net/internal/handshake_messages.hpp>

namespace loa::net::test {

TEST_CASE("two nodes of a cluster know each other and hold the same keys") {
  cluster hcmc("hcmc");
  for (const auto kind : {key_kind::ed25519, key_kind::p256}) {
    auto city = settings_of(hcmc.member("city", kind), 11);
    auto district = settings_of(hcmc.member("district-769"), 12);
    city.expected = "district-769";
    const auto o = converse(city, district);
    REQUIRE(agree(o, city, district));
    CHECK(o.messages.size() == 4);
    CHECK(o.initiator->role == handshake_role::initiator);
    CHECK(o.responder->role == handshake_role::responder);
    CHECK(agree(converse(district, city), district, city));
  }
}

TEST_CASE("keys differ per direction and per run, and nothing of a run comes again") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  const auto one = converse(a, b, 1), two = converse(a, b, 2);
  REQUIRE((agree(one, a, b) && agree(two, a, b)));
  const std::vector<bytes_view> keys{one.initiator->send.view(), one.initiator->receive.view(),
                                     two.initiator->send.view(), two.initiator->receive.view(),
                                     bytes_view("\0", 1)};
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(keys[i] != keys[j]);
  for (std::size_t i = 0; i < one.messages.size(); ++i) CHECK(one.messages[i] != two.messages[i]);
}

TEST_CASE("an onlooker sees no names") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a-name-to-look-for"));
  const auto b = settings_of(hcmc.member("b-name-to-look-for"));
  const auto o = converse(a, b);
  REQUIRE(agree(o, a, b));
  for (const auto& m : o.messages) {
    CHECK(m.find("name-to-look-for") == bytes::npos);
    CHECK(m.find("hcmc") == bytes::npos);
  }
}

TEST_CASE("the highest version that both speak is taken, and none in common names both ranges") {
  cluster hcmc("hcmc");
  auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  const auto version = [&](version_range x, version_range y) {
    a.versions = x;
    b.versions = y;
    const auto o = converse(a, b);
    if (agree(o, a, b)) return static_cast<int>(o.initiator->version);
    CHECK(o.responder_refused == refusal::no_common_version);
    CHECK(o.initiator_hint == refusal::no_common_version);
    CHECK_FALSE(o.initiator);
    CHECK_FALSE(o.responder);
    return 0;
  };
  CHECK(version({1, 1}, {1, 1}) == 1);
  CHECK(version({1, 3}, {2, 5}) == 3);
  CHECK(version({2, 5}, {1, 3}) == 3);
  CHECK(version({1, 9}, {4, 6}) == 6);
  CHECK(version({4, 4}, {1, 4}) == 4);
  CHECK(version({1, 65535}, {65535, 65535}) == 65535);
  CHECK(version({1, 2}, {3, 4}) == 0);
  CHECK(version({3, 4}, {1, 2}) == 0);

  seeded_random dice(1);
  a.versions = {1, 2};
  b.versions = {3, 3};
  handshake initiator(handshake_role::initiator, a, dice);
  handshake responder(handshake_role::responder, b, dice);
  REQUIRE(responder.start());
  const auto why = responder.take(*initiator.start(), today);
  REQUIRE_FALSE(why);
  CHECK(why.error().code == errc::unsupported);
  CHECK(why.error().detail.find("versions 3, the other 1 to 2") != std::string::npos);
  const auto told = initiator.take(responder.refusal_to_send(), today);
  REQUIRE(told);
  REQUIRE(told->hint);
  CHECK(told->hint->versions == version_range{3, 3});
}

TEST_CASE("settings that cannot be meant are refused before anything is sent") {
  cluster hcmc("hcmc");
  const auto good = settings_of(hcmc.member("a"));
  const auto starts = [](const handshake_settings& s) {
    seeded_random dice(1);
    return handshake(handshake_role::initiator, s, dice).start().has_value();
  };
  CHECK(starts(good));
  auto bad = good;
  bad.versions = {0, 1};
  CHECK_FALSE(starts(bad));
  bad.versions = {3, 2};
  CHECK_FALSE(starts(bad));
  bad = good;
  bad.expected = "Not A Name";
  CHECK_FALSE(starts(bad));
  bad = good;
  bad.documents.assign(16, good.documents.front());
  CHECK(starts(bad));
  bad.documents.push_back(good.documents.front());
  CHECK_FALSE(starts(bad));
  bad.documents = {{1, 2, "short"}};
  CHECK_FALSE(starts(bad));
}

TEST_CASE("a node of another cluster is refused, though the same authority vouches for it") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a"));
  const auto foreign = settings_of(hcmc.foreigner("ha-noi", "b"));
  const auto called = converse(a, foreign);
  CHECK(called.initiator_refused == refusal::other_cluster);
  CHECK(called.responder_hint == refusal::other_cluster);
  CHECK((!called.initiator && !called.responder));
  const auto calls = converse(foreign, a);
  CHECK(calls.initiator_refused == refusal::other_cluster);
  CHECK((!calls.initiator && !calls.responder));
}

TEST_CASE("a node of another authority is refused") {
  cluster hcmc("hcmc"), stranger("hcmc", 2);
  const auto a = settings_of(hcmc.member("a")), b = settings_of(stranger.member("b"));
  for (const auto& o : {converse(a, b), converse(b, a)}) {
    CHECK(o.initiator_refused == refusal::other_authority);
    CHECK((!o.initiator && !o.responder));
  }
}

TEST_CASE("a responder's refusal is proved, since the initiator knows it by then") {
  // The responder trusts one authority, the initiator both: only the responder refuses.
  cluster one("c", 1), two("c", 2);
  const auto both = one.ca().certificate_pem + two.ca().certificate_pem;
  const auto pem = two.certificate("a");
  const auto a = settings_of(*identity::load(pem.certificate_pem, pem.key_pem, both));
  const auto b = settings_of(one.member("b"));
  const auto o = converse(a, b);
  CHECK(o.responder_refused == refusal::other_authority);
  CHECK(o.initiator_refused == refusal::other_authority);
  CHECK_FALSE(o.initiator_hint);
  CHECK(o.messages.size() == 4);
  CHECK((!o.initiator && !o.responder));
}

TEST_CASE("an expired certificate is refused by the Loa clock, and so is one not yet valid") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a"));
  const auto b =
      settings_of(hcmc.as_identity(*issue(hcmc.ca(), {"hcmc", "b"}, {today, 1h}, hcmc.dice())));
  const auto at = [&](instant now) { return converse(a, b, 1, {}, now).initiator_refused; };
  const auto caller_at = [&](instant now) { return converse(b, a, 1, {}, now).responder_refused; };
  CHECK(at(today) == std::nullopt);
  CHECK(at(today + 61min) == refusal::expired);
  CHECK(at(today - 1min) == refusal::not_yet_valid);
  CHECK(caller_at(today) == std::nullopt);
  CHECK(caller_at(today + 61min) == refusal::expired);
  CHECK(caller_at(today - 1min) == refusal::not_yet_valid);
}

TEST_CASE("a node that answers with our own name is refused") {
  cluster hcmc("hcmc");
  const auto a = settings_of(hcmc.member("a"), 1), twin = settings_of(hcmc.member("a"), 2);
  const auto o = converse(a, twin);
  CHECK(o.initiator_refused == refusal::own_name);
  CHECK((!o.initiator && !o.responder));
}

TEST_CASE("another node than the one that was called is refused, and learns no name of ours") {
  cluster hcmc("hcmc");
  auto a = settings_of(hcmc.member("a"));
  const auto b = settings_of(hcmc.member("b"));
  a.expected = "c";
  const auto o = converse(a, b);
  CHECK(o.initiator_refused == refusal::another_node);
  CHECK(o.responder_hint == refusal::another_node);
  CHECK(o.messages.size() == 3);
  CHECK((!o.initiator && !o.responder));
}

TEST_CASE("two ends with different channels below do not understand each other") {
  cluster hcmc("hcmc");
  auto a = settings_of(hcmc.member("a")), b = settings_of(hcmc.member("b"));
  a.channel = b.channel = "the same";
  CHECK(agree(converse(a, b), a, b));
  b.channel = "another";
  const auto o = converse(a, b);
  CHECK(o.initiator_refused == refusal::not_opened);
  CHECK((!o.initiator && !o.responder));
}

TEST_CASE("the largest identity with the most documents fits into a message") {
  cluster hcmc("hcmc");
  auto a = settings_of(hcmc.member(std::string(64, 'a'))), b = settings_of(hcmc.member("b"));
  a.documents.assign(most_document_numbers, {65535, ~0ULL, bytes(32, '\xff')});
  CHECK(agree(converse(a, b), a, b));
  CHECK(agree(converse(b, a), b, a));
  constexpr auto claim_octets = 2 * 65 + 8 + 1 + most_document_numbers * 42 + 1 +
                                2 * most_chain_certificates + most_chain_octets;
  STATIC_REQUIRE(handshake_head_octets + hello_octets + 2 + claim_octets + 1 + 80 + 32 + 16 <=
                 most_handshake_octets);
}

} // namespace loa::net::test
