#include "support.hpp"

#include <loa/model/effectiveness.hpp>

#include <nlohmann/json.hpp>

using namespace loa;
using namespace loa::model;
using namespace loa::model::test;

TEST_CASE("targeted is delivered, missing and left together") {
  const delivery_count c{10, 6, 1, 3};
  CHECK(c.missing() == 3);
  CHECK(c.targeted == c.delivered + c.missing() + c.left);
  CHECK(delivery_count{}.missing() == 0);
}

TEST_CASE("reports are counted by how they stand: received is processed and in progress together") {
  const auto now = from_millis(1'000'000);
  report_counts n;
  report r;
  r.due = now - duration(1);
  n.add(r, now);
  r.due = now + duration(1);
  n.add(r, now);
  r.state = report_state::answered;
  r.due.reset();
  r.rating = 4;
  n.add(r, now);
  r.rating = 3;
  n.add(r, now);
  CHECK(n == report_counts{4, 2, 2, 1, 2, 1});
  CHECK(n.received == n.processed + n.in_progress);
}

TEST_CASE("a parent is the sum of its own and its children's figures, as old as the oldest") {
  effectiveness e;
  e.unit = unit("79");
  e.as_of = from_millis(5000);
  e.bulletins.add(priority::emergency);
  figures child;
  child.bulletins.add(priority::routine);
  child.delivery.citizens = {10, 9, 1, 2};
  child.delivery.devices = {4, 4, 0, 0, 3};
  child.reports = {3, 1, 2, 1, 1, 1};
  e.add_child(unit("79.760"), child, from_millis(4000));
  e.add_child(unit("79.761"), child, from_millis(6000));
  CHECK(e.as_of == from_millis(4000));
  CHECK(e.bulletins == bulletin_counts{3, 1, 0, 2, 0});
  CHECK(e.delivery.citizens == delivery_count{20, 18, 2, 4});
  CHECK(e.delivery.devices.played == 6);
  CHECK(e.reports.received == 6);
  REQUIRE(e.children.size() == 2);
  CHECK(e.children[1].as_of == from_millis(6000));
}

TEST_CASE("the JSON of figures has the members that clients rely on, zeros included") {
  effectiveness e;
  e.unit = unit("79");
  e.from = from_millis(0);
  e.add_child(unit("79.760"), {}, from_millis(0));
  const auto json = nlohmann::json::parse(wire::to_json(e));
  for (const auto* key : {"unit", "from", "as_of", "bulletins", "delivery", "reports", "children"})
    CHECK(json.contains(key));
  CHECK_FALSE(json.contains("to"));
  for (const auto* key : {"received", "processed", "in_progress", "overdue", "rated", "satisfied"})
    CHECK(json.at("reports").at(key) == 0);

  delivery_report d;
  d.id = "79-3F0K2M9QXZ7A";
  d.missing = {name::of("citizen", unit("79.760"), "c-1")};
  d.children.push_back({unit("79.760"), {}, {}, {}});
  const auto delivery = nlohmann::json::parse(wire::to_json(d));
  for (const auto* key : {"targeted", "delivered", "left", "late"}) {
    CHECK(delivery.at("citizens").at(key) == 0);
    CHECK(delivery.at("devices").at(key) == 0);
  }
  CHECK(delivery.at("devices").at("played") == 0);
  CHECK(delivery.at("missing").at(0) == "citizen/79.760/c-1");
  CHECK(delivery.at("more_missing") == 0);
  CHECK(delivery.at("children").at(0).at("unit") == "79.760");
  CHECK(delivery.contains("as_of"));
}
