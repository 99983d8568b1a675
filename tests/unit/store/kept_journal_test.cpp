#include <loa/store/lmdb_journal.hpp>
#include <loa/store/tools.hpp>
#include <loa/wire/record.hpp>

#include <loa_source_dir.hpp>
#include <unit/store/scratch.hpp>

using namespace loa;
using namespace loa::store;
using scratch::must;

// Journals of every format that was ever released lie in tests/data/journal, each with its dump
// beside it, and are read for ever. They are never written anew; a new format adds a directory.

namespace {

const std::string kept = LOA_SOURCE_DIR "/tests/data/journal/v1";

struct founded {
  static constexpr wire::type_tag tag{"loa.kept.founded", 1};
  std::string title;
  std::optional<instant> at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("title", self.title);
    f.optional("at", self.at);
  }
};

/// A copy that may be written to.
struct copy {
  copy() { std::filesystem::copy_file(kept + "/data.mdb", directory.at("data.mdb")); }
  scratch::directory directory;
};

std::string dumped(const std::string& directory) {
  std::string text;
  must(dump(directory, {}, [&](std::string_view line) {
    text.append(line).push_back('\n');
    return true;
  }));
  return text;
}

} // namespace

TEST_CASE("a journal of format 1 is read as it was written") {
  copy c;
  CHECK(must(verify(c.directory.path())).sound());
  CHECK(dumped(c.directory.path()) == scratch::contents(kept + "/dump.jsonl"));
}

TEST_CASE("a node starts on a journal of format 1 and finds its entities") {
  copy c;
  const auto j =
      must(open_lmdb({.directory = c.directory.path(), .sync = false, .disk_reserve = 0}));
  const auto identity = must(read_identity(*j));
  CHECK(identity.format == 1);
  CHECK(identity.starts == 2);

  const auto city = must(load_entity(*j, must(name::parse("unit/79"))));
  REQUIRE(city.facts.size() == 2);
  const auto first = must(wire::decode_record<std::variant<founded>>(city.facts[0]));
  CHECK(std::get<founded>(first).title == "Thành phố Hồ Chí Minh");

  const auto ward = must(load_entity(*j, must(name::parse("unit/79.769.26794"))));
  CHECK(ward.last_seq == 301);
  REQUIRE(ward.state);
  CHECK(ward.state->seq == 300);

  const auto feed = must(j->scan(table::feed, "", end_of_table, 100));
  REQUIRE(feed.size() == 3);
  CHECK(feed.back().value.size() > 9000);
  CHECK(must(j->get(table::answers, answer_key(must(name::parse("unit/79")), "first"))));
  CHECK(must(j->scan(table::reminders, "", reminders_before(from_millis(1'756'677'600'001)).to, 9))
            .size() == 1);
}

// Wrote the files of format 1, once: test_store "[write-format-1]" with LOA_KEEP=<a new directory>.
TEST_CASE("a journal of format 1 is written", "[.][write-format-1]") {
  const auto* target = std::getenv("LOA_KEEP");
  REQUIRE(target != nullptr);
  scratch::directory d;
  const auto city = must(name::parse("unit/79"));
  const auto ward = must(name::parse("unit/79.769.26794"));
  const auto record = [](std::string title) {
    return wire::encode_record(founded{std::move(title), from_millis(1'756'677'600'000)});
  };
  {
    const auto j = must(open_lmdb({.directory = d.path(), .disk_reserve = 0}));
    must(commit(
        *j, {operation::put(table::facts, fact_key(city, 1), record("Thành phố Hồ Chí Minh")),
             operation::put(table::facts, fact_key(city, 2), record("")),
             operation::put(table::facts, fact_key(ward, 301), record("Phường")),
             operation::put(table::snapshots, snapshot_key(ward),
                            encode_snapshot({300, record("state")})),
             operation::put(table::feed, feed_key(ward, 7), record("entry")),
             operation::put(table::feed, feed_key(ward, 8), record("next")),
             operation::put(table::feed, feed_key(ward, 9), record(std::string(9000, 'x'))),
             operation::put(table::reminders,
                            reminder_key(from_millis(1'756'677'600'000), ward, "1"), record("due")),
             operation::put(table::answers, answer_key(city, "first"), record("yes"))}));
  }
  must(backup(d.path(), target));
  std::ofstream(std::string(target) + "/dump.jsonl", std::ios::binary) << dumped(target);
}
