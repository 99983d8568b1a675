#include <loa/base/random.hpp>
#include <loa/store/entity_log.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/store/meta.hpp>
#include <loa/store/tools.hpp>
#include <loa/wire/record.hpp>

#include <lmdb.h>
#include <sys/wait.h>
#include <unit/store/scratch.hpp>

#include <csignal>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

constexpr std::uint64_t page = 4096;

struct noted {
  static constexpr wire::type_tag tag{"loa.test.noted", 1};
  std::string text;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("text", self.text);
  }
};

bytes record(std::size_t octets = 400) {
  return wire::encode_record(noted{std::string(octets, 'x')});
}

lmdb_options in(const std::string& directory) {
  return {.directory = directory,
          .map_size = std::uint64_t{64} << 20,
          .sync = false,
          .disk_reserve = 0};
}

const name who = must(name::parse("unit/79.769"));

/// A journal with branches, big values and a list of free pages.
void fill(const std::string& directory) {
  const auto j = must(open_lmdb(in(directory)));
  for (std::uint64_t n = 1; n <= 3000; n += 100) {
    transaction t;
    for (auto seq = n; seq < n + 100; ++seq)
      t.push_back(operation::put(table::facts, fact_key(who, seq), record()));
    t.push_back(operation::put(table::feed, feed_key(who, n), record(9000)));
    must(commit(*j, t));
  }
  must(commit(
      *j, {operation::put(table::snapshots, snapshot_key(who), encode_snapshot({1000, record()})),
           operation::erase_range(table::facts, fact_key(who, 1), fact_key(who, 900))}));
}

std::string data(const scratch::directory& d) {
  return d.at("data.mdb");
}

