#include "signed_city.hpp"

// Nodes that begin with different issues of their cluster's documents.

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using loa::net::document_kind;

TEST_CASE("a newer document comes to the node that has the older one, which keeps it") {
  signed_city w([](signed_city& c) {
    c.kept.put("city", net::test::hierarchy(c.people, 2));
    c.kept.put("district", net::test::hierarchy(c.people, 1));
  });
  w.meet();
  CHECK(eventually([&] { return w.kept.last("district", document_kind::hierarchy) == 2; }));
  CHECK(eventually([&] { return w.district_seen_by_city().differs.empty(); }));
  CHECK(w.district->metrics.get_counter("loa_documents_taken_total", "").value() == 1);
  CHECK(eventually(
      [&] { return w.city->metrics.get_gauge("loa_documents_differ", "").value() == 0; }));
  CHECK(w.kept.last("city", document_kind::hierarchy) == 2);
}

TEST_CASE("whoever calls: the older side takes the newer document over") {
  signed_city w([](signed_city& c) {
    c.kept.put("city", net::test::hierarchy(c.people, 1));
    c.kept.put("district", net::test::hierarchy(c.people, 5));
  });
  w.meet();
  CHECK(eventually([&] { return w.kept.last("city", document_kind::hierarchy) == 5; }));
}

TEST_CASE("a difference that stays is shown, and cuts nothing") {
  signed_city w([](signed_city& c) {
    c.objects = "district";
    c.kept.put("city", net::test::hierarchy(c.people, 2));
    c.kept.put("district", net::test::hierarchy(c.people, 1));
  });
  w.meet();
  CHECK(eventually([&] {
    return w.district->metrics.get_counter("loa_documents_refused_total", "").value() == 1;
  }));
  CHECK(w.district_seen_by_city().differs ==
        "Node district has hierarchy 1, this node 2; it is given the newer one.");
  CHECK(w.city->metrics.get_gauge("loa_documents_differ", "").value() == 1);
  REQUIRE(w.district->ask("tower/79.769", listen_to{named("tower/79")}));
  w.city->say("tower/79", "flood", true);
  CHECK(eventually(
      [&] { return w.district->heard_by("tower/79.769") == std::vector<std::string>{"flood"}; }));
  CHECK(w.kept.last("district", document_kind::hierarchy) == 1);
}

TEST_CASE("two nodes that have one number with different content refuse each other and say why") {
  signed_city w([](signed_city& c) {
    c.kept.put("city", net::test::hierarchy(c.people, 3, "one hand"));
    c.kept.put("district", net::test::hierarchy(c.people, 3, "another hand"));
  });
  CHECK(eventually([&] {
    (void)w.city->ask("counter/79.769", get_total{});
    return w.district_seen_by_city().why.find("hierarchy 3") != std::string::npos;
  }));
  CHECK_FALSE(w.district_seen_by_city().up);
  CHECK_FALSE(w.city->ask("counter/79.769", get_total{}));
}

TEST_CASE("a newer placement is followed at once: who is new is a peer") {
  signed_city w([](signed_city& c) {
    c.kept.put("city", c.placing(2, {"city", "district", "newcomer"}));
  });
  w.meet();
  CHECK(eventually([&] { return w.district->node->peers().size() == 2; }));
  CHECK(w.kept.last("district", document_kind::placement) == 2);
}

TEST_CASE("who is no longer in the placement is shut out") {
  signed_city w([](signed_city&) {});
  w.meet();
  // The city comes back with a placement that has no district.
  w.city.reset();
  w.kept.put("city", w.placing(2, {"city"}));
  w.city = w.boot("city");
  CHECK(w.city->node->peers().empty());
  CHECK_FALSE(w.district->ask("counter/79", get_total{}));
}

TEST_CASE("units that another node had before are served only once they are adopted") {
  signed_city w([](signed_city&) {});
  w.meet();
  REQUIRE(w.city->insist("counter/79.769", add{3}));
  w.district.reset(); // it burns down
  w.kept.put("city", w.moving(2, "city", 2));
  w.city->reboot();
  const auto waiting = w.city->ask("counter/79.769", get_total{});
  REQUIRE_FALSE(waiting);
  CHECK(waiting.error().detail.find("adopted") != std::string::npos);
  CHECK(w.city->total_of("counter/79") == 0);

  REQUIRE(adopt(w.city->journal, *path::parse("79.769"), 2));
  w.city->reboot();
  CHECK(w.city->total_of("counter/79.769") == 0); // what only the district had is gone
  CHECK(w.city->node->awake(named("counter/79.769")));
}

TEST_CASE("who returns and has lost units to another node is shut out of them, and passes on") {
  signed_city w([](signed_city&) {});
  w.meet();
  REQUIRE(w.district->insist("counter/79.769", add{3}));
  REQUIRE(w.district->ask("session/s", open_session{named("tower/79.769")}));
  w.district->say("tower/79.769", "before");
  REQUIRE(eventually([&] { return w.district->sessions.got(named("session/s")).size() == 1; }));

  w.cutoff();
  w.kept.put("city", w.moving(2, "city", 2));
  REQUIRE(adopt(w.city->journal, *path::parse("79.769"), 2));
  w.city->reboot();
  REQUIRE(w.city->insist("counter/79.769", add{10}));
  CHECK(w.district->total_of("counter/79.769") == 3); // nobody has told it yet

  w.board.mend("city:1", "district:1");
  CHECK(eventually([&] {
    (void)w.district->ask("counter/79", get_total{}); // whoever has something to say calls
    return w.district->node->find(*path::parse("79.769")).node == "city";
  }));
  CHECK(eventually([&] { return w.district->total_of("counter/79.769") == 10; }));
  CHECK(eventually([&] { return !w.district->node->awake(named("counter/79.769")); }));
  // Its sessions follow the units to where they live now.
  CHECK(eventually([&] {
    w.city->say("tower/79.769", "after");
    const auto got = w.district->sessions.got(named("session/s"));
    return !got.empty() && got.back() == "after";
  }));
}
