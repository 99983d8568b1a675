#include <loa/report/entity.hpp>

#include <support/bulletins.hpp>
#include <support/entity_rig.hpp>

using namespace loa;
using namespace loa::test;
using namespace std::chrono_literals;
using model::report_state;
using model::report_verb;
using rig_t = rig<report::entity>;

namespace {

const auto ward = unit_path("79.769.26794");
const auto district = unit_path("79.769");
const auto city = unit_path("79");
const std::string code = "79.769.26794-3F0K2M9QXZ7AB";

struct case_file : rig_t {
  explicit case_file(const path& home = ward)
      : rig_t("report/" + home.str() + "/3F0K2M9QXZ7AB"),
        home_(home) {
    model::report_request request;
    request.citizen = "c-1";
    request.category = "ha-tang";
    request.text = "Đèn đường hẻm 12 hỏng ba ngày nay.";
    const report::received first{request, home.str() + "-3F0K2M9QXZ7AB", home, now, {}};
    carry_out([&] {
      decision d;
      d.facts.emplace_back(first);
      return d;
    }());
    wake();
  }
  void wake() {
    for (const auto& e : state().on_wake(context()))
      if (const auto* r = std::get_if<node::remind>(&e)) reminders[r->id] = r->due;
  }
  report::act by_official(report_verb v, const path& unit, std::string note = {}) {
    report::act a;
    a.action.action = v;
    a.action.note = std::move(note);
    a.by = {true, "can.bo", unit};
    return a;
  }
  report::act by_citizen(report_verb v) {
    report::act a;
    a.action.action = v;
    return a;
  }
  model::report does(report_verb v, std::string note = {}) {
    return ask<model::report>(by_official(v, look().responsible, std::move(note)));
  }
  model::report look() { return ask<model::report>(report::get_report{}); }
  path home_;
};

/// How a home counts a report, from the changes that are posted to it.
struct home_count {
  unit::report_standing now;
  template <class D>
  void hear(const D& d) {
    for (const auto& p : effects_of<node::post>(d)) {
      const auto* c = p.message.template get<unit::report_changed>();
      if (!c) continue;
      CHECK(p.before_reply);
      CHECK(c->before == now);
      now = c->after;
    }
  }
};

} // namespace

TEST_CASE("a report that does not exist is not found and has no clock") {
  rig_t r("report/79/XXXXXXXXXXXXX");
  CHECK(r.refused(report::get_report{}).code == errc::not_found);
  CHECK(r.refused(report::act{}).code == errc::not_found);
  CHECK(r.state().on_wake(r.context()).empty());
}

TEST_CASE("a code names its report, and what is no code does not") {
  CHECK(report::name_of(code)->str() == "report/79.769.26794/3F0K2M9QXZ7AB");
  CHECK_FALSE(report::name_of("79.769.26794"));
  CHECK_FALSE(report::name_of("79.769.26794-abc"));
  CHECK_FALSE(report::name_of(""));
}

TEST_CASE("a report goes from reception to a rated answer") {
  case_file c;
  CHECK(c.look().due == c.now + 5min);
  c.does(report_verb::classify);
  CHECK(c.look().due == c.now + 1h);
  auto assign = c.by_official(report_verb::assign, ward);
  assign.action.shared_with = {unit_path("79.769.26797")};
  CHECK(c.ask<model::report>(assign).due == c.now + std::chrono::days(15));
  c.does(report_verb::assign);
  CHECK(c.look().due == c.now + std::chrono::days(10));
  c.does(report_verb::start);
  const auto answered = c.does(report_verb::answer, "Đã thay bóng đèn sáng nay.");
  CHECK(answered.answer == "Đã thay bóng đèn sáng nay.");
  CHECK_FALSE(answered.due);
  auto rate = c.by_citizen(report_verb::rate);
  rate.action.rating = 5;
  CHECK(c.ask<model::report>(rate).rating == 5);
  CHECK(c.look().history.size() == 7);
  CHECK(c.look().history.back().by == "citizen");
  CHECK(c.look().history[1].by == ward.str());
  c.check_lasting();
}

TEST_CASE("an answered report closes by itself when nobody minds") {
  case_file c;
  c.does(report_verb::classify);
  c.does(report_verb::assign);
  c.does(report_verb::answer, "Xong.");
  c.advance(std::chrono::days(14));
  CHECK(c.look().state == report_state::answered);
  c.advance(std::chrono::days(2));
  CHECK(c.look().state == report_state::closed);
  CHECK(c.reminders.empty());
}

TEST_CASE("each deadline that passes makes the unit above responsible") {
  case_file c;
  home_count home;
  const auto hear = [&](const auto& d) { home.hear(d); };
  c.advance(4min + 59s, hear);
  CHECK(c.look().state == report_state::received);
  c.advance(1s, hear);
  CHECK(c.look().state == report_state::escalated);
  CHECK(c.look().responsible == district);
  CHECK(c.look().due == c.now + 1h);
  CHECK(home.now.overdue);
  c.advance(1h, hear);
  CHECK(c.look().responsible == city);
  SECTION("until there is none above, where it stays and counts as overdue") {
    c.advance(std::chrono::days(30), hear);
    CHECK(c.look().responsible == city);
    CHECK(home.now == unit::report_standing{false, true, {}});
    CHECK(c.reminders.empty());
    CHECK(c.state().on_wake(c.context()).empty());
  }
  SECTION("and whoever is responsible ends it") {
    home.hear(c.tell(c.by_official(report_verb::answer, city, "Đã chuyển công an.")));
    CHECK(home.now == unit::report_standing{true, false, {}});
  }
  c.check_lasting();
}

