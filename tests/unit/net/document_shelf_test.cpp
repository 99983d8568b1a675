#include "document_rig.hpp"

#include <loa/net/refusal.hpp>

namespace loa::net::test {

namespace {

using kind = std::optional<document_kind>;

document_shelf shelf_of(const cluster& c, document_shelf::objection more = {}) {
  return {authority_of(c), "hcmc", std::move(more)};
}

kind put(document_shelf& s, const signed_document& d) {
  const auto put = s.put(d, "The file");
  if (!put) FAIL(put.error().to_string());
  return *put;
}

} // namespace

TEST_CASE("the newest document of each kind is in force, in whatever order they come") {
  cluster hcmc("hcmc");
  auto shelf = shelf_of(hcmc);
  CHECK_FALSE(shelf.find(document_kind::hierarchy));
  CHECK(shelf.numbers().empty());
  CHECK_FALSE(shelf.places());
  CHECK(put(shelf, hierarchy(hcmc, 4)) == document_kind::hierarchy);
  CHECK(put(shelf, placing(hcmc, 2, "a", 1)) == document_kind::placement);
  CHECK(put(shelf, hierarchy(hcmc, 3)) == std::nullopt);
  CHECK(put(shelf, hierarchy(hcmc, 4)) == std::nullopt);
  CHECK(put(shelf, hierarchy(hcmc, 9)) == document_kind::hierarchy);
  CHECK(shelf.find(document_kind::hierarchy)->number() == 9);
  CHECK(shelf.numbers() == std::vector{hierarchy(hcmc, 9).told(), placing(hcmc, 2, "a", 1).told()});
  CHECK(shelf.places()->host_of(*path::parse("79.769"))->node->node == "a");
}

TEST_CASE("the same number with other content is a conflict, whichever came first") {
  cluster hcmc("hcmc");
  for (const bool swapped : {false, true}) {
    auto shelf = shelf_of(hcmc);
    put(shelf, hierarchy(hcmc, 4, swapped ? "one" : "other"));
    const auto second = shelf.put(hierarchy(hcmc, 4, swapped ? "other" : "one"), "Node b");
    REQUIRE_FALSE(second);
    CHECK(refusal_of(second.error()) == refusal::document_conflict);
    CHECK(second.error().detail.find("Node b has hierarchy 4 with other content") == 0);
    CHECK(put(shelf, hierarchy(hcmc, 5)) == document_kind::hierarchy);
  }
}

TEST_CASE("a document signed anew with the same content is the same") {
  seeded_random dice(3);
  const auto ca = *make_authority("hcmc", {today, year}, dice, key_kind::p256);
  const auto sign = [&] {
    return *sign_document({&ca, 1}, "hcmc", document_kind::hierarchy, 1, "{}");
  };
  const auto one = sign();
  const auto other = sign();
  REQUIRE(one.to_record() != other.to_record());
  document_shelf shelf(*authority::load(ca.certificate_pem), "hcmc");
  put(shelf, one);
  CHECK(put(shelf, other) == std::nullopt);
}

TEST_CASE("a record that is forged, foreign or cut off changes nothing") {
  cluster hcmc("hcmc"), other("hcmc", 2);
  auto shelf = shelf_of(hcmc);
  put(shelf, hierarchy(hcmc, 1));
  const auto refused = [&](const bytes& record) {
    const auto taken = shelf.take(record, "Node b");
    return taken ? std::optional<refusal>() : refusal_of(taken.error());
  };
  CHECK(refused(hierarchy(other, 2).to_record()) == refusal::bad_document);
  CHECK(refused(hierarchy(hcmc, 2, "x", "ha-noi").to_record()) == refusal::other_cluster);
  auto altered = hierarchy(hcmc, 2).to_record();
  altered[altered.find("a test")] ^= 1;
  CHECK(refused(altered) == refusal::bad_document);
  const auto good = hierarchy(hcmc, 2).to_record();
  CHECK(refused(good.substr(0, good.size() / 2)) == refusal::bad_document);
  CHECK(refused("") == refusal::bad_document);
  CHECK(shelf.find(document_kind::hierarchy)->number() == 1);
  CHECK(refused(good) == std::nullopt);
  CHECK(shelf.find(document_kind::hierarchy)->number() == 2);
}

TEST_CASE("a placement that may not follow the one in force is refused, and the next one is not") {
  cluster hcmc("hcmc");
  auto shelf = shelf_of(hcmc);
  put(shelf, placing(hcmc, 1, "a", 1));
  const auto taken = shelf.put(placing(hcmc, 2, "b", 1), "Node b");
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == errc::rule);
  CHECK(taken.error().pointer == "/nodes/1/hosts/0/epoch");
  CHECK(taken.error().detail.find("Placement 2 may not follow 1: ") == 0);
  CHECK(shelf.places()->host_of(*path::parse("79"))->node->node == "a");
  put(shelf, placing(hcmc, 3, "b", 2));
  CHECK(shelf.places()->host_of(*path::parse("79"))->node->node == "b");
}

TEST_CASE("fields of a later version's placement are passed over") {
  cluster hcmc("hcmc");
  const std::string later = R"({"nodes": [{"node": "a", "address": "h:1", "zone": "north",
    "hosts": [{"prefix": "79", "epoch": 1, "weight": 3}]}], "remark": "x"})";
  // As a later version would sign it: as a kind whose content is not looked into.
  const auto other = *sign_document({&hcmc.ca(), 1}, "hcmc", document_kind::hierarchy, 1, later);
  const auto read = placement_in(other);
  REQUIRE(read);
  CHECK(read->find("a"));
}

TEST_CASE("what the owner objects to is refused") {
  cluster hcmc("hcmc");
  auto shelf = shelf_of(hcmc, [](const signed_document& next, const signed_document* before) {
    if (next.number() < 10) return result<void>();
    CHECK(before->number() == 3);
    return result<void>(error{errc::rule, "not this one", "/root"});
  });
  put(shelf, hierarchy(hcmc, 3));
  CHECK(shelf.put(hierarchy(hcmc, 10), "The file").error().detail == "not this one");
  CHECK(shelf.find(document_kind::hierarchy)->number() == 3);
}

TEST_CASE("a shelf takes what a new authority signs once it is told to trust it") {
  cluster before("hcmc"), after("hcmc", 2);
  auto shelf = shelf_of(before);
  put(shelf, hierarchy(before, 1));
  CHECK_FALSE(shelf.take(hierarchy(after, 2).to_record(), "Node b"));
  shelf.trust(*authority::load(before.ca().certificate_pem + after.ca().certificate_pem));
  CHECK(shelf.take(hierarchy(after, 2).to_record(), "Node b"));
}

} // namespace loa::net::test
