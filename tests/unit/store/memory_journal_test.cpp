#include <loa/store/memory_journal.hpp>
#include <loa/store/meta.hpp>

#include <unit/store/scratch.hpp>

#include <set>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {
void put(memory_journal& j, bytes key, bytes value = "v") {
  must(commit(j, {operation::put(table::facts, std::move(key), std::move(value))}));
}
std::size_t count(const memory_journal& j) {
  return must(j.scan(table::facts, "", end_of_table, 1000)).size();
}
} // namespace

TEST_CASE("a crash loses exactly what was not synced") {
  memory_journal j;
  put(j, "a", "old");
  put(j, "b");
  j.hold_syncs(true);
  put(j, "a", "new");
  put(j, "c");
  must(commit(j, {operation::erase_range(table::facts, "a", "c")}));
  CHECK(count(j) == 1);
  j.crash();
  CHECK(must(j.get(table::facts, "a")) == "old");
  CHECK(must(j.get(table::facts, "b")) == "v");
  CHECK(must(j.get(table::facts, "c")) == std::nullopt);
}

TEST_CASE("a crash loses nothing that was synced") {
  memory_journal j;
  j.hold_syncs(true);
  put(j, "a");
  j.hold_syncs(false);
  put(j, "b");
  j.crash();
  CHECK(count(j) == 2);
}

TEST_CASE("a torn crash keeps a first part of the unsynced commits, each wholly") {
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    memory_journal j;
    j.hold_syncs(true);
    for (char c = 'a'; c < 'f'; ++c)
      must(commit(j, {operation::put(table::facts, bytes(1, c), "v"),
                      operation::put(table::feed, bytes(1, c), "v")}));
    seeded_random random(seed);
    j.crash(random);
    const auto kept = must(j.scan(table::facts, "", end_of_table, 9));
    CHECK(must(j.scan(table::feed, "", end_of_table, 9)) == kept);
    for (std::size_t i = 0; i < kept.size(); ++i)
      CHECK(kept[i].key == bytes(1, static_cast<char>('a' + i)));
    sizes.insert(kept.size());
  }
  CHECK(sizes == std::set<std::size_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("commits fail as often as they are told to, and change nothing") {
  memory_journal j;
  j.fail_next(errc::storage, 2);
  const transaction t{operation::put(table::facts, "a", "v")};
  CHECK(commit(j, t).error().code == errc::storage);
  CHECK(commit(j, t).error().code == errc::storage);
  CHECK(count(j) == 0);
  must(commit(j, t));
  CHECK(count(j) == 1);
  CHECK(j.stats().failed_commits == 2);
}

TEST_CASE("a group that does not fit leaves no trace") {
  memory_journal j;
  put(j, "a", "old");
  j.set_capacity(j.stats().used_bytes + 50);
  const auto before = j.stats().used_bytes;
  const auto outcome =
      commit(j, {operation::put(table::facts, "a", "new"), operation::erase(table::facts, "a"),
                 operation::put(table::facts, "b", bytes(100, 'x'))});
  CHECK(outcome.error().code == errc::storage_full);
  CHECK(must(j.get(table::facts, "a")) == "old");
  CHECK(count(j) == 1);
  CHECK(j.stats().used_bytes == before);
}
