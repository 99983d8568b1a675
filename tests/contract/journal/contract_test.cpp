#include "subjects.hpp"

#include <loa/store/meta.hpp>

#include <atomic>
#include <thread>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

result<void> put(journal& j, table where, bytes key, bytes value) {
  return commit(j, {operation::put(where, std::move(key), std::move(value))});
}

std::vector<bytes> keys(const std::vector<item>& page) {
  std::vector<bytes> all;
  for (const auto& i : page) all.push_back(i.key);
  return all;
}

bytes number(std::uint64_t n) {
  return "n" + big_endian(n);
}

} // namespace

#define JOURNAL_CONTRACT(sentence)                                                                 \
  TEMPLATE_TEST_CASE(sentence, "[contract]", memory_subject, lmdb_subject)

JOURNAL_CONTRACT("what was put is there, also after opening again") {
  TestType subject;
  must(put(subject.journal(), table::facts, "a", "one"));
  must(put(subject.journal(), table::facts, "a", "two"));
  must(put(subject.journal(), table::facts, "empty", ""));
  subject.reopen();
  CHECK(must(subject.journal().get(table::facts, "a")) == "two");
  CHECK(must(subject.journal().get(table::facts, "empty")) == "");
  CHECK(must(subject.journal().get(table::facts, "b")) == std::nullopt);
  CHECK(must(subject.journal().get(table::facts, "")) == std::nullopt);
}

JOURNAL_CONTRACT("tables do not see each other's keys") {
  TestType subject;
  auto& j = subject.journal();
  for (const auto t : all_tables) must(put(j, t, "key", bytes(to_string(t))));
  must(commit(j, {operation::erase(table::feed, "key")}));
  for (const auto t : all_tables) {
    const auto found = must(j.get(t, "key"));
    if (t == table::feed)
      CHECK(found == std::nullopt);
    else
      CHECK(found == to_string(t));
  }
}

JOURNAL_CONTRACT("changes of a transaction are made in their order") {
  TestType subject;
  auto& j = subject.journal();
  must(put(j, table::facts, "k5", "old"));
  must(commit(j, {operation::put(table::facts, "k1", "lost"),
                  operation::erase_range(table::facts, "k0", "k9"),
                  operation::put(table::facts, "k2", "first"),
                  operation::put(table::facts, "k2", "second"),
                  operation::put(table::facts, "k3", "gone"), operation::erase(table::facts, "k3"),
                  operation::erase(table::facts, "never there")}));
  CHECK(must(j.scan(table::facts, "", end_of_table, 9)) == std::vector<item>{{"k2", "second"}});
}

JOURNAL_CONTRACT("what is inserted takes nobody's place, and nothing of its group is there then") {
  TestType subject;
  auto& j = subject.journal();
  must(commit(j, {operation::insert(table::facts, "k1", "first")}));
  const transaction before{operation::put(table::feed, "beside", "x")};
  const transaction twice{operation::insert(table::facts, "k2", "new"),
                          operation::insert(table::facts, "k1", "second")};
  const transaction* const group[] = {&before, &twice};
  const auto refused = j.commit(group);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::conflict);
  CHECK(must(j.get(table::facts, "k1")) == "first");
  CHECK(must(j.get(table::facts, "k2")) == std::nullopt);
  CHECK(must(j.get(table::feed, "beside")) == std::nullopt);
  CHECK(commit(j, {operation::insert(table::facts, "k3", "a"),
                   operation::insert(table::facts, "k3", "b")})
            .error()
            .code == errc::conflict);
  must(commit(j, {operation::insert(table::facts, "k2", "new")}));
  must(commit(
      j, {operation::erase(table::facts, "k1"), operation::insert(table::facts, "k1", "again")}));
  subject.reopen();
  CHECK(must(j.get(table::facts, "k2")) == "new");
  CHECK(must(subject.journal().get(table::facts, "k1")) == "again");
}

