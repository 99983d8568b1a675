#include "unit_rig.hpp"

#include <loa/protocol/report_facts.hpp>

using namespace loa;
using namespace loa::test;
using namespace std::chrono_literals;

namespace {

model::report_request a_request() {
  model::report_request r;
  r.citizen = "c-1";
  r.category = "ha-tang";
  r.text = "Nắp cống vỡ trước số nhà 15.";
  return r;
}

std::string code_of(const path& unit, std::uint64_t n) {
  return unit.str() + "-" + local_id(n);
}

void check_sums(unit_rig& u) {
  const auto r = u.figures().reports;
  REQUIRE(r.received == r.processed + r.in_progress);
  REQUIRE(r.overdue <= r.in_progress);
  REQUIRE(r.satisfied <= r.rated);
}

} // namespace

TEST_CASE("a report is counted and founded in one decision, and its code names it") {
  unit_rig u;
  const auto code = code_of(u.home_, 1);
  const auto d = u.tell(unit::submit_report{a_request(), code});
  CHECK(d.reply.get<unit::submitted>()->due == u.now + 5min);
  const auto founded = effects_of<node::found>(d);
  REQUIRE(founded.size() == 1);
  CHECK(founded[0].who == *report::name_of(code));
  const auto first = wire::decode_record<report::fact>(founded[0].first_fact);
  REQUIRE(first);
  const auto& received = std::get<report::received>(*first);
  CHECK(received.request == a_request());
  CHECK(received.code == code);
  CHECK(received.unit == u.home_);
  CHECK(received.clocks == u.settings.clocks);
  CHECK(u.figures().reports.received == 1);
  CHECK(u.figures().reports.in_progress == 1);
  CHECK(u.refused(unit::submit_report{a_request(), code_of(unit_path("79"), 1)}).code ==
        errc::rule);
  CHECK(u.refused(unit::submit_report{a_request(), "79.769-x"}).code == errc::rule);
  u.check_lasting();
}

TEST_CASE("a report is founded with its first clock, and nobody writes to it") {
  unit_rig u;
  u.settings.clocks.classify = 7min;
  u.tell(u.settings);
  const auto d = u.tell(unit::submit_report{a_request(), code_of(u.home_, 1)});
  const auto founded = effects_of<node::found>(d);
  REQUIRE(founded.size() == 1);
  REQUIRE(founded[0].reminders.size() == 1);
  CHECK(founded[0].reminders[0].id == report::clock_id);
  CHECK(founded[0].reminders[0].due == u.now + 7min);
  CHECK(d.effects.size() == 1);
  CHECK(u.reminders.empty());
}

