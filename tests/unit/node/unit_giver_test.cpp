#include <loa/node/internal/unit_giver.hpp>
#include <loa/store/memory_journal.hpp>

#include <catch2/catch.hpp>

#include <deque>

// The giver's side of a move, one message at a time, without a node.

using namespace loa;
using namespace loa::node;
using namespace std::chrono_literals;

namespace {

struct desk final : move_desk {
  bool send(const std::string&, const move_message& m) override {
    if (reachable) sent.push_back(m);
    return reachable;
  }
  void commit(store::transaction t, std::function<void(const result<void>&)> then) override {
    settling.emplace_back([this, t = std::move(t), then] {
      const auto done = store::commit(journal, t);
      then(lies ? result<void>(error{errc::storage, "The disk says it has failed.", {}}) : done);
    });
  }
  void hold(const store::unit_set&) override { held = true; }
  [[nodiscard]] bool all_ended() const override { return ended; }
  void let_go() override { held = false; }
  void released(const path&, std::uint64_t) override { gone = true; }
  [[nodiscard]] bool serves_unit(const path&) const override { return !gone; }
  [[nodiscard]] result<void> admits(bytes_view) const override {
    if (stale) return error{errc::conflict, "It is not newer.", {}};
    return {};
  }
  void move_ended(bool) override {}
  result<void> put_in_force(bytes_view) override {
    in_force = true;
    return {};
  }
  [[nodiscard]] instant now() const override { return time; }

  store::memory_journal journal;
  std::vector<move_message> sent;
  std::deque<std::function<void()>> settling;
  instant time{};
  bool reachable = true, ended = true, stale = false, lies = false;
  bool held = false, gone = false, in_force = false;
};

/// A move of one unit with some facts, and the other side, which says yes to everything.
struct giving {
  giving() {
    store::transaction t;
    const auto who = *name::parse("unit/79.769");
    for (std::uint64_t n = 1; n <= 40; ++n)
      t.push_back(
          store::operation::put(store::table::facts, store::fact_key(who, n), bytes(9'000, 'x')));
    REQUIRE(store::commit(d.journal, t));
    g.begin({{*path::parse("79.769"), {}}, "other", 2, 1, "placement"}, random,
            [this](const result<void>& r) { end = r; });
  }
  bool step() {
    if (!d.settling.empty()) {
      const auto what = std::move(d.settling.front());
      d.settling.pop_front();
      what();
    } else if (answered < d.sent.size()) {
      const auto n = std::visit([](const auto& m) { return m.number; }, d.sent[answered++]);
      g.on("other", {n, false, {}});
    } else if (const auto next = g.next_tick()) {
      d.time = std::max(d.time, *next);
      g.tick();
    } else {
      return false;
    }
    return true;
  }
  void run_to(move_step s) {
    for (int n = 0; n < 10'000 && g.status()->step != s; ++n) REQUIRE(step());
    REQUIRE(g.status()->step == s);
  }
  void run_out() {
    for (int n = 0; n < 10'000 && g.at_work(); ++n) REQUIRE(step());
    REQUIRE_FALSE(g.at_work());
  }
  bool nothing_changed() { return end && !*end && !d.held && !d.gone && !d.in_force; }

  seeded_random random{1};
  desk d;
  unit_giver g{d, d.journal, no_log()};
  std::size_t answered = 0;
  std::optional<result<void>> end;
};

} // namespace

TEST_CASE("a move goes its way, holds its units for a part of it, and leaves nothing behind") {
  giving m;
  m.run_to(move_step::copying);
  CHECK_FALSE(m.d.held);
  m.run_to(move_step::comparing);
  CHECK(m.d.held);
  m.run_to(move_step::handing);
  CHECK(m.d.gone);
  CHECK_FALSE(m.end);
  m.run_out();
  CHECK(m.end->has_value());
  CHECK(m.d.in_force);
  const auto left = store::read_released(m.d.journal).value();
  REQUIRE(left.size() == 1);
  CHECK(left[0].move == 0);
  CHECK(store::items_between(m.d.journal, {*path::parse("79.769"), {}}, store::table::facts,
                             {{}, bytes(store::end_of_table)})
            ->empty());
}

TEST_CASE("another placement ends a move that is not released, and none that is") {
  for (const auto s :
       {move_step::preparing, move_step::copying, move_step::holding, move_step::comparing}) {
    giving m;
    m.run_to(s);
    m.g.placement_changes();
    CHECK(m.nothing_changed());
    CHECK_FALSE(m.g.at_work());
  }
  giving m;
  m.run_to(move_step::handing);
  m.g.placement_changes();
  m.run_out();
  CHECK(m.end->has_value());
}

TEST_CASE("nothing is released under a placement that could not be put into force any more") {
  giving m;
  m.run_to(move_step::comparing);
  m.d.stale = true;
  m.run_out();
  CHECK(m.nothing_changed());
  CHECK(store::read_released(m.d.journal)->empty());
}

TEST_CASE("units are not held for longer than half a minute, however the other side answers") {
  giving m;
  m.run_to(move_step::comparing);
  const auto since = m.d.time;
  while (m.g.at_work()) {
    m.d.time += 8s; // each answer is slow, and none too slow
    m.g.tick();
    if (m.g.at_work()) m.step();
  }
  CHECK(m.nothing_changed());
  CHECK(m.d.time - since <= 45s);
}

TEST_CASE("a giver that has released asks until it is answered, and tells nobody else") {
  giving m;
  m.run_to(move_step::handing);
  m.d.reachable = false;
  const auto before = m.d.time;
  m.answered = m.d.sent.size(); // what it has sent is lost
  while (m.d.time < before + 10min) REQUIRE(m.step());
  CHECK(m.g.at_work());
  m.d.reachable = true;
  m.run_out();
  CHECK(m.d.in_force);
}

TEST_CASE(
    "a release that the journal refuses leaves the units, one that it wrote all the same not") {
  giving m;
  m.run_to(move_step::comparing);
  while (m.g.at_work() && m.d.settling.empty()) m.step();
  SECTION("refused") {
    m.d.journal.fail_next(errc::storage);
    m.run_out();
    CHECK(m.nothing_changed());
  }
  SECTION("written, and said to have failed") {
    m.d.lies = true;
    m.step();
    m.d.lies = false;
    CHECK(m.d.gone);
    m.run_out();
    CHECK(m.d.in_force);
  }
}
