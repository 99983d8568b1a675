#include "signed_city.hpp"

#include <loa/store/handover_notes.hpp>
#include <loa/store/prefix_copy.hpp>

#include <algorithm>
#include <future>
#include <thread>

// The district's units move to the city's node, in all circumstances.

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using texts = std::vector<std::string>;

namespace {

const auto moved = *path::parse("79.769");

struct moving_city : signed_city {
  moving_city() : signed_city([](signed_city&) {}) { meet(); }

  /// The district's units to the city, or what `placement` says.
  result<void> move(std::optional<net::signed_document> placement = {}) {
    return move_from(*district, placement ? *placement : moving(2, "city", 2));
  }
  static result<void> move_from(world& giver, const net::signed_document& placement) {
    auto end = std::make_shared<std::promise<result<void>>>();
    auto ended = end->get_future();
    giver.node->move(
        moved, placement.to_record(),
        [end](const result<void>& begun) {
          if (!begun) end->set_value(begun);
        },
        [end](const result<void>& r) { end->set_value(r); });
    REQUIRE(ended.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    return ended.get();
  }
  /// Both know who has the units, and nothing of the move is left to do.
  void settle() {
    REQUIRE(eventually([&] {
      return district->node->find(moved).node == "city" && city->node->find(moved).here &&
             (!district->node->moving() || district->node->moving()->step == move_step::none);
    }));
  }
};

/// What somebody counts up again and again, each step once however often he must ask.
class counting {
public:
  counting(world& at, std::string who)
      : thread_([this, &at, who = std::move(who)] {
          while (!stop_) {
            const auto key = who + std::to_string(done_);
            const auto r = at.ask(who, add{1}, {key, key, {}});
            if (r)
              ++done_;
            else
              ++refused_;
          }
        }) {}
  ~counting() { end(); }
  int end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return done_;
  }
  [[nodiscard]] int done() const { return done_; }

private:
  std::atomic<bool> stop_{false};
  std::atomic<int> done_{0};
  std::atomic<int> refused_{0};
  std::thread thread_;
};

bool has_anything(const store::journal& j, store::unit_set of = {moved, {}}) {
  return store::has_any(j, std::move(of)).value();
}

bool both_have(world& at, std::uint64_t position) {
  const auto r = at.ask("tower/79.769", get_figures{position});
  if (!r) return false;
  return std::ranges::any_of(r->get<tower_figures>()->all, [](const auto& f) {
    return f.channel == 1 && f.delivered + f.late == 2;
  });
}

} // namespace

TEST_CASE("units move to another node with all that they are") {
  moving_city w;
  REQUIRE(w.district->ask("counter/79.769", add{3}, {"key", "three", {}}));
  REQUIRE(w.district->ask("session/near", open_session{named("tower/79.769")}));
  REQUIRE(w.city->ask("session/far", open_session{named("tower/79.769")}));
  REQUIRE(w.city->ask("tower/79", listen_to{named("tower/79.769")}));
  const auto before = w.district->say("tower/79.769", "before");
  REQUIRE(eventually([&] { return w.district->sessions.got(named("session/near")).size() == 1; }));
  REQUIRE(eventually([&] { return w.city->sessions.got(named("session/far")).size() == 1; }));
  // Only what counts as delivered does not come again.
  REQUIRE(eventually([&] { return both_have(*w.district, before); }));

  REQUIRE(w.move());
  w.settle();
  CHECK(w.city->total_of("counter/79.769") == 3);
  CHECK(w.district->total_of("counter/79.769") == 3); // asked at the other node
  CHECK(w.city->node->awake(named("counter/79.769")));
  // The key still stands for its answer.
  CHECK(w.city->ask("counter/79.769", add{3}, {"key", "three", {}}));
  CHECK(w.city->total_of("counter/79.769") == 3);

  // Positions go on, and nobody gets anything twice or misses it, wherever he is.
  const auto after = w.city->say("tower/79.769", "after");
  CHECK(after == before + 1);
  CHECK(eventually([&] {
    return w.district->sessions.got(named("session/near")) == texts{"before", "after"};
  }));
  CHECK(eventually([&] {
    return w.city->sessions.got(named("session/far")) == texts{"before", "after"};
  }));
  CHECK(eventually([&] { return w.city->heard_by("tower/79") == texts{"before", "after"}; }));
  CHECK(eventually([&] {
    const auto r = w.city->ask("tower/79.769", get_figures{after});
    for (const auto& f : r->get<tower_figures>()->all)
      if (f.channel == 1 && f.targeted == 2 && f.delivered == 2) return true;
    return false;
  }));
  CHECK(eventually([&] { return !has_anything(w.district->journal); }));

  SECTION("and stay there after both nodes came again") {
    w.city->reboot();
    w.district->reboot();
    CHECK(w.city->total_of("counter/79.769") == 3);
    CHECK(w.city->heard_by("tower/79") == texts{"before", "after"});
  }
  SECTION("and come back, later, with what they became") {
    REQUIRE(w.city->insist("counter/79.769", add{4}));
    REQUIRE(moving_city::move_from(*w.city, w.moving(3, "district", 3)));
    REQUIRE(eventually([&] { return w.district->node->find(moved).here; }));
    CHECK(w.district->total_of("counter/79.769") == 7);
    w.district->reboot();
    CHECK(w.district->total_of("counter/79.769") == 7);
    const auto last = w.district->say("tower/79.769", "home again");
    CHECK(last == after + 1);
    CHECK(eventually([&] {
      return w.city->sessions.got(named("session/far")) == texts{"before", "after", "home again"};
    }));
  }
}

