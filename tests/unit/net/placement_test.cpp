#include <loa/base/random.hpp>
#include <loa/net/placement.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace loa;
using net::node_place;
using net::placement;
using net::placement_document;

namespace {

path at(std::string_view text) {
  return *path::parse(text);
}

node_place node(std::string name, std::vector<node_place::hosted> hosts) {
  return {name, name + ".example:7135", std::move(hosts)};
}

placement made(placement_document d) {
  auto p = placement::make(std::move(d));
  REQUIRE(p);
  return *std::move(p);
}

placement city() {
  return made({{node("city", {{at("79"), 1}}), node("d769", {{at("79.769"), 1}}),
                node("ward", {{at("79.769.26794"), 3}}), node("spare", {})}});
}

std::string where_wrong(placement_document d) {
  auto p = placement::make(std::move(d));
  return p ? "" : p.error().pointer;
}

} // namespace

TEST_CASE("the longest prefix decides who hosts a unit") {
  const auto p = city();
  CHECK(p.host_of(at("79"))->node->node == "city");
  CHECK(p.host_of(at("79.760"))->node->node == "city");
  CHECK(p.host_of(at("79.760.26734"))->prefix == at("79"));
  CHECK(p.host_of(at("79.769"))->node->node == "d769");
  CHECK(p.host_of(at("79.769.26800"))->node->node == "d769");
  CHECK(p.host_of(at("79.769.26794"))->node->node == "ward");
  CHECK(p.host_of(at("79.769.26794"))->epoch == 3);
  CHECK(p.host_of(at("79.7690"))->node->node == "city");
  CHECK_FALSE(p.host_of(at("01")));
  CHECK(p.find("spare"));
  CHECK_FALSE(p.find("nobody"));
}

TEST_CASE("a mistake in a placement is refused with its place") {
  CHECK(where_wrong({}) == "/nodes");
  CHECK(where_wrong({{node("City", {})}}) == "/nodes/0/node");
  CHECK(where_wrong({{node("a", {}), node("a", {})}}) == "/nodes/1/node");
  CHECK(where_wrong({{node("a", {{at("79"), 1}}), node("b", {{at("79.1"), 1}, {at("79"), 1}})}}) ==
        "/nodes/1/hosts/1/prefix");
  CHECK(where_wrong({{node("a", {{at("79"), 0}})}}) == "/nodes/0/hosts/0/epoch");
  CHECK(where_wrong({{node("a", {{path(), 1}})}}) == "/nodes/0/hosts/0/prefix");
  for (const auto* address : {"", "host", "host:", ":80", "host:0", "host:65536", "host:8x",
                              "a b:1", "::1:80", "[]:80"}) {
    INFO(address);
    CHECK(where_wrong({{{"a", address, {}}}}) == "/nodes/0/address");
  }
  for (const auto* address : {"10.0.0.1:7135", "host.example:1", "[::1]:65535"}) {
    INFO(address);
    CHECK(where_wrong({{{"a", address, {}}}}).empty());
  }
  for (const auto* http : {"h:1", "ftp://h:1", "http://", "http://h:1/", "http://h h", "http://h:0",
                           "http://u@h", "http://h\r\nX: y", "https://h?x", "http://::1"}) {
    INFO(http);
    CHECK(where_wrong({{{"a", "h:1", {}, http}}}) == "/nodes/0/http");
  }
  for (const auto* http : {"", "http://10.0.0.1:8135", "https://h.example", "https://[::1]:8135"}) {
    INFO(http);
    CHECK(where_wrong({{{"a", "h:1", {}, http}}}).empty());
  }
}

TEST_CASE("a prefix changes hands only with a higher epoch") {
  const auto before = city();
  const auto moved = [](std::uint64_t epoch) {
    return made(
        {{node("city", {{at("79"), 1}}), node("d769", {}), node("ward", {{at("79.769.26794"), 3}}),
          node("spare", {{at("79.769"), epoch}})}});
  };
  CHECK_FALSE(judge_change(before, moved(1)));
  CHECK(judge_change(before, moved(1)).error().pointer == "/nodes/3/hosts/0/epoch");
  CHECK(judge_change(before, moved(2)));
  CHECK_FALSE(judge_change(moved(2), before));
}

