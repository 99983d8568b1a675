#include <loa/store/entity_log.hpp>
#include <loa/store/memory_journal.hpp>
#include <loa/store/tenure.hpp>
#include <loa/store/writer.hpp>

#include <unit/store/scratch.hpp>

// What a journal takes for units that its node has released and adopted.

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

path at(std::string_view text) {
  return must(path::parse(text));
}
name called(std::string_view text) {
  return must(name::parse(text));
}

operation gone(std::string_view prefix, std::uint64_t epoch, std::vector<path> without = {}) {
  return noting(released{at(prefix), epoch, "city", 7, 1, std::move(without), {}});
}
operation come(std::string_view prefix, std::uint64_t epoch) {
  return adopting({at(prefix), epoch}, {}).front();
}

/// A journal with a writer, and what became of what was submitted.
struct desk {
  memory_journal journal;
  std::unique_ptr<stepped_writer> to = std::make_unique<stepped_writer>(journal);

  std::shared_ptr<result<void>> submit(transaction t, const name* whose,
                                       urgency lane = urgency::ordinary) {
    auto became = std::make_shared<result<void>>(error{errc::timeout, "Not settled.", {}});
    to->submit({lane, whose ? std::hash<name>{}(*whose) : 0, to->generation(), std::move(t),
                [became](const result<void>& r) { *became = r; }, whose});
    return became;
  }
  std::shared_ptr<result<void>> fact(std::string_view who, std::uint64_t number = 1,
                                     urgency lane = urgency::ordinary) {
    const auto whose = called(who);
    return submit({operation::put(table::facts, fact_key(whose, number), "fact")}, &whose, lane);
  }
  /// Whether a fact of it gets into the journal.
  bool takes(std::string_view who) {
    const auto became = fact(who);
    to->run();
    if (!*became) CHECK(became->error().code == errc::unavailable);
    const auto there = must(journal.get(table::facts, fact_key(called(who), 1))).has_value();
    CHECK(there == became->has_value());
    must(commit(journal, {operation::erase(table::facts, fact_key(called(who), 1))}));
    return there;
  }
  void note(operation o) {
    const auto became = submit({std::move(o)}, nullptr);
    to->run();
    must(*became);
  }
  void restart() { to = std::make_unique<stepped_writer>(journal); }
};

} // namespace

TEST_CASE("the journal refuses a fact under a released prefix, now and after a restart") {
  desk d;
  CHECK(d.takes("unit/79.769"));
  d.note(gone("79.769", 2));
  for (int life = 0; life < 2; ++life) {
    CHECK_FALSE(d.takes("unit/79.769"));
    CHECK_FALSE(d.takes("device/79.769.1/spk"));
    CHECK(d.takes("unit/79"));
    CHECK(d.takes("unit/79.7"));
    CHECK(d.fact("unit/79.769")->error().detail.find("\"city\"") != std::string::npos);
    d.restart();
  }
}

TEST_CASE("the writer with a thread refuses a fact under a released prefix as well") {
  memory_journal journal;
  must(commit(journal, {gone("79.769", 2)}));
  threaded_writer to(journal);
  const auto whose = called("unit/79.769");
  std::optional<errc> became;
  to.submit({urgency::emergency,
             1,
             0,
             {operation::put(table::facts, fact_key(whose, 1), "fact")},
             [&](const result<void>& r) { became = r.error().code; },
             &whose});
  CHECK(became == errc::unavailable); // at once: nothing was decided on top
  CHECK_FALSE(must(journal.get(table::facts, fact_key(whose, 1))));
}

TEST_CASE("what came before a release is written before it, and what comes after it never is") {
  desk d;
  const auto before = d.fact("unit/79.769", 1);
  const auto release = d.submit({gone("79.769", 2)}, nullptr);
  const auto after = d.fact("unit/79.769", 2, urgency::emergency); // would overtake it
  CHECK(after->error().code == errc::unavailable);
  d.to->run();
  CHECK(*before);
  CHECK(*release);
  CHECK_FALSE(must(d.journal.get(table::facts, fact_key(called("unit/79.769"), 2))));
}

TEST_CASE("a release that is lost with its commit has released nothing") {
  desk d;
  d.journal.set_capacity(0);
  const auto release = d.submit({gone("79.769", 2)}, nullptr);
  CHECK_FALSE(*d.fact("unit/79.769"));
  d.to->run();
  REQUIRE_FALSE(*release);
  d.journal.set_capacity(~std::uint64_t{0});
  CHECK(d.takes("unit/79.769"));
}

TEST_CASE(
    "an adoption in the epoch of the release or a later one opens the units, no earlier one") {
  desk d;
  d.note(come("79.769", 4));
  d.note(gone("79.769", 5));
  CHECK_FALSE(d.takes("unit/79.769.1"));
  d.note(come("79.769", 4));
  CHECK_FALSE(d.takes("unit/79.769.1"));
  SECTION("by the same prefix") {
    d.note(come("79.769", 5));
  }
  SECTION("by one above, into which it was merged") {
    d.note(come("79", 6));
  }
  SECTION("by the part below that came back alone") {
    d.note(come("79.769.1", 6));
    CHECK_FALSE(d.takes("unit/79.769.2"));
  }
  CHECK(d.takes("unit/79.769.1"));
  d.restart();
  CHECK(d.takes("unit/79.769.1"));
}

TEST_CASE("units below a released prefix that did not go with it go on") {
  desk d;
  d.note(gone("79.769", 2, {at("79.769.1")}));
  CHECK(d.takes("unit/79.769.1"));
  CHECK(d.takes("device/79.769.1.3/spk"));
  CHECK_FALSE(d.takes("unit/79.769.11"));
}

TEST_CASE(
    "what the node itself does with units that are released it may: they are erased, or come") {
  desk d;
  d.note(gone("79.769", 2));
  const auto key = fact_key(called("unit/79.769"), 1);
  d.note(operation::put(table::facts, key, "copied"));
  CHECK(must(d.journal.get(table::facts, key)));
  d.note(operation::erase(table::facts, key));
  CHECK_FALSE(must(d.journal.get(table::facts, key)));
}