JOURNAL_CONTRACT("one bad transaction keeps the whole group out") {
  TestType subject;
  auto& j = subject.journal();
  const transaction good{operation::put(table::facts, "good", "1")};
  const auto refused = [&](operation op, errc code) {
    const transaction bad{operation::put(table::facts, "half", "1"), std::move(op)};
    const transaction* group[] = {&good, &bad};
    const auto outcome = j.commit(group);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == code);
    CHECK(must(j.scan(table::facts, "", end_of_table, 9)).empty());
  };
  refused(operation::put(table::facts, "", "x"), errc::malformed);
  refused(operation::put(table::facts, "\xff", "x"), errc::malformed);
  refused(operation::put(table::facts, bytes(max_key + 1, 'k'), "x"), errc::too_large);
  refused(operation::put(table::facts, "k", bytes(max_value + 1, 'v')), errc::too_large);
  refused(operation::put(static_cast<table>(9), "k", "v"), errc::malformed);
}

JOURNAL_CONTRACT("the longest key and the longest value are kept") {
  TestType subject;
  const bytes key(max_key, 'k');
  const bytes value(max_value, 'v');
  must(put(subject.journal(), table::feed, key, value));
  subject.reopen();
  CHECK(must(subject.journal().get(table::feed, key)) == value);
  CHECK(must(subject.journal().scan(table::feed, bytes(max_key, 'j'), end_of_table, 2)).size() ==
        1);
  CHECK(must(subject.journal().scan(table::feed, after(key), end_of_table, 2)).empty());
  CHECK(must(subject.journal().scan(table::feed, "", after(key), 2, true)).size() == 1);
}

JOURNAL_CONTRACT("keys stand in the order of their octets, shorter first") {
  TestType subject;
  auto& j = subject.journal();
  const std::vector<bytes> ordered{bytes(1, '\0'), bytes(2, '\0'), "a", bytes("a\0", 2),
                                   "a\x01",        "ab",           "b", "\x7f",
                                   "\x80",         "\xfe"};
  for (std::size_t i = ordered.size(); i-- > 0;) must(put(j, table::facts, ordered[i], "v"));
  CHECK(keys(must(j.scan(table::facts, "", end_of_table, 100))) == ordered);
}

JOURNAL_CONTRACT("a range is read page by page, forwards and backwards") {
  TestType subject;
  auto& j = subject.journal();
  transaction t;
  for (std::uint64_t n = 0; n < 25; ++n)
    t.push_back(operation::put(table::facts, number(n), std::to_string(n)));
  must(commit(j, t));

  std::vector<bytes> forwards;
  for (auto from = number(3);;) {
    const auto page = must(j.scan(table::facts, from, number(21), 7));
    for (const auto& i : page) forwards.push_back(i.value);
    if (page.size() < 7) break;
    from = after(page.back().key);
  }
  REQUIRE(forwards.size() == 18);
  CHECK(forwards.front() == "3");
  CHECK(forwards.back() == "20");

  std::vector<bytes> backwards;
  for (auto to = number(21);;) {
    const auto page = must(j.scan(table::facts, number(3), to, 7, true));
    for (const auto& i : page) backwards.push_back(i.value);
    if (page.size() < 7) break;
    to = page.back().key;
  }
  std::reverse(backwards.begin(), backwards.end());
  CHECK(backwards == forwards);

  CHECK(must(j.scan(table::facts, number(5), number(5), 9)).empty());
  CHECK(must(j.scan(table::facts, number(9), number(5), 9)).empty());
  CHECK(must(j.scan(table::facts, number(5), number(9), 0)).empty());
  CHECK(must(j.scan(table::facts, "z", end_of_table, 9, true)).empty());
  CHECK(must(j.scan(table::facts, "", "a", 9, true)).empty());
}

JOURNAL_CONTRACT("a range is erased with its start and without its end") {
  TestType subject;
  auto& j = subject.journal();
  for (const auto* k : {"a", "b", "c", "d"}) must(put(j, table::answers, k, "v"));
  must(commit(j, {operation::erase_range(table::answers, "b", "d"),
                  operation::erase_range(table::answers, "d", "d"),
                  operation::erase_range(table::answers, "z", "b")}));
  CHECK(keys(must(j.scan(table::answers, "", end_of_table, 9))) == std::vector<bytes>{"a", "d"});
  must(commit(j, {operation::erase_range(table::answers, "", bytes(end_of_table))}));
  CHECK(must(j.scan(table::answers, "", end_of_table, 9)).empty());
}

