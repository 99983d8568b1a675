#include "signed_city.hpp"

#include <loa/node/internal/node_messages.hpp>
#include <loa/store/handover_notes.hpp>

#include <future>

// Each prefix has an epoch that envelopes carry and the journal enforces.

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

namespace {

const auto lost = *path::parse("79.769");

/// What a writer answers at once to a fact of an entity, whatever the node thinks of it.
std::optional<errc> refusal_of(world& w, std::string_view who) {
  const auto whose = named(who);
  auto settled = std::make_shared<std::promise<result<void>>>();
  w.writer->submit({store::urgency::ordinary,
                    std::hash<name>{}(whose),
                    w.writer->generation(),
                    {store::operation::erase(store::table::answers, store::answer_key(whose, ""))},
                    [settled](const result<void>& r) { settled->set_value(r); },
                    &whose});
  const auto r = settled->get_future().get();
  return r ? std::nullopt : std::optional(r.error().code);
}

/// A nudge as it was before there were epochs.
struct nudge_before {
  static constexpr wire::type_tag tag{"loa.node.nudge", 1};
  name feed;
  name follower;
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f("follower", self.follower);
  }
};

std::uint64_t count(world& w, const char* metric) {
  return w.metrics.get_counter(metric, "").value();
}
constexpr auto outdated = "loa_peer_outdated_total";
constexpr auto ahead = "loa_peer_ahead_total";

/// A node knows a placement in which the district has its units in epoch 3, and the other one knows
/// only the first; where it is `at`, nobody can tell it yet.
struct torn_city : signed_city {
  explicit torn_city(const std::string& at)
      : signed_city([&](signed_city& c) {
          const auto* knowing = at == "city" ? "district" : "city";
          c.kept.put(knowing, c.moving(3, "district", 3));
          c.stubborn = at == "city" ? "city" : "district";
        }) {
    if (at == "city") {
      REQUIRE(adopt(district->journal, lost, 3));
      district->reboot();
    }
    meet();
  }
  /// The one who did not listen does so when they meet again.
  void learn() {
    stubborn = "";
    cutoff();
    REQUIRE(eventually([&] { return !district_seen_by_city().up; }));
    board.mend("city:1", "district:1");
    meet();
  }
};

/// The district is cut off, and the city has adopted its units meanwhile.
struct divided_city : signed_city {
  divided_city() : signed_city([](signed_city&) {}) {
    meet();
    REQUIRE(district->insist("counter/79.769", add{3}));
    cutoff();
    kept.put("city", moving(2, "city", 2));
    REQUIRE(adopt(city->journal, lost, 2));
    city->reboot();
  }
  void rejoin() {
    board.mend("city:1", "district:1");
    REQUIRE(eventually([&] {
      (void)district->ask("counter/79", get_total{}); // whoever has something to say calls
      return district->node->find(lost).node == "city";
    }));
  }
};

} // namespace

TEST_CASE("the journal of who has lost units says so, and takes no fact of theirs") {
  divided_city w;
  CHECK_FALSE(refusal_of(*w.district, "counter/79.769.1")); // nobody has told it yet
  w.rejoin();
  CHECK(
      eventually([&] { return refusal_of(*w.district, "counter/79.769.1") == errc::unavailable; }));
  CHECK_FALSE(refusal_of(*w.district, "counter/79"));
  CHECK_FALSE(refusal_of(*w.city, "counter/79.769.1"));
  REQUIRE(eventually([&] { return store::read_released(w.district->journal)->size() == 1; }));
  const auto note = store::read_released(w.district->journal)->front();
  CHECK(note.prefix == lost);
  CHECK(note.epoch == 2);
  CHECK(note.to == "city");

  SECTION("also after a restart") {
    w.district->reboot();
    CHECK(refusal_of(*w.district, "counter/79.769.1") == errc::unavailable);
  }
  SECTION("until it has them again") {
    w.cutoff();
    w.kept.put("district", w.moving(3, "district", 3));
    w.district->reboot();
    CHECK(refusal_of(*w.district, "counter/79.769.1") == errc::unavailable); // not adopted
    REQUIRE(adopt(w.district->journal, lost, 3));
    w.district->reboot();
    CHECK_FALSE(refusal_of(*w.district, "counter/79.769.1"));
    CHECK(w.district->total_of("counter/79.769") == 3);
  }
}

TEST_CASE("a node that comes up with a placement in which its units are another's notes that") {
  divided_city w;
  w.kept.put("district", w.moving(2, "city", 2)); // an operator brings it
  w.district->reboot();
  REQUIRE(eventually([&] { return store::read_released(w.district->journal)->size() == 1; }));
  CHECK(refusal_of(*w.district, "counter/79.769") == errc::unavailable);
}

