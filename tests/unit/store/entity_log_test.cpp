#include <loa/base/random.hpp>
#include <loa/store/entity_log.hpp>
#include <loa/store/memory_journal.hpp>

#include <unit/store/scratch.hpp>

#include <algorithm>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

name named(std::string_view text) {
  return must(name::parse(text));
}
path placed(std::string_view text) {
  return must(path::parse(text));
}

/// Hands out what `inner` holds, and changes it once between two reads.
class changing_journal final : public journal {
public:
  memory_journal inner;
  transaction meanwhile;
  mutable bool changed = false;

  result<void> commit(std::span<const transaction* const> group) override {
    return inner.commit(group);
  }
  result<std::optional<bytes>> get(table where, bytes_view key) const override {
    auto found = inner.get(where, key);
    if (!std::exchange(changed, true))
      must(store::commit(const_cast<memory_journal&>(inner), meanwhile));
    return found;
  }
  result<std::vector<item>> scan(table where, bytes_view from, bytes_view to, std::size_t most,
                                 bool backwards) const override {
    return inner.scan(where, from, to, most, backwards);
  }
  journal_stats stats() const override { return inner.stats(); }
};

transaction facts(const name& who, std::uint64_t first, std::uint64_t last) {
  transaction t;
  for (auto seq = first; seq <= last; ++seq)
    t.push_back(operation::put(table::facts, fact_key(who, seq), "fact " + std::to_string(seq)));
  return t;
}

operation snapshot_at(const name& who, std::uint64_t seq) {
  return operation::put(table::snapshots, snapshot_key(who), encode_snapshot({seq, "state"}));
}

} // namespace

TEST_CASE("a home's range covers itself and what lies below, and no neighbour") {
  const auto range = prefix_of_home(placed("79.1"));
  for (const auto* inside :
       {"unit/79.1", "unit/79.1.5", "device/79.1.5.A-b_C/x", "report/79.1/r"}) {
    CAPTURE(inside);
    CHECK(range.contains(fact_key(named(inside), 1)));
    CHECK(range.contains(fact_key(named(inside), ~std::uint64_t{0})));
    CHECK(range.contains(snapshot_key(named(inside))));
    CHECK(range.contains(answer_key(named(inside), "any")));
  }
  for (const auto* outside : {"unit/79", "unit/79.10", "unit/79.1-a", "unit/79.1_", "unit/79.1a",
                              "unit/79.0", "unit/79.2", "unit/7.91", "device/79/79.1"}) {
    CAPTURE(outside);
    CHECK_FALSE(range.contains(fact_key(named(outside), 1)));
    CHECK_FALSE(range.contains(snapshot_key(named(outside))));
  }
}

TEST_CASE("an empty path covers every entity") {
  const auto all = prefix_of_home({});
  CHECK(all.contains(fact_key(named("unit/79"), 0)));
  CHECK(all.contains(feed_key(named("device/zzz.zzz/~"), ~std::uint64_t{0})));
}

TEST_CASE("a home's range agrees with the tree of paths for random names") {
  seeded_random random(7);
  const auto any_path = [&] {
    std::string text;
    for (auto n = 1 + random.below(3); n > 0; --n) {
      if (!text.empty()) text += '.';
      for (auto m = 1 + random.below(2); m > 0; --m) text += "01a-_Z"[random.below(6)];
    }
    return placed(text);
  };
  for (int i = 0; i < 20'000; ++i) {
    const auto home = any_path();
    const auto other = any_path();
    const auto who = name::of("unit", other, random.chance(0.5) ? "x" : "");
    CAPTURE(home.str(), other.str());
    REQUIRE(prefix_of_home(home).contains(fact_key(who, random.next())) == home.contains(other));
  }
}

TEST_CASE("an entity's range holds its own keys only") {
  const auto spk = named("device/79.1/spk");
  const auto range = range_of(spk);
  CHECK(range.contains(fact_key(spk, 0)));
  CHECK(range.contains(fact_key(spk, ~std::uint64_t{0})));
  CHECK_FALSE(range.contains(fact_key(named("device/79.1/spk-1"), 0)));
  CHECK_FALSE(range.contains(fact_key(named("device/79.1"), 0)));
  CHECK_FALSE(range.contains(fact_key(named("devicf/79.1/spk"), 0)));
}

TEST_CASE("numbers order facts, beyond one octet too") {
  const auto who = named("unit/79");
  CHECK(fact_key(who, 255) < fact_key(who, 256));
  CHECK(fact_key(who, 1) < fact_key(who, ~std::uint64_t{0}));
  const auto some = facts_between(who, 5, 300);
  CHECK(some.contains(fact_key(who, 5)));
  CHECK(some.contains(fact_key(who, 300)));
  CHECK_FALSE(some.contains(fact_key(who, 4)));
  CHECK_FALSE(some.contains(fact_key(who, 301)));
  CHECK(facts_between(who, 5, ~std::uint64_t{0}).contains(fact_key(who, ~std::uint64_t{0})));
}

TEST_CASE("keys are read back as they were built") {
  const auto who = named("device/79.769.26794/spk-0012@x:y");
  const auto unit = named("unit/79");
  CHECK(parse_numbered_key(fact_key(who, 0)) == numbered_key{who, 0});
  CHECK(parse_numbered_key(feed_key(unit, 0x0102030405060708)) ==
        numbered_key{unit, 0x0102030405060708});
  CHECK(parse_snapshot_key(snapshot_key(unit)) == unit);
  CHECK(entity_of(answer_key(who, "k")) == who);
  for (const auto ms : {std::int64_t{-5}, std::int64_t{0}, std::int64_t{1'756'677'600'000}}) {
    const reminder_parts parts{from_millis(ms), who, bytes("a\0b", 3)};
    CHECK(parse_reminder_key(reminder_key(parts.due, who, parts.id)) == parts);
  }
}

