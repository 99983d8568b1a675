#include <loa/base/random.hpp>
#include <loa/link/slot_ledger.hpp>

#include <catch2/catch.hpp>

namespace loa::link::test {

namespace {

std::uint32_t join(slot_ledger& l, std::string_view name, std::uint8_t channel = 1) {
  const auto fact = l.take(name, channel);
  REQUIRE(fact);
  REQUIRE(l.apply(*fact));
  return fact->slot;
}

void leave(slot_ledger& l, std::uint32_t slot) {
  const auto fact = l.leave(slot);
  REQUIRE(fact);
  REQUIRE(l.apply(*fact));
}

void commit(slot_ledger& l) {
  for (const auto& fact : l.gather()) REQUIRE(l.apply(fact));
}

channel_figures only(const slot_ledger& l, std::uint64_t position) {
  const auto all = l.figures(position);
  REQUIRE(all.size() == 1);
  return all[0];
}

} // namespace

TEST_CASE("delivered counts only what is committed, and targeted = delivered + missing + left") {
  slot_ledger l;
  const auto a = join(l, "citizen/79/a");
  const auto b = join(l, "citizen/79/b");
  join(l, "citizen/79/c");
  l.opened({1, lane::ordinary});
  CHECK(l.acknowledge(a, lane::ordinary, 1));
  CHECK(only(l, 1) == channel_figures{1, 3, 0, 0, 0});
  commit(l);
  CHECK(only(l, 1) == channel_figures{1, 3, 1, 0, 0});
  leave(l, b);
  CHECK(only(l, 1) == channel_figures{1, 3, 1, 1, 0});
  CHECK(only(l, 1).missing() == 1);
  const auto who = l.missing(1, 10);
  CHECK(who.names == std::vector<std::string>{"citizen/79/c"});
  CHECK(who.more == 0);
  // Who got it and leaves has got it.
  leave(l, a);
  CHECK(only(l, 1) == channel_figures{1, 3, 1, 1, 0});
  CHECK(l.closed(1).at(0) == channel_figures{1, 3, 1, 1, 0});
  CHECK(l.figures(1).empty());
}

TEST_CASE("who joins while an entry is in force and gets it counts as late") {
  slot_ledger l;
  l.opened({1, lane::ordinary});
  const auto a = join(l, "citizen/79/a");
  CHECK(l.figures(1).empty());
  l.acknowledge(a, lane::ordinary, 1);
  commit(l);
  CHECK(only(l, 1) == channel_figures{1, 0, 0, 0, 1});
  leave(l, a);
  CHECK(only(l, 1) == channel_figures{1, 0, 0, 0, 1});
}

TEST_CASE("an acknowledgement counts for its lane and everything before it on that lane") {
  slot_ledger l;
  const auto a = join(l, "a");
  l.opened({1, lane::ordinary});
  l.opened({2, lane::emergency});
  l.opened({3, lane::ordinary});
  l.acknowledge(a, lane::ordinary, 3);
  commit(l);
  CHECK(only(l, 1).delivered == 1);
  CHECK(only(l, 2).delivered == 0);
  CHECK(only(l, 3).delivered == 1);
}

TEST_CASE("only the channels of an entry are targeted, and child units are not counted") {
  slot_ledger l;
  join(l, "unit/79.1", 0);
  join(l, "device/79/spk", 2);
  join(l, "citizen/79/a", 3);
  l.opened({1, lane::ordinary, 1U << 2 | 1U});
  l.opened({2, lane::ordinary});
  CHECK(only(l, 1).channel == 2);
  CHECK(l.figures(2).size() == 2);
  CHECK(l.missing(1, 10).names == std::vector<std::string>{"device/79/spk"});
}

TEST_CASE("a list of the missing is cut and says how many more there are") {
  slot_ledger l;
  for (int i = 0; i < 10; ++i) join(l, "c" + std::to_string(i));
  l.opened({1, lane::ordinary});
  const auto who = l.missing(1, 3);
  CHECK(who.names == std::vector<std::string>{"c0", "c1", "c2"});
  CHECK(who.more == 7);
}

TEST_CASE("acknowledgements are gathered into runs of slots, per lane") {
  slot_ledger l;
  for (int i = 0; i < 1000; ++i) join(l, "c" + std::to_string(i));
  for (std::uint64_t n = 1; n <= 3; ++n) l.opened({n, lane::ordinary});
  l.opened({4, lane::emergency});
  l.acknowledge(500, lane::ordinary, 3);
  commit(l);
  for (std::uint32_t i = 1000; i-- > 0;)
    if (i != 700) l.acknowledge(i, lane::ordinary, 2 + i % 2 / 2);
  l.acknowledge(7, lane::emergency, 4);
  CHECK(l.has_pending());
  const auto facts = l.gather();
  CHECK_FALSE(l.has_pending());
  REQUIRE(facts.size() == 2);
  CHECK(facts[0].on == lane::emergency);
  CHECK(facts[0].ranges == std::vector<acked_range>{{7, 7, 4}});
  // 500 is beyond it and splits nothing; 700 has not got it.
  CHECK(facts[1].ranges == std::vector<acked_range>{{0, 699, 2}, {701, 999, 2}});
  for (const auto& f : facts) REQUIRE(l.apply(f));
  CHECK(l.at(500)->acked.ordinary == 3);
  CHECK(l.at(700)->acked.ordinary == 0);
  CHECK(l.at(999)->acked.ordinary == 2);
  CHECK(l.gather().empty());
}

TEST_CASE("a run of acknowledgements does not cross a free slot") {
  slot_ledger l;
  for (int i = 0; i < 3; ++i) join(l, "c" + std::to_string(i));
  leave(l, 1);
  l.opened({1, lane::ordinary});
  l.acknowledge(0, lane::ordinary, 1);
  l.acknowledge(2, lane::ordinary, 1);
  CHECK(l.gather().at(0).ranges.size() == 2);
}

TEST_CASE("an acknowledgement that makes no sense is refused") {
  slot_ledger l;
  const auto a = join(l, "a");
  l.opened({1, lane::ordinary});
  CHECK_FALSE(l.acknowledge(a, lane::ordinary, 2));
  CHECK_FALSE(l.acknowledge(a, lane::ordinary, 0));
  CHECK_FALSE(l.acknowledge(a + 1, lane::ordinary, 1));
  CHECK(l.acknowledge(a, lane::ordinary, 1));
  leave(l, a);
  CHECK_FALSE(l.has_pending());
}

TEST_CASE("the pending acknowledgements of a slot that repeats itself are bounded") {
  slot_ledger l;
  const auto a = join(l, "a");
  for (std::uint64_t n = 1; n <= 1000; ++n) l.opened({n, lane::ordinary});
  const auto before = l.octets();
  for (std::uint64_t n = 1; n <= 1000; ++n)
    for (int again = 0; again < 10; ++again) l.acknowledge(a, lane::ordinary, n);
  CHECK(l.octets() < before + 4096);
  CHECK(l.gather().at(0).ranges == std::vector<acked_range>{{a, a, 1000}});
}

TEST_CASE("a slot number is used again only when no entry of its last owner's time is in force") {
  slot_ledger l;
  const auto a = join(l, "a");
  l.opened({1, lane::ordinary});
  l.opened({2, lane::emergency});
  leave(l, a);
  l.opened({3, lane::ordinary});
  CHECK(join(l, "b") != a);
  l.closed(1);
  CHECK(join(l, "c") != a);
  l.closed(2);
  CHECK(join(l, "d") == a);
  CHECK(l.at(a)->joined_at == 3);
}

TEST_CASE("a follower is found by name until he leaves, also among many that come and go") {
  slot_ledger l;
  seeded_random dice(3);
  std::map<std::string, std::uint32_t> known;
  for (int i = 0; i < 20'000; ++i) {
    const auto name = "citizen/79.769/" + std::to_string(dice.below(700));
    if (const auto at = known.find(name); at != known.end()) {
      REQUIRE(l.find(name) == at->second);
      REQUIRE_FALSE(l.take(name, 1));
      leave(l, at->second);
      known.erase(at);
    } else {
      REQUIRE_FALSE(l.find(name));
      known[name] = join(l, name);
    }
  }
  REQUIRE(l.size() == known.size());
  for (const auto& [name, slot] : known) {
    REQUIRE(l.find(name) == slot);
    REQUIRE(l.at(slot)->name == name);
  }
  CHECK(l.extent() < 710);
  CHECK(l.octets() < 200'000);
}

TEST_CASE("bad names, channels and facts are refused and change nothing") {
  slot_ledger l;
  CHECK_FALSE(l.take("", 1));
  CHECK_FALSE(l.take(std::string(241, 'x'), 1));
  CHECK_FALSE(l.take("a", 16));
  join(l, "a");
  CHECK(l.take("a", 1).error().code == errc::conflict);
  CHECK(l.apply(slot_taken{0, "b", 1, 0}).error().code == errc::corrupt);
  CHECK(l.apply(slot_taken{7, "b", 1, 0}).error().code == errc::corrupt);
  CHECK(l.apply(slot_taken{1, "a", 1, 0}).error().code == errc::corrupt);
  CHECK_FALSE(l.apply(slots_acked{lane::ordinary, {{0, 1, 1}}}));
  CHECK_FALSE(l.apply(slots_acked{lane::ordinary, {{1, 0, 1}}}));
  CHECK_FALSE(l.apply(slot_left{1}));
  CHECK_FALSE(l.leave(1));
  CHECK(l.size() == 1);
}

TEST_CASE("a damaged snapshot is refused") {
  slot_ledger l;
  join(l, "a");
  join(l, "b");
  leave(l, 0);
  l.opened({1, lane::ordinary});
  const auto good = l.snapshot();
  REQUIRE(slot_ledger::restore(good));
  const auto refused = [&](auto change) {
    auto bad = good;
    change(bad);
    return !slot_ledger::restore(bad);
  };
  CHECK(refused([](auto& s) { s.names.clear(); }));
  CHECK(refused([](auto& s) { s.slots[0] = 9; }));
  CHECK(refused([](auto& s) { s.slots[0] = 0; }));
  CHECK(refused([](auto& s) { s.channels[0] = 16; }));
  CHECK(refused([](auto& s) { s.names[0] = ""; }));
  CHECK(refused([](auto& s) { s.free[0] = 1; }));
  CHECK(refused([](auto& s) { s.head = 0; }));
  CHECK(refused([](auto& s) { s.entries[0].of_left.push_back({.channel = 16}); }));
}

TEST_CASE("a slot takes at most 56 octets beside its name") {
  for (const std::size_t count : {3205U, 100'000U}) {
    slot_ledger l;
    std::size_t names = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto name = "citizen/79.769.26794/" + std::to_string(1'000'000'000 + i);
      names += name.size() + 1;
      join(l, name);
    }
    CHECK((l.octets() - names) / count <= 56);
  }
}

} // namespace loa::link::test