TEST_CASE("a journal that released units keeps to it, whatever placement its node is given") {
  divided_city w;
  w.rejoin();
  REQUIRE(eventually([&] { return store::read_released(w.district->journal)->size() == 1; }));
  // The first placement again, as from an old copy of the configuration.
  w.kept.forget("district");
  w.kept.put("district", w.placing(1, {"city", "district"}));
  w.cutoff();
  w.district->reboot();
  CHECK_FALSE(w.district->node->find(lost).here);
  CHECK(refusal_of(*w.district, "counter/79.769") == errc::unavailable);
  CHECK(w.district->ask("counter/79.769", add{1}).error().code == errc::unavailable);
}

TEST_CASE("what comes under an epoch that is over is dropped and counted, also of the same node") {
  torn_city w("district");
  REQUIRE(w.district->ask("counter/79.769", send_to{named("counter/79"), 5}));
  CHECK(eventually([&] { return count(*w.city, outdated) > 0; }));
  CHECK(w.city->total_of("counter/79") == 0);
  // And what is for the later epoch is not done by who knows nothing of it.
  const auto asked = w.city->ask("counter/79.769", add{1});
  REQUIRE_FALSE(asked);
  CHECK(asked.error().code == errc::unavailable);
  CHECK(count(*w.district, ahead) > 0);
  CHECK(w.district->total_of("counter/79.769") == 0);

  SECTION("until the node has the units in that epoch") {
    w.learn();
    REQUIRE(eventually([&] { return w.kept.last("district", document_kind::placement) == 3; }));
    CHECK(w.city->total_of("counter/79") == 0);
    REQUIRE(adopt(w.district->journal, lost, 3));
    w.district->reboot();
    CHECK(eventually([&] {
      (void)w.district->ask("counter/79.769", get_total{});
      return w.city->total_of("counter/79") == 5;
    }));
    CHECK(w.city->insist("counter/79.769", add{1}));
  }
}

TEST_CASE("who returns after an adoption speaks under his old epoch, and nobody believes him") {
  divided_city w;
  w.stubborn = "district";
  REQUIRE(w.district->ask("tower/79.769", listen_to{named("tower/79")}));
  REQUIRE(w.district->ask("counter/79.769", send_to{named("counter/79"), 5}));
  w.board.mend("city:1", "district:1");
  REQUIRE(eventually([&] {
    (void)w.district->ask("counter/79", get_total{});
    return count(*w.city, outdated) > 0;
  }));
  CHECK(w.district->node->find(lost).here); // it does not know better
  CHECK(w.city->total_of("counter/79") == 0);
  w.city->say("tower/79", "news");
  CHECK(w.district->heard_by("tower/79.769").empty()); // no unit of the city's is there

  // When it does, it goes on as a node without those units.
  w.stubborn = "";
  w.cutoff();
  REQUIRE(eventually([&] { return !w.district_seen_by_city().up; }));
  w.rejoin();
  CHECK(w.city->total_of("counter/79") == 0);
}

TEST_CASE(
    "what comes under an epoch not known yet is not lost: it comes again after the placement") {
  torn_city w("city");
  REQUIRE(w.city->ask("tower/79", listen_to{named("tower/79.769")}));
  REQUIRE(w.city->ask("session/s", open_session{named("tower/79.769")}));
  REQUIRE(w.district->ask("counter/79.769", send_to{named("counter/79"), 5}));
  w.district->say("tower/79.769", "news");
  REQUIRE(eventually([&] { return count(*w.city, ahead) > 0; }));
  CHECK(w.city->total_of("counter/79") == 0);
  CHECK(w.city->heard_by("tower/79").empty());
  CHECK_FALSE(w.city->ask("counter/79.769", add{1})); // which is for an epoch that is over
  CHECK(w.district->total_of("counter/79.769") == 0);

  w.learn();
  CHECK(eventually([&] { return w.city->total_of("counter/79") == 5; }));
  CHECK(
      eventually([&] { return w.city->heard_by("tower/79") == std::vector<std::string>{"news"}; }));
  CHECK(eventually([&] {
    return w.city->sessions.got(named("session/s")) == std::vector<std::string>{"news"};
  }));
  CHECK(w.city->insist("counter/79.769", add{1}));
  CHECK(w.district->total_of("counter/79.769") == 1);
}

TEST_CASE("a message that names no epoch, as before there were any, is of the first") {
  const auto feed = named("tower/79"), follower = named("tower/79.769");
  const auto before = wire::encode_record(nudge_before{feed, follower});
  CHECK(encode(carried_nudge{feed, follower, {}}) == before); // and it costs nothing
  auto read = decode_node_message(before);
  REQUIRE(read);
  CHECK(std::get<carried_nudge>(*read).epochs == carried_epochs{1, 1});
  read = decode_node_message(encode(carried_nudge{feed, follower, {4, 1}}));
  REQUIRE(read);
  CHECK(std::get<carried_nudge>(*read).epochs == carried_epochs{4, 1});
}