JOURNAL_CONTRACT("a long range is erased in pieces") {
  TestType subject;
  auto& j = subject.journal();
  transaction t;
  for (std::uint64_t n = 0; n < 30; ++n) t.push_back(operation::put(table::feed, number(n), "v"));
  must(commit(j, t));
  const key_range all{number(0), number(25)};
  int pieces = 0;
  for (;;) {
    const auto piece = must(piece_of(j, table::feed, all, 10));
    if (piece.from == piece.to) break;
    CHECK(must(j.scan(table::feed, piece.from, piece.to, 100)).size() <= 10);
    must(commit(j, {operation::erase_range(table::feed, piece.from, piece.to)}));
    ++pieces;
  }
  CHECK(pieces == 3);
  CHECK(must(j.scan(table::feed, "", end_of_table, 100)).size() == 5);
}

JOURNAL_CONTRACT("a full journal refuses what makes it grow, erases, and then takes again") {
  TestType subject(true);
  auto& j = subject.journal();
  const bytes value(3000, 'v');
  std::uint64_t n = 0;
  auto last = put(j, table::facts, number(n), value);
  while (last && n < 1000) last = put(j, table::facts, number(++n), value);
  REQUIRE_FALSE(last);
  CHECK(last.error().code == errc::storage_full);
  CHECK(n > 100);

  CHECK(must(j.get(table::facts, number(n - 1))) == value);
  CHECK(must(j.get(table::facts, number(n))) == std::nullopt);
  CHECK(j.stats().used_bytes <= j.stats().capacity_bytes);
  CHECK(j.stats().failed_commits == 1);

  // Many small steps, as pruning takes them: the reserve must not wear out.
  for (std::uint64_t i = 0; i < n; ++i) {
    CAPTURE(i);
    must(commit(j, {operation::erase(table::facts, number(i))}));
  }
  for (std::uint64_t i = 0; i < n; ++i) must(put(j, table::facts, number(i), value));
  subject.reopen();
  CHECK(subject.journal().scan(table::facts, "", end_of_table, 10'000)->size() == n);
}

JOURNAL_CONTRACT("a full journal replaces values by shorter ones") {
  TestType subject(true);
  auto& j = subject.journal();
  const bytes value(3000, 'v');
  std::uint64_t n = 0;
  while (put(j, table::facts, number(n), value)) ++n;
  for (int again = 0; again < 3; ++again)
    for (std::uint64_t i = 0; i < n; ++i) {
      CAPTURE(again, i);
      must(commit(j, {operation::put(table::facts, number(i), bytes(2900, 'w'))}));
    }
}

JOURNAL_CONTRACT("readers see whole groups while another thread commits") {
  TestType subject;
  auto& j = subject.journal();
  std::atomic<bool> ended{false};
  std::atomic<int> torn{0};
  std::atomic<int> reads{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r)
    readers.emplace_back([&] {
      do {
        const auto page = j.scan(table::facts, "", end_of_table, 100);
        if (!page || (page->size() != 0 && page->size() != 16)) ++torn;
        if (page && !page->empty() && page->front().value != page->back().value) ++torn;
        ++reads;
      } while (!ended);
    });
  for (int round = 0; round < 300 || (reads < 100 && round < 200'000); ++round) {
    transaction a;
    transaction b;
    for (std::uint64_t n = 0; n < 16; ++n)
      (n < 8 ? a : b).push_back(operation::put(table::facts, number(n), std::to_string(round)));
    const transaction* group[] = {&a, &b};
    must(j.commit(group));
  }
  ended = true;
  for (auto& r : readers) r.join();
  CHECK(torn == 0);
  CHECK(reads >= 100);
}

JOURNAL_CONTRACT("an identity is given once and starts are counted") {
  TestType subject;
  const auto first = must(read_identity(subject.journal()));
  CHECK(first.format == journal_format);
  CHECK(first.id.size() == 26);
  CHECK(first.starts == 1);
  CHECK(first.restored == std::nullopt);
  subject.reopen();
  const auto second = must(read_identity(subject.journal()));
  CHECK(second.id == first.id);
  CHECK(second.starts == 2);
}

JOURNAL_CONTRACT("figures follow what is stored") {
  TestType subject;
  auto& j = subject.journal();
  const auto before = j.stats();
  for (std::uint64_t n = 0; n < 100; ++n) must(put(j, table::facts, number(n), bytes(1000, 'x')));
  const auto now = j.stats();
  CHECK(now.entries == before.entries + 100);
  CHECK(now.commits == before.commits + 100);
  CHECK(now.used_bytes >= before.used_bytes + 100'000);
  CHECK(now.capacity_bytes > now.used_bytes);
}
