#include "signed_city.hpp"

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
