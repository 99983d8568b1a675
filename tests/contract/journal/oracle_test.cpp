#include "subjects.hpp"

#include <loa/base/random.hpp>

#include <map>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

/// What a journal should hold, in the simplest form.
class oracle {
public:
  void apply(const operation& op) {
    auto& t = tables_[op.where];
    switch (op.what) {
    case operation::kind::put:
    case operation::kind::insert:
      t[op.key] = op.value;
      break;
    case operation::kind::erase:
      t.erase(op.key);
      break;
    case operation::kind::erase_range:
      std::erase_if(t, [&](const auto& e) { return e.first >= op.key && e.first < op.value; });
      break;
    }
  }
  std::vector<item> scan(table where, const bytes& from, const bytes& to, std::size_t most,
                         bool backwards) {
    std::vector<item> all;
    for (const auto& [k, v] : tables_[where])
      if (k >= from && k < to) all.push_back({k, v});
    if (backwards) std::reverse(all.begin(), all.end());
    if (all.size() > most) all.resize(most);
    return all;
  }

private:
  std::map<table, std::map<bytes, bytes>> tables_;
};

class generator {
public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  table any_table() { return all_tables[random_.below(5)]; }
  bytes key() {
    // Few letters and mostly short, so that keys meet; some as long as may be.
    bytes k(1 + random_.below(random_.chance(0.05) ? max_key : 4), '\0');
    for (auto& c : k) c = "\0\1.9az\x7f\xfe"[random_.below(8)];
    return k;
  }
  bytes value() {
    // From nothing over what fits a page to what takes several.
    const std::uint64_t longest[] = {8, 400, 3000, 20'000};
    return bytes(random_.below(longest[random_.below(4)]), static_cast<char>(random_.below(256)));
  }
  operation change() {
    const auto dice = random_.below(100);
    if (dice < 70) return operation::put(any_table(), key(), value());
    if (dice < 90) return operation::erase(any_table(), key());
    return operation::erase_range(any_table(), random_.chance(0.1) ? bytes() : key(),
                                  random_.chance(0.1) ? bytes(end_of_table) : key());
  }
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  bool chance(double p) { return random_.chance(p); }

private:
  seeded_random random_;
};

} // namespace

TEMPLATE_TEST_CASE("a journal holds what a map would hold", "[contract]", memory_subject,
                   lmdb_subject) {
  const auto seed = GENERATE(range(1, 9));
  CAPTURE(seed);
  generator next(static_cast<std::uint64_t>(seed));
  TestType subject;
  oracle expected;
  for (int round = 0; round < 120; ++round) {
    std::vector<transaction> group(1 + next.below(4));
    std::vector<const transaction*> pointers;
    for (auto& t : group) {
      for (auto n = next.below(12); n > 0; --n) t.push_back(next.change());
      pointers.push_back(&t);
    }
    must(subject.journal().commit(pointers));
    for (const auto& t : group)
      for (const auto& op : t) expected.apply(op);
    if (next.chance(0.05)) subject.reopen();
    for (int look = 0; look < 5; ++look) {
      const auto where = next.any_table();
      const auto from = next.chance(0.2) ? bytes() : next.key();
      const auto to = next.chance(0.2) ? bytes(end_of_table) : next.key();
      const auto most = next.below(40);
      const bool backwards = next.chance(0.5);
      CAPTURE(round, look);
      REQUIRE(must(subject.journal().scan(where, from, to, most, backwards)) ==
              expected.scan(where, from, to, most, backwards));
    }
  }
  for (const auto t : all_tables) {
    if (t == table::meta) continue;
    const auto found = must(subject.journal().scan(t, "", end_of_table, 100'000));
    REQUIRE(found == expected.scan(t, "", bytes(end_of_table), 100'000, false));
    for (const auto& [k, v] : found) REQUIRE(must(subject.journal().get(t, k)) == v);
  }
}