TEST_CASE("what is asked while units move is done once or refused, and nothing answered is lost") {
  moving_city w;
  for (int n = 0; n < 300; ++n) w.district->say("tower/79.769", std::string(2'000, 'x'));
  counting near(*w.district, "counter/79.769");
  counting far(*w.city, "counter/79.769.1");
  REQUIRE(eventually([&] { return near.done() > 20 && far.done() > 20; }));
  REQUIRE(w.move());
  w.settle();
  const auto then = near.done();
  REQUIRE(eventually([&] { return near.done() > then + 20; }));
  const auto one = near.end(), other = far.end();
  CHECK(w.city->total_of("counter/79.769") == one);
  CHECK(w.city->total_of("counter/79.769.1") == other);
}

TEST_CASE("a giver that crashes when it has released goes on with that when it comes again") {
  moving_city w;
  REQUIRE(w.district->insist("counter/79.769", add{5}));
  std::atomic<bool> ended{false};
  // The way is cut as soon as the release is committed: the taker never hears of it.
  w.district->node->move(
      moved, w.moving(2, "city", 2).to_record(), [](const result<void>&) {},
      [&](const result<void>&) { ended = true; });
  REQUIRE(eventually([&] {
    const auto now = w.district->node->moving();
    if (!now || now->step != move_step::handing) return ended.load();
    w.cutoff();
    return true;
  }));
  w.district->reboot(true);
  w.board.mend("city:1", "district:1");
  REQUIRE(eventually([&] {
    (void)w.city->ask("counter/79.769", get_total{});
    return w.city->node->find(moved).here;
  }));
  CHECK(w.city->total_of("counter/79.769") == 5);
  CHECK(eventually([&] { return w.district->node->find(moved).node == "city"; }));
  CHECK(w.district->total_of("counter/79.769") == 5);
}

TEST_CASE("a taker that is lost on the way leaves the units where they were") {
  moving_city w;
  REQUIRE(w.district->insist("counter/79.769", add{5}));
  for (int n = 0; n < 200; ++n) w.district->say("tower/79.769", std::string(2'000, 'x'));
  w.city->journal.set_capacity(0); // it has no room for them
  const auto end = w.move();
  REQUIRE_FALSE(end);
  CHECK(w.district->total_of("counter/79.769") == 5);
  CHECK(w.district->node->find(moved).here);
  w.city->journal.set_capacity(~std::uint64_t{0});
  CHECK(w.city->total_of("counter/79.769") == 5);
  REQUIRE(w.move()); // later it goes
  w.settle();
  CHECK(w.city->total_of("counter/79.769") == 5);
}

TEST_CASE("a half copy is never served, whoever adopts the units") {
  moving_city w;
  REQUIRE(w.district->insist("counter/79.769", add{5}));
  REQUIRE(w.district->insist("counter/79.769.1", add{7}));
  // What is left of a move to the city that the district did not survive; 79.769.1 was not part of
  // it, since the city has that already.
  auto& j = w.city->journal;
  const auto put = [&](const char* who) {
    REQUIRE(commit(
        j, {store::operation::put(store::table::facts, store::fact_key(named(who), 1), "x")}));
  };
  put("counter/79.769");
  put("counter/79.769.1");
  REQUIRE(
      commit(j, {store::noting(store::staged{moved, "district", 9, {*path::parse("79.769.1")}})}));
  REQUIRE(adopt(j, moved, 2));
  CHECK(has_anything(j, {moved, {}}));
  CHECK_FALSE(has_anything(j, {moved, {*path::parse("79.769.1")}}));
  CHECK(store::read_staged(j)->empty());
}

TEST_CASE("who adopts units by hand meanwhile does not have the giver throw them away") {
  moving_city w;
  REQUIRE(w.district->insist("counter/79.769", add{5}));
  const auto placement = w.moving(2, "city", 2);
  REQUIRE(commit(w.district->journal, {store::noting(store::released{
                                          moved, 2, "city", 77, 1, {}, {placement.to_record()}})}));
  w.cutoff();
  w.district->reboot();
  CHECK_FALSE(w.district->node->find(moved).here); // released is released, also after a restart
  REQUIRE(adopt(w.city->journal, moved, 2));
  w.kept.put("city", placement);
  w.city->reboot();
  w.board.mend("city:1", "district:1");
  REQUIRE(w.city->total_of("counter/79.769") == 0); // nothing came of it
  REQUIRE(eventually([&] {
    (void)w.district->ask("counter/79", get_total{});
    return w.district->node->find(moved).node == "city";
  }));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  CHECK(has_anything(w.district->journal)); // for whoever puts it right
}

TEST_CASE("a node gives only what it serves, and takes nothing that it has adopted already") {
  moving_city w;
  REQUIRE(w.district->insist("counter/79.769", add{5}));
  REQUIRE(w.move());
  w.settle();
  REQUIRE(w.city->insist("counter/79.769", add{1}));
  // A placement that says it is still the district's, which has released it.
  w.kept.put("district", w.moving(3, "district", 3));
  w.district->reboot();
  REQUIRE(eventually([&] {
    (void)w.district->ask("counter/79", get_total{});
    return w.city->node->find(moved).node == "district";
  }));
  const auto end = moving_city::move_from(*w.district, w.moving(4, "city", 4));
  REQUIRE_FALSE(end);
  CHECK(end.error().detail.find("has nothing to give") != std::string::npos);
  CHECK(has_anything(w.city->journal)); // what there is of them is there yet
}

TEST_CASE("a placement that is no move of this node's units is refused, and nothing changes") {
  moving_city w;
  REQUIRE(w.district->insist("counter/79.769", add{5}));
  CHECK(moving_city::move_from(*w.city, w.moving(2, "city", 2))
            .error()
            .detail.find("does not host") != std::string::npos);
  CHECK(w.move(w.moving(2, "district", 1)).error().detail.find("no units") != std::string::npos);
  CHECK_FALSE(w.move(w.moving(1, "city", 2)));
  CHECK_FALSE(w.move(w.moving(2, "city", 1))); // with the epoch that the district has
  net::test::cluster others{"hcmc", 2};
  CHECK_FALSE(w.move(*net::sign_document({&others.ca(), 1}, "hcmc", document_kind::placement, 2,
                                         bytes(w.moving(2, "city", 2).content()))));
  const bytes rubbish = "rubbish";
  auto end = std::make_shared<std::promise<result<void>>>();
  w.district->node->move(moved, rubbish, [end](const result<void>& r) { end->set_value(r); });
  CHECK_FALSE(end->get_future().get());
  CHECK(w.district->total_of("counter/79.769") == 5);
  CHECK(w.district->node->find(moved).here);
}
