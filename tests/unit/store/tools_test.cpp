#include <loa/store/lmdb_journal.hpp>
#include <loa/store/tools.hpp>
#include <loa/wire/record.hpp>

#include <sys/wait.h>
#include <unit/store/scratch.hpp>

#include <csignal>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

struct said {
  static constexpr wire::type_tag tag{"loa.test.said", 1};
  std::string text;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("text", self.text);
  }
};

bytes record(std::string text) {
  return wire::encode_record(said{std::move(text)});
}
name named(std::string_view text) {
  return must(name::parse(text));
}

std::unique_ptr<journal> open(const std::string& directory) {
  return must(open_lmdb({.directory = directory,
                         .node = "tools",
                         .map_size = std::uint64_t{256} << 20,
                         .sync = false,
                         .disk_reserve = 0}));
}

void fill(journal& j) {
  const auto city = named("unit/79");
  const auto ward = named("unit/79.769");
  const auto speaker = named("device/79.769/spk");
  must(commit(
      j,
      {
          operation::put(table::facts, fact_key(city, 1), record("a \"quoted\" word")),
          operation::put(table::facts, fact_key(city, 2), record("Thành phố")),
          operation::put(table::facts, fact_key(ward, 8), record("after pruning")),
          operation::put(table::snapshots, snapshot_key(ward),
                         encode_snapshot({7, record("state")})),
          operation::put(table::snapshots, snapshot_key(speaker),
                         encode_snapshot({3, record("asleep")})),
          operation::put(table::feed, feed_key(ward, 41), record("entry")),
          operation::put(table::reminders, reminder_key(from_millis(1'756'677'600'000), ward, "r1"),
                         record("due")),
          operation::put(table::reminders, reminder_key(from_millis(5), named("unit/80"), "r2"),
                         record("elsewhere")),
          operation::put(table::answers, answer_key(city, "key"), record("yes")),
      }));
}

std::vector<std::string> lines(const std::string& directory, const dump_filter& filter = {}) {
  std::vector<std::string> all;
  must(dump(directory, filter, [&](std::string_view line) {
    all.emplace_back(line);
    return true;
  }));
  return all;
}

bool mentions(const std::vector<std::string>& sentences, std::string_view text) {
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](const std::string& s) { return s.find(text) != std::string::npos; });
}

/// A process that commits without end until the object goes.
class busy_node {
public:
  explicit busy_node(const std::string& directory) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      auto j = open_lmdb({.directory = directory,
                          .map_size = std::uint64_t{256} << 20,
                          .sync = false,
                          .disk_reserve = 0});
      const auto who = name::parse("unit/79.1");
      for (std::uint64_t n = 1; j; ++n) {
        transaction t{operation::put(table::facts, fact_key(*who, n), record("x"))};
        if (n % 64 == 0) {
          t.push_back(operation::put(table::snapshots, snapshot_key(*who),
                                     encode_snapshot({n, record("state")})));
          t.push_back(operation::erase_range(table::facts, fact_key(*who, 1), fact_key(*who, n)));
        }
        if (!commit(**j, t)) break;
        if (n == 200 && ::write(ready[1], "!", 1) != 1) break;
      }
      ::_exit(1);
    }
    char c = 0;
    REQUIRE(::read(ready[0], &c, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~busy_node() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

private:
  pid_t pid_ = -1;
};

} // namespace

TEST_CASE("verifying counts what is there") {
  scratch::directory d;
  fill(*open(d.path()));
  const auto seen = must(verify(d.path()));
  CAPTURE(seen.damage);
  CHECK(seen.sound());
  CHECK(seen.tables.at(table::facts).entries == 3);
  CHECK(seen.tables.at(table::snapshots).entries == 2);
  CHECK(seen.tables.at(table::feed).entries == 1);
  CHECK(seen.tables.at(table::reminders).entries == 2);
  CHECK(seen.tables.at(table::answers).entries == 1);
  CHECK(seen.entities == 3);
  CHECK(seen.identity.starts == 1);
  CHECK(seen.identity.id.size() == 26);
}