TEST_CASE("a prefix that is new inside another's must have a higher epoch than that") {
  const auto before = city();
  const auto split = [](std::uint64_t epoch) {
    return made(
        {{node("city", {{at("79"), 1}}), node("d769", {{at("79.769"), 1}}),
          node("ward", {{at("79.769.26794"), 3}}), node("spare", {{at("79.769.26800"), epoch}})}});
  };
  CHECK_FALSE(judge_change(before, split(1)));
  CHECK(judge_change(before, split(2)));
}

TEST_CASE("a prefix that is given up falls to who hosts what is above it, with a higher epoch") {
  const auto before = city();
  const auto without_ward = [](std::uint64_t epoch) {
    return made({{node("city", {{at("79"), 1}}), node("d769", {{at("79.769"), epoch}})}});
  };
  CHECK_FALSE(judge_change(before, without_ward(3)));
  CHECK(judge_change(before, without_ward(4)));
  const auto nobody = made({{node("d769", {{at("79.769"), 4}})}});
  REQUIRE_FALSE(judge_change(before, nobody));
  CHECK(judge_change(before, nobody).error().detail == "Nobody hosts \"79\" any more.");
}

TEST_CASE("also a prefix that its host gives up to itself takes no unit's epoch down") {
  const auto before = made({{node("a", {{at("79"), 1}, {at("79.1"), 5}})}});
  const auto joined = [](std::uint64_t epoch) { return made({{node("a", {{at("79"), epoch}})}}); };
  CHECK_FALSE(judge_change(before, joined(4)));
  CHECK(judge_change(before, joined(5)));
}

TEST_CASE("a unit whose host changed is always in a higher epoch, whatever changes are admitted") {
  const std::vector<path> prefixes = {at("79"), at("79.1"), at("79.1.1"), at("79.1.2"), at("79.2")};
  const std::vector<path> units = {at("79"),     at("79.1"),     at("79.1.1"), at("79.1.1.5"),
                                   at("79.1.2"), at("79.1.2.7"), at("79.2.9"), at("79.3")};
  int admitted = 0;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    seeded_random dice(seed);
    const auto any = [&] {
      placement_document d{{node("a", {}), node("b", {}), node("c", {})}};
      for (const auto& prefix : prefixes)
        if (prefix == at("79") || dice.chance(0.5))
          d.nodes[dice.below(3)].hosts.push_back({prefix, 1 + dice.below(3)});
      return made(std::move(d));
    };
    const auto before = any();
    const auto after = any();
    if (!judge_change(before, after)) continue;
    ++admitted;
    for (const auto& unit : units) {
      const auto from = *before.host_of(unit);
      const auto to = *after.host_of(unit);
      INFO("seed " << seed << " unit " << unit.str());
      CHECK(to.epoch >= from.epoch);
      if (from.node->node != to.node->node) CHECK(to.epoch > from.epoch);
    }
  }
  CHECK(admitted > 500);
}

TEST_CASE("a node that skips placements admits the last of them, if each may follow the other") {
  const std::vector<path> prefixes = {at("79"), at("79.1"), at("79.1.1"), at("79.2")};
  int rows = 0;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    seeded_random dice(seed);
    const auto any = [&](std::uint64_t most) {
      placement_document d{{node("a", {}), node("b", {})}};
      for (const auto& prefix : prefixes)
        if (prefix == at("79") || dice.chance(0.5))
          d.nodes[dice.below(2)].hosts.push_back({prefix, 1 + dice.below(most)});
      return made(std::move(d));
    };
    const auto first = any(2);
    const auto second = any(3);
    const auto third = any(4);
    if (!judge_change(first, second) || !judge_change(second, third)) continue;
    ++rows;
    INFO("seed " << seed);
    CHECK(judge_change(first, third));
  }
  CHECK(rows > 200);
}

TEST_CASE("a placement is read again as it was written") {
  const auto p = city();
  const auto again = wire::from_cbor<placement_document>(wire::to_cbor(p.document()));
  REQUIRE(again);
  CHECK(*again == p.document());
}