/// What came of using a journal in a child of its own: 0 fine, 1 refused with a sentence, 2 refused
/// without; minus the signal if it was ended.
int use(const std::string& directory) {
  const auto pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const auto refused = [](const error& e) {
      const bool fitting = e.code == errc::corrupt || e.code == errc::version;
      ::_exit(fitting && e.detail.size() > 20 ? 1 : 2);
    };
    auto opened = open_lmdb(in(directory));
    if (!opened) refused(opened.error());
    for (const auto t : all_tables) {
      auto all = (*opened)->scan(t, "", end_of_table, 100'000);
      if (!all) refused(all.error());
    }
    // Writing walks other ways through the pages, the list of free ones among them.
    for (std::uint64_t n = 0; n < 40; ++n) {
      const auto key = fact_key(who, 5000 + n);
      auto written =
          commit(**opened, {operation::put(table::facts, key, record(n * 200)),
                            operation::erase(table::facts, fact_key(who, 1000 + 7 * n))});
      if (!written) refused(written.error());
    }
    auto erased = commit(**opened, {operation::erase_range(table::feed, "", bytes(end_of_table))});
    if (!erased) refused(erased.error());
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace

TEST_CASE("a sound journal is used without complaint") {
  scratch::directory d;
  fill(d.path());
  CHECK(use(d.path()) == 0);
  CHECK(must(verify(d.path())).pages > 300);
}

TEST_CASE("a truncated data file is refused, wherever it ends") {
  scratch::directory source;
  fill(source.path());
  const auto whole = scratch::contents(data(source));
  const auto kept = GENERATE_COPY(std::size_t{1}, std::size_t{100}, std::size_t{4096},
                                  std::size_t{5000}, std::size_t{8192}, std::size_t{20'000},
                                  whole.size() / 2, whole.size() - 5000, whole.size() - 4096);
  CAPTURE(kept, whole.size());
  scratch::directory d;
  std::ofstream(data(d), std::ios::binary) << whole.substr(0, kept);
  CHECK(use(d.path()) == 1);
}

TEST_CASE("an overwritten head is refused") {
  scratch::directory d;
  fill(d.path());
  SECTION("with text") {
    scratch::scribble(data(d), 0, "This was a letter to my aunt, and now it is a journal.");
  }
  SECTION("with nothing") {
    scratch::scribble(data(d), 0, std::string(page, '\0'));
  }
  SECTION("its second half") {
    scratch::scribble(data(d), page, std::string(page, 'x'));
  }
  SECTION("the whole file") {
    std::ofstream(data(d), std::ios::binary) << std::string(50 * page, 'j');
  }
  CHECK(use(d.path()) == 1);
  const auto seen = verify(d.path());
  REQUIRE_FALSE(seen);
  CHECK(seen.error().code == errc::corrupt);
  CHECK(seen.error().detail.find("data.mdb") != std::string::npos);
}

TEST_CASE("an empty data file is refused, since it may have been more") {
  scratch::directory d;
  std::ofstream(data(d)).flush();
  CHECK(use(d.path()) == 1);
}

TEST_CASE("random octets anywhere never end the process") {
  scratch::directory source;
  fill(source.path());
  const auto whole = scratch::contents(data(source));
  int noticed = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    seeded_random random(seed);
    auto damaged = whole;
    const auto at = random.below(damaged.size());
    const auto length =
        std::min<std::uint64_t>(damaged.size() - at, 1 + random.below(seed % 3 == 0 ? page : 16));
    for (auto i = at; i < at + length; ++i) damaged[i] = static_cast<char>(random.next());
    scratch::directory d;
    std::ofstream(data(d), std::ios::binary) << damaged;
    const auto code = use(d.path());
    CHECK((code == 0 || code == 1));
    if (code == 1) ++noticed;
  }
  // The rest hit free pages or the unused middle of pages.
  CHECK(noticed > 75);
}

TEST_CASE("damage in what LMDB relies on is found before it is used") {
  scratch::directory d;
  fill(d.path());
  const auto whole = scratch::contents(data(d));
  // Every page that is in use gets a random head, node table or node in turn.
  int crashes = 0;
  int noticed = 0;
  int pages = 0;
  seeded_random random(3);
  for (std::uint64_t p = 2; p < whole.size() / page; p += 9, ++pages) {
    auto damaged = whole;
    const auto offset = p * page + random.below(64);
    for (std::uint64_t i = 0; i < 4; ++i) damaged[offset + i] = static_cast<char>(random.next());
    std::ofstream(data(d), std::ios::binary) << damaged;
    const auto code = use(d.path());
    if (code < 0 || code == 2) ++crashes;
    if (code == 1) ++noticed;
  }
  CHECK(crashes == 0);
  CHECK(noticed > pages / 2);
}

TEST_CASE("a damaged value is an error that names its table and its entity, and others are read") {
  scratch::directory d;
  fill(d.path());
  auto whole = scratch::contents(data(d));
  // The entry's big value lies in pages of its own, so this damages nothing but the value.
  const auto value = whole.find(std::string(9000, 'x'));
  REQUIRE(value != std::string::npos);
  scratch::scribble(data(d), value + 4000, "y");

  const auto j = must(open_lmdb(in(d.path())));
  int bad = 0;
  for (std::uint64_t n = 1; n <= 3000; n += 100) {
    const auto found = j->get(table::feed, feed_key(who, n));
    if (found) continue;
    ++bad;
    CHECK(found.error().code == errc::corrupt);
    CHECK(found.error().detail.find("feed") != std::string::npos);
    CHECK(found.error().detail.find("unit/79.769, number " + std::to_string(n)) !=
          std::string::npos);
  }
  CHECK(bad == 1);
  CHECK(j->scan(table::feed, "", end_of_table, 100).error().code == errc::corrupt);
  CHECK(must(load_entity(*j, who)).last_seq == 3000);
}

TEST_CASE("a journal of a later format is refused with a sentence") {
  scratch::directory d;
  {
    const auto j = must(open_lmdb(in(d.path())));
    must(commit(*j, {operation::put(table::meta, bytes(meta_key::format), big_endian(2))}));
  }
  const auto before = scratch::contents(data(d));
  const auto opened = open_lmdb(in(d.path()));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == errc::version);
  CHECK(opened.error().detail.find("format 2") != std::string::npos);
  CHECK(opened.error().detail.find("Upgrade") != std::string::npos);
  CHECK(scratch::contents(data(d)) == before);
  CHECK(verify(d.path()).error().code == errc::version);
}

TEST_CASE("another program's LMDB file is refused and left alone") {
  scratch::directory d;
  MDB_env* env = nullptr;
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;
  REQUIRE(mdb_env_create(&env) == 0);
  mdb_env_set_maxdbs(env, 4);
  REQUIRE(mdb_env_open(env, d.path().c_str(), 0, 0600) == 0);
  REQUIRE(mdb_txn_begin(env, nullptr, 0, &txn) == 0);
  REQUIRE(mdb_dbi_open(txn, "somebody else's", MDB_CREATE, &dbi) == 0);
  REQUIRE(mdb_txn_commit(txn) == 0);
  mdb_env_close(env);
  const auto before = scratch::contents(data(d));
  const auto opened = open_lmdb(in(d.path()));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == errc::corrupt);
  CHECK(opened.error().detail.find("no journal of Loa") != std::string::npos);
  CHECK(scratch::contents(data(d)) == before);
}