TEST_CASE("verifying says where something is wrong") {
  scratch::directory d;
  {
    const auto j = open(d.path());
    fill(*j);
    must(commit(*j, {
                        operation::put(table::facts, fact_key(named("unit/1"), 2), record("no 1")),
                        operation::put(table::facts, fact_key(named("unit/2"), 1), record("fine")),
                        operation::put(table::facts, fact_key(named("unit/2"), 3), record("no 2")),
                        operation::put(table::facts, fact_key(named("unit/3"), 1), "no record"),
                        operation::put(table::facts, "no key", record("x")),
                        operation::put(table::snapshots, snapshot_key(named("unit/4")), "short"),
                        operation::put(table::feed, feed_key(named("unit/5"), 1), "\x5fgarbage"),
                    }));
  }
  const auto seen = must(verify(d.path()));
  CHECK_FALSE(seen.sound());
  CHECK(mentions(seen.damage, "unit/1, number 2 does not follow"));
  CHECK(mentions(seen.damage, "unit/2, number 3 does not follow"));
  CHECK(mentions(seen.damage, "unit/3, number 1 is no record"));
  CHECK(mentions(seen.damage, "the key \"no key\" has no key of this table"));
  CHECK(mentions(seen.damage, "table snapshots the entry of unit/4 is cut off"));
  CHECK(mentions(seen.damage, "unit/5, number 1 is no CBOR"));
  CHECK(seen.damage.size() == 6);
}

TEST_CASE("verifying stops listing after a hundred") {
  scratch::directory d;
  {
    const auto j = open(d.path());
    transaction t;
    for (std::uint64_t n = 1; n <= 150; ++n)
      t.push_back(operation::put(table::facts, fact_key(named("unit/1"), n), "no record"));
    must(commit(*j, t));
  }
  const auto seen = must(verify(d.path()));
  CHECK(seen.damage.size() == 100);
  CHECK(seen.more_damage == 50);
}

TEST_CASE("tools say when there is no journal") {
  scratch::directory d;
  CHECK(verify(d.path()).error().code == errc::not_found);
  CHECK(dump(d.at("nowhere"), {}, [](auto) { return true; }).error().code == errc::not_found);
  CHECK(backup(d.at("nowhere"), d.at("target")).error().code == errc::not_found);
  CHECK(restore(d.at("nowhere"), d.at("target")).error().code == errc::not_found);
  CHECK_FALSE(std::filesystem::exists(d.at("target/data.mdb")));
}

TEST_CASE("a dump is one line of JSON for each entry") {
  scratch::directory d;
  fill(*open(d.path()));
  const auto all = lines(d.path());
  REQUIRE(all.size() == 12);
  CHECK(all[0] == R"({"table":"facts","entity":"unit/79","number":1,)"
                  R"("record":["loa.test.said",1,{"text":"a \"quoted\" word"}]})");
  CHECK(mentions(all, "Thành phố"));
  CHECK(mentions(all, R"({"table":"snapshots","entity":"unit/79.769","number":7,"record":)"));
  CHECK(mentions(all, R"("due":"2025-09-01T05:00:00+07:00","id":"cjE=")"));
  CHECK(mentions(all, R"({"table":"meta","key":"journal/format","octets":"AAAAAAAAAAE="})"));
  for (const auto& line : all) {
    CAPTURE(line);
    CHECK(wire::document::from_json(line));
  }
}

TEST_CASE("a dump can be limited to a table or to a unit and what is below it") {
  scratch::directory d;
  fill(*open(d.path()));
  CHECK(lines(d.path(), {.only = table::facts}).size() == 3);
  const auto ward = lines(d.path(), {.only = {}, .home = must(path::parse("79.769"))});
  CHECK(ward.size() == 5);
  CHECK_FALSE(mentions(ward, "unit/80"));
  CHECK_FALSE(mentions(ward, "\"unit/79\""));
  int seen = 0;
  must(dump(d.path(), {}, [&](auto) { return ++seen < 2; }));
  CHECK(seen == 2);
}