TEST_CASE("the report after 20 000 others is founded as they were, and the unit stays small") {
  unit_rig u;
  const auto founded = [&](std::uint64_t n) {
    return u.tell(unit::submit_report{a_request(), code_of(u.home_, n)});
  };
  for (std::uint64_t n = 1; n <= unit::limits::work_list; ++n) founded(n);
  const auto full = wire::to_cbor(u.state()).size();
  for (std::uint64_t n = unit::limits::work_list + 1; n <= 20'000; ++n) founded(n);
  const auto d = founded(20'001);
  CHECK(d.effects.size() == 1);
  CHECK(effects_of<node::found>(d).at(0).reminders.size() == 1);
  CHECK(u.figures().reports.received == 20'001);
  CHECK(wire::to_cbor(u.state()).size() < full + 64);
  u.check_lasting();
}

TEST_CASE("a change of standing moves a report from one figure to the other") {
  unit_rig u;
  const auto code = code_of(u.home_, 1);
  u.tell(unit::submit_report{a_request(), code});
  const auto received = u.now;
  u.now += 3h;
  u.tell(unit::report_changed{code, received, {}, {false, true, {}}});
  CHECK(u.figures().reports == model::report_counts{1, 0, 1, 1, 0, 0});
  u.tell(unit::report_changed{code, received, {false, true, {}}, {true, false, {}}});
  u.tell(unit::report_changed{code, received, {true, false, {}}, {true, false, 4}});
  CHECK(u.figures().reports == model::report_counts{1, 1, 0, 0, 1, 1});
  u.tell(unit::report_changed{code, received, {true, false, 4}, {}});
  CHECK(u.figures().reports == model::report_counts{1, 0, 1, 0, 0, 0});
  CHECK(u.figures(received + 1h).reports.received == 0);
  CHECK(u.figures(received, received + 1s).reports.received == 1);
  CHECK(u.figures({}, received).reports.received == 0);
}

TEST_CASE("the work list holds what this unit answers for, from here or from below") {
  unit_rig u;
  const auto own = code_of(u.home_, 1);
  const auto lower = "79.769.26794-" + local_id(2);
  u.tell(unit::submit_report{a_request(), own});
  u.tell(unit::responsibility{lower, u.home_, u.now + 1h});
  u.tell(unit::responsibility{lower, u.home_, u.now + 1h});
  auto list = u.ask<unit::report_list>(unit::list_reports{});
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[0].code == own);
  u.tell(unit::responsibility{own, unit_path("79"), {}});
  u.tell(unit::responsibility{lower, {}, {}});
  CHECK(u.ask<unit::report_list>(unit::list_reports{}).items.empty());
  for (std::uint64_t n = 10; n < 10 + unit::limits::work_list + 7; ++n)
    u.tell(unit::submit_report{a_request(), code_of(u.home_, n)});
  list = u.ask<unit::report_list>(unit::list_reports{10'000});
  CHECK(list.items.size() == unit::limits::work_list);
  CHECK(list.more == 7);
  CHECK(u.ask<unit::report_list>(unit::list_reports{3}).more == unit::limits::work_list + 4);
  u.check_lasting();
}

TEST_CASE("at every instant a unit has received what is processed and what is in progress") {
  const auto seed = GENERATE(range(1, 41));
  seeded_random dice(static_cast<std::uint64_t>(seed));
  unit_rig u;
  struct one {
    std::string code;
    instant received;
    unit::report_standing now;
  };
  std::vector<one> all;
  model::report_counts expected;
  for (int n = 0; n < 400; ++n) {
    if (all.empty() || dice.chance(0.4)) {
      all.push_back({code_of(u.home_, all.size() + 1), u.now, {}});
      u.tell(unit::submit_report{a_request(), all.back().code});
    } else {
      auto& r = all[dice.below(all.size())];
      unit::report_standing next{dice.chance(0.5), false, {}};
      next.overdue = !next.processed && dice.chance(0.5);
      if (next.processed && dice.chance(0.5)) next.rating = static_cast<int>(1 + dice.below(5));
      u.tell(unit::report_changed{r.code, r.received, r.now, next});
      r.now = next;
    }
    if (dice.chance(0.3)) u.advance(duration(1min) * static_cast<int>(dice.below(3000)));
    if (dice.chance(0.05)) u.restart();
    check_sums(u);
    expected = {};
    for (const auto& r : all) {
      ++expected.received;
      r.now.processed ? ++expected.processed : ++expected.in_progress;
      expected.overdue += r.now.overdue ? 1 : 0;
      expected.rated += r.now.rating ? 1 : 0;
      expected.satisfied += r.now.rating.value_or(0) >= 4 ? 1 : 0;
    }
    REQUIRE(u.figures().reports == expected);
    // Neighbouring periods share nothing and leave nothing out.
    const auto middle = u.now - duration(1min) * static_cast<int>(dice.below(50'000));
    const auto cut = std::chrono::floor<std::chrono::seconds>(middle);
    auto halves = u.figures({}, cut).reports;
    halves += u.figures(cut, {}).reports;
    REQUIRE(halves == expected);
  }
  u.check_lasting();
}