TEST_CASE("what is no key is not read as one") {
  const auto key = fact_key(named("unit/79.1"), 3);
  for (std::size_t n = 0; n < key.size(); ++n) {
    CHECK_FALSE(parse_numbered_key(bytes_view(key).substr(0, n)));
  }
  CHECK_FALSE(parse_numbered_key(key + "x"));
  CHECK_FALSE(parse_snapshot_key(key));
  CHECK_FALSE(parse_reminder_key("short"));
  CHECK_FALSE(entity_of(bytes("79.1\0unit\0\0", 11))); // a dot where the octet 1 belongs
  CHECK_FALSE(entity_of(bytes("79\0UNIT\0\0", 9)));
  CHECK_FALSE(entity_of(bytes("\0\0\0", 3)));
}

TEST_CASE("the longest names fit into every key") {
  std::string home;
  for (int i = 0; i < 5; ++i) home += (i ? "." : "") + std::string(25, 'h');
  const auto who = named("abcdefghijklmnop/" + home.substr(0, 126) + "/" + std::string(96, 'l'));
  REQUIRE(who.str().size() >= 238);
  CHECK(reminder_key(from_millis(1), who, bytes(64, 'i')).size() <= 400);
  CHECK(answer_key(who, std::string(100'000, 'k')).size() <= 400);
}

TEST_CASE("reminders stand in the order of their due times") {
  const auto a = named("unit/1");
  const auto z = named("unit/9");
  CHECK(reminder_key(from_millis(-1), z, "") < reminder_key(from_millis(0), a, ""));
  CHECK(reminder_key(from_millis(999), z, "z") < reminder_key(from_millis(1000), a, ""));
  const auto due = reminders_before(from_millis(1000));
  CHECK(due.contains(reminder_key(from_millis(-7), a, "")));
  CHECK(due.contains(reminder_key(from_millis(999), z, "z")));
  CHECK_FALSE(due.contains(reminder_key(from_millis(1000), a, "")));
}

TEST_CASE("an answer's key is the SHA-256 of the client's") {
  const auto key = answer_key(named("unit/79"), "abc");
  const bytes digest("\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"
                     "\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad",
                     32);
  CHECK(key == entity_key(named("unit/79")) + digest);
}

TEST_CASE("an entity without anything loads as empty") {
  memory_journal j;
  const auto found = must(load_entity(j, named("unit/79")));
  CHECK(found.empty());
  CHECK(found.facts.empty());
}

TEST_CASE("an entity loads its snapshot and the facts behind it, page by page") {
  memory_journal j;
  const auto who = named("unit/79.1");
  must(commit(j, facts(who, 1, 1000)));
  must(commit(j, facts(named("unit/79.10"), 1, 5)));
  must(commit(j, facts(named("unit/79"), 1, 5)));
  CHECK(must(load_entity(j, who)).facts.size() == 1000);

  must(commit(j, {snapshot_at(who, 400)}));
  const auto found = must(load_entity(j, who));
  CHECK(found.last_seq == 1000);
  CHECK(found.state == snapshot{400, "state"});
  REQUIRE(found.facts.size() == 600);
  CHECK(found.facts.front() == "fact 401");
  CHECK(found.facts.back() == "fact 1000");

  must(commit(j, {snapshot_at(who, 1000)}));
  CHECK(must(load_entity(j, who)).facts.empty());
  CHECK(must(load_entity(j, who)).last_seq == 1000);
}

TEST_CASE("a missing fact is noticed") {
  memory_journal j;
  const auto who = named("unit/79");
  must(commit(j, facts(who, 1, 600)));
  const auto without = GENERATE(1, 2, 256, 257, 599);
  must(commit(
      j, {operation::erase(table::facts, fact_key(who, static_cast<std::uint64_t>(without)))}));
  const auto found = load_entity(j, who);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == errc::corrupt);
  CHECK(found.error().detail.find("unit/79") != std::string::npos);
}

TEST_CASE("a snapshot that comes while an entity loads does not look like damage") {
  changing_journal j;
  const auto who = named("unit/79");
  must(commit(j, facts(who, 1, 10)));
  j.meanwhile = {snapshot_at(who, 8),
                 operation::erase_range(table::facts, fact_key(who, 1), fact_key(who, 9))};
  const auto found = must(load_entity(j, who));
  CHECK(found.last_seq == 10);
  CHECK(found.state->seq == 8);
  CHECK(found.facts == std::vector<bytes>{"fact 9", "fact 10"});
}

TEST_CASE("an entity with more facts than the limit is refused, not loaded") {
  memory_journal j;
  const auto who = named("unit/79");
  must(commit(j, facts(who, 1, 100)));
  CHECK(load_entity(j, who, {.facts = 100}));
  const auto found = load_entity(j, who, {.facts = 99});
  REQUIRE_FALSE(found);
  CHECK(found.error().code == errc::too_large);
  CHECK(load_entity(j, who, {.octets = 500}).error().code == errc::too_large);
}

TEST_CASE("entities are visited one after the other") {
  memory_journal j;
  std::vector<std::string> names{"unit/79",     "device/79/a", "unit/79.1", "device/79.1/b",
                                 "unit/79.1.2", "unit/79.1-x", "unit/79.10"};
  for (const auto& n : names) must(commit(j, facts(named(n), 1, 3)));
  std::vector<std::string> seen;
  for (auto range = prefix_of_home({});;) {
    const auto found = must(next_entity(j, table::facts, range));
    if (!found) break;
    seen.push_back(found->str());
    range.from = range_of(*found).to;
  }
  auto expected = names;
  std::ranges::sort(seen);
  std::ranges::sort(expected);
  CHECK(seen == expected);
}