TEST_CASE("strange keys and values are dumped as valid JSON") {
  scratch::directory d;
  must(commit(*open(d.path()), {operation::put(table::facts, "a\"b\\\n\x80", "\xff\xfe"),
                                operation::put(table::meta, "x\"y", "\xff")}));
  for (const auto& line : lines(d.path())) {
    CAPTURE(line);
    CHECK(wire::document::from_json(line));
  }
}

TEST_CASE("a backup is restored as it was, and is marked") {
  scratch::directory d;
  fill(*open(d.path()));
  const auto before = lines(d.path(), {.only = table::facts});
  const auto size = must(backup(d.path(), d.at("backup")));
  CHECK(size == std::filesystem::file_size(d.at("backup/data.mdb")));
  CHECK(std::filesystem::exists(d.at("backup/data.mdb")));
  CHECK_FALSE(std::filesystem::exists(d.at("backup/unfinished")));

  const auto when = from_millis(1'800'000'000'000);
  const auto first = must(restore(d.at("backup"), d.at("new"), when));
  CHECK(first.restored == when);
  CHECK_FALSE(std::filesystem::exists(d.at("new/unfinished")));
  CHECK(lines(d.at("new"), {.only = table::facts}) == before);
  {
    const auto j = open(d.at("new"));
    const auto identity = must(read_identity(*j));
    CHECK(identity.restored == when);
    CHECK(identity.id == must(verify(d.path())).identity.id);
  }
  CHECK(must(verify(d.at("backup"))).identity.restored == std::nullopt);

  // A backup of what was restored, restored while the clock stands still: later all the same.
  must(backup(d.at("new"), d.at("backup2")));
  CHECK(must(restore(d.at("backup2"), d.at("new2"), when)).restored > when);
}

TEST_CASE("nothing is ever copied over something else") {
  scratch::directory d;
  fill(*open(d.path()));
  std::filesystem::create_directory(d.at("taken"));
  std::ofstream(d.at("taken/letter")) << "dear aunt";
  const auto refused = backup(d.path(), d.at("taken"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::conflict);
  must(backup(d.path(), d.at("backup")));
  CHECK(backup(d.path(), d.at("backup")).error().code == errc::conflict);
  CHECK(restore(d.at("backup"), d.at("taken")).error().code == errc::conflict);
  CHECK(restore(d.at("backup"), d.path()).error().code == errc::conflict);
  CHECK(scratch::contents(d.at("taken/letter")) == "dear aunt");
  CHECK(must(verify(d.path())).sound());
}

TEST_CASE("what an interrupted restoration left behind is cleared away") {
  scratch::directory d;
  fill(*open(d.path()));
  must(backup(d.path(), d.at("backup")));
  std::filesystem::create_directories(d.at("new/unfinished"));
  std::ofstream(d.at("new/unfinished/data.mdb")) << "half";
  must(restore(d.at("backup"), d.at("new")));
  CHECK(must(verify(d.at("new"))).sound());
}

TEST_CASE("a damaged backup is refused") {
  scratch::directory d;
  fill(*open(d.path()));
  must(backup(d.path(), d.at("backup")));
  const auto file = d.at("backup/data.mdb");
  const auto at = scratch::contents(file).find("quoted");
  REQUIRE(at != std::string::npos);
  scratch::scribble(file, at, "Q");
  const auto refused = restore(d.at("backup"), d.at("new"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::corrupt);
  CHECK(refused.error().detail.find("unit/79") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(d.at("new/data.mdb")));
}

TEST_CASE("tools work beside a node that commits all the time") {
  scratch::directory d;
  fill(*open(d.path()));
  busy_node node(d.path());
  for (int i = 0; i < 20; ++i) {
    CAPTURE(i);
    const auto seen = must(verify(d.path()));
    CAPTURE(seen.damage);
    REQUIRE(seen.sound());
    REQUIRE(lines(d.path()).size() > 12);
    must(backup(d.path(), d.at("copy" + std::to_string(i))));
    REQUIRE(must(verify(d.at("copy" + std::to_string(i)))).sound());
  }
}