TEST_CASE("a clock of ten days runs out for who is slow to answer") {
  case_file c;
  c.does(report_verb::classify);
  c.does(report_verb::assign);
  c.does(report_verb::start);
  c.advance(std::chrono::days(10) - 1ms);
  CHECK(c.look().responsible == ward);
  c.advance(1ms);
  CHECK(c.look().responsible == district);
}

TEST_CASE("the old and the new unit hear who is responsible") {
  case_file c;
  c.now += 5min;
  const auto d = c.remind("clock");
  const auto heard = posts_of<unit::responsibility>(d);
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].first.str() == "unit/79.769.26794");
  CHECK(heard[1].first.str() == "unit/79.769");
  CHECK(heard[0].second.responsible == district);
  for (const auto& p : effects_of<node::post>(d))
    CHECK(p.before_reply == (p.to.str() == "unit/79.769.26794"));
}

TEST_CASE("a unit that is not responsible any more may not act, one above may") {
  case_file c;
  c.advance(5min);
  CHECK(c.refused(c.by_official(report_verb::classify, ward)).code == errc::forbidden);
  CHECK(c.refused(c.by_official(report_verb::classify, unit_path("79.770"))).code ==
        errc::forbidden);
  CHECK(c.tell(c.by_official(report_verb::classify, city)).facts.size() == 1);
}

TEST_CASE("a citizen may reopen once and rate, and nothing else") {
  case_file c;
  for (const auto v : {report_verb::classify, report_verb::answer, report_verb::close,
                       report_verb::escalate, report_verb::reject})
    CHECK(c.refused(c.by_citizen(v)).code == errc::forbidden);
  CHECK(c.refused(c.by_official(report_verb::reopen, ward)).code == errc::forbidden);
  CHECK(c.refused(c.by_citizen(report_verb::reopen)).code == errc::conflict);
  c.does(report_verb::reject, "Trùng với phản ánh khác.");
  home_count home{{true, false, {}}};
  home.hear(c.tell(c.by_citizen(report_verb::reopen)));
  CHECK(home.now == unit::report_standing{});
  CHECK(c.look().due == c.now + 5min);
  c.does(report_verb::reject, "Đã xem lại, vẫn trùng.");
  CHECK(c.refused(c.by_citizen(report_verb::reopen)).code == errc::conflict);
}

TEST_CASE("a report cannot be given to a unit of another hierarchy") {
  case_file c;
  c.does(report_verb::classify);
  auto a = c.by_official(report_verb::assign, ward);
  a.action.to = unit_path("01.001");
  CHECK(c.refused(a).code == errc::rule);
  a.action.to = unit_path("79.770");
  CHECK(c.ask<model::report>(a).responsible == unit_path("79.770"));
}

TEST_CASE("a clock that goes off early is set again and does nothing else") {
  case_file c;
  const auto due = c.now + 5min;
  c.now += 4min;
  const auto d = c.remind("clock");
  CHECK(d.facts.empty());
  CHECK(c.reminders.at("clock") == due);
}

TEST_CASE("whatever is done to a report, one unit answers for it and its home counts it right") {
  const auto seed = GENERATE(range(1, 61));
  seeded_random dice(static_cast<std::uint64_t>(seed));
  case_file c;
  home_count home;
  std::map<std::string, int> holders{{ward.str(), 1}};
  const auto hear = [&](const auto& d) {
    home.hear(d);
    for (const auto& [to, m] : posts_of<unit::responsibility>(d))
      holders[std::string(to.home_text())] = m.responsible == to.home();
  };
  for (int n = 0; n < 150; ++n) {
    if (dice.chance(0.2)) {
      c.advance(duration(1min) * static_cast<int>(dice.below(5000)), hear);
    } else {
      report::act a;
      a.action.action = static_cast<report_verb>(dice.below(9));
      a.action.note = dice.chance(0.7) ? "ghi chú" : "";
      if (dice.chance(0.2)) a.action.to = std::vector{ward, district, city}[dice.below(3)];
      if (dice.chance(0.5)) a.action.rating = static_cast<int>(dice.below(7));
      a.by = {dice.chance(0.7), "can.bo", std::vector{ward, district, city}[dice.below(3)]};
      hear(c.tell(a));
    }
    if (dice.chance(0.1)) {
      c.restart();
      c.wake();
    }
    const auto r = c.look();
    const bool processed = model::is_processed(r.state);
    REQUIRE(home.now.processed == processed);
    REQUIRE((!home.now.overdue || !processed));
    REQUIRE(home.now.rating == r.rating);
    REQUIRE_FALSE(r.responsible.empty());
    REQUIRE(city.contains(r.responsible));
    for (const auto& [unit, holds] : holders)
      REQUIRE(holds == (!processed && unit == r.responsible.str() ? 1 : 0));
    if (!processed) REQUIRE((r.due || r.responsible == city));
    REQUIRE(r.times_reopened <= 1);
    REQUIRE(r.history.size() <= model::report_limits::history);
  }
  c.check_lasting();
}
