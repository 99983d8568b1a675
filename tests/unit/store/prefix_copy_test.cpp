#include <loa/base/random.hpp>
#include <loa/store/memory_journal.hpp>
#include <loa/store/prefix_copy.hpp>

#include <unit/store/scratch.hpp>

#include <algorithm>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

path placed(std::string_view text) {
  return must(path::parse(text));
}
name named(std::string_view text) {
  return must(name::parse(text));
}

const std::vector<std::string> homes{"79", "79.7", "79.7.1", "79.7.2", "79.70", "79.8", "8"};

instant random_time(seeded_random& random) {
  return from_millis(static_cast<std::int64_t>(1'700'000'000'000 + random.below(1'000'000)));
}

/// Puts and erases as entities of all homes do.
void live(journal& j, seeded_random& random, int steps) {
  for (int n = 0; n < steps; ++n) {
    const auto who = named("unit/" + homes[random.below(homes.size())]);
    const auto number = 1 + random.below(40);
    const bytes value(random.below(random.chance(0.02) ? 100'000 : 900), 'v');
    transaction t;
    switch (random.below(6)) {
    case 0:
      t.push_back(operation::put(table::snapshots, snapshot_key(who), value));
      break;
    case 1:
      t.push_back(operation::put(table::feed, feed_key(who, number), value));
      break;
    case 2:
      t.push_back(
          operation::put(table::reminders, reminder_key(random_time(random), who, "r"), value));
      break;
    case 3:
      t.push_back(operation::put(table::answers, answer_key(who, std::to_string(number)), value));
      break;
    case 4:
      t.push_back(operation::erase(table::facts, fact_key(who, number)));
      break;
    default:
      t.push_back(operation::put(table::facts, fact_key(who, number), value));
    }
    must(commit(j, t));
  }
}

std::vector<item> all_of(const journal& j, const unit_set& units, table where) {
  return must(items_between(j, units, where, {{}, bytes(end_of_table)}));
}

bool same(const journal& a, const journal& b, const unit_set& units) {
  return std::ranges::all_of(all_tables, [&](table t) {
    return t == table::meta || all_of(a, units, t) == all_of(b, units, t);
  });
}

void copy(
    const journal& from, journal& to, const unit_set& units,
    const std::function<void()>& meanwhile = [] {}) {
  piece_reader reader(from, units);
  while (auto p = must(reader.next())) {
    if (digest_of(must(items_between(to, units, p->where, p->range))) == digest_of(p->items))
      continue;
    must(commit(to, must(replacing(to, units, *p))));
    meanwhile();
  }
}

} // namespace

TEST_CASE("what is copied while it changes is the same after a second pass, and nothing else is") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO(seed);
    seeded_random random(seed);
    memory_journal from, to;
    live(from, random, 1'500);
    live(to, random, 300); // of what an earlier attempt left, and of others
    const unit_set moved{placed("79.7"), {}};
    const unit_set stays{placed("79.8"), {}};
    const unit_set alike{placed("79.70"), {}};
    std::vector<std::vector<item>> before;
    for (const auto t : all_tables)
      for (const auto& u : {stays, alike}) before.push_back(all_of(to, u, t));
    copy(from, to, moved, [&] { live(from, random, 3); });
    copy(from, to, moved);
    CHECK(same(from, to, moved));
    std::vector<std::vector<item>> now;
    for (const auto t : all_tables)
      for (const auto& u : {stays, alike}) now.push_back(all_of(to, u, t));
    CHECK(now == before);
  }
}

TEST_CASE("some units below a prefix stay where they are") {
  seeded_random random(5);
  memory_journal from, to;
  live(from, random, 1'000);
  const unit_set moved{placed("79"), {placed("79.7")}};
  copy(from, to, moved);
  CHECK(same(from, to, moved));
  CHECK(all_of(to, {placed("79.8"), {}}, table::facts).size() > 0);
  for (const auto t : all_tables)
    if (t != table::meta) CHECK(all_of(to, {placed("79.7"), {}}, t).empty());
}

TEST_CASE("a piece is bounded, and all of them are everything") {
  seeded_random random(7);
  memory_journal j;
  live(j, random, 3'000);
  const unit_set units{placed("79"), {}};
  piece_reader reader(j, units);
  std::map<table, std::vector<item>> got;
  std::size_t pieces = 0;
  while (auto p = must(reader.next())) {
    ++pieces;
    std::size_t octets = 0;
    for (const auto& i : p->items) octets += i.key.size() + i.value.size();
    CHECK((octets <= piece_reader::max_piece_bytes || p->items.size() == 1));
    CHECK(std::ranges::all_of(p->items, [&](const item& i) { return p->range.contains(i.key); }));
    auto& all = got[p->where];
    all.insert(all.end(), p->items.begin(), p->items.end());
  }
  CHECK(pieces > 10);
  for (const auto t : all_tables)
    if (t != table::meta) CHECK(got[t] == all_of(j, units, t));
}

TEST_CASE("a piece with something of others in it is refused, and one of no table of units") {
  memory_journal j;
  const unit_set units{placed("79.7"), {}};
  const auto range = prefix_of_home(placed("79.7"));
  piece p{table::facts, range, {{fact_key(named("unit/79.8"), 1), "x"}}};
  CHECK(replacing(j, units, p).error().code == errc::malformed);
  p.items = {{fact_key(named("unit/79.7"), 1), "x"}};
  CHECK(replacing(j, units, p).has_value());
  p.range.to = p.range.from;
  CHECK(replacing(j, units, p).error().code == errc::malformed);
  p = {table::meta, {{}, bytes(end_of_table)}, {{"journal/format", "9"}}};
  CHECK(replacing(j, units, p).error().code == errc::malformed);
}

TEST_CASE("erasing all pieces leaves nothing of the units and all of the others") {
  seeded_random random(11);
  memory_journal j;
  live(j, random, 1'000);
  const unit_set units{placed("79.7"), {}};
  const unit_set others{placed("79"), {placed("79.7")}};
  const auto before = all_of(j, others, table::facts);
  piece_reader reader(j, units);
  while (auto p = must(reader.next()))
    if (const auto t = erasing(*p); !t.empty()) must(commit(j, t));
  for (const auto t : all_tables)
    if (t != table::meta) CHECK(all_of(j, units, t).empty());
  CHECK(all_of(j, others, table::facts) == before);
}
