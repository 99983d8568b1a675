#include "gateway_fixture.hpp"

#include <set>

namespace loa::http::test {

namespace {

/// Who may do what, said a second time and in the other direction: for each role its calls.
const std::map<role, std::set<call>> rights{
    {role::citizen,
     {call::read_unit, call::list_bulletins, call::read_alert, call::read_delivery,
      call::post_report, call::read_report, call::rate_report, call::follow_as_citizen}},
    {role::device,
     {call::read_unit, call::list_bulletins, call::read_alert, call::read_delivery,
      call::follow_as_device}},
    {role::editor,
     {call::publish_alert, call::publish_bulletin, call::read_unit, call::list_bulletins,
      call::read_alert, call::read_delivery, call::read_missing, call::list_devices,
      call::post_report, call::read_report, call::read_personal, call::work_on_report,
      call::read_effectiveness}},
    {role::approver,
     {call::publish_alert, call::publish_bulletin, call::read_unit, call::list_bulletins,
      call::read_alert, call::read_delivery, call::read_missing, call::list_devices,
      call::post_report, call::read_report, call::read_personal, call::handle_report,
      call::work_on_report, call::read_effectiveness}},
    {role::dispatcher,
     {call::publish_alert, call::publish_bulletin, call::read_unit, call::list_bulletins,
      call::read_alert, call::read_delivery, call::read_missing, call::list_devices,
      call::post_report, call::read_report, call::read_personal, call::handle_report,
      call::work_on_report, call::read_effectiveness}},
    {role::administrator,
     {call::publish_alert, call::publish_bulletin, call::read_unit, call::list_bulletins,
      call::read_alert, call::read_delivery, call::read_missing, call::change_device,
      call::list_devices, call::post_report, call::read_report, call::read_personal,
      call::handle_report, call::work_on_report, call::read_effectiveness, call::move_units}}};

const std::set<call> without_token{call::post_report, call::read_report, call::rate_report,
                                   call::follow_as_citizen};

caller with(role r, std::string_view where) {
  return {claims{"t", "", r, unit(where), {}, {}}, false};
}

} // namespace

TEST_CASE("each role may do what its row says and nothing else") {
  for (const auto& [who, role_name] : wire::enum_names<role>)
    for (const auto& [what, call_name] : wire::enum_names<call>) {
      INFO(role_name << " " << call_name);
      CHECK(may(who, what) == rights.at(who).contains(what));
    }
  CHECK(wire::enum_names<call>.size() == static_cast<std::size_t>(call::count_));
}

TEST_CASE("a right reaches down its unit's subtree and nowhere else") {
  for (const auto& [who, calls] : rights)
    for (const auto what : calls) {
      CHECK(with(who, "79.769").check(what, unit("79.769")));
      CHECK(with(who, "79.769").check(what, unit("79.769.26794")));
      for (const auto* outside : {"79", "79.760", "79.7690", "79.76", "1"}) {
        const auto refused = with(who, "79.769").check(what, unit(outside));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::forbidden);
      }
    }
}

TEST_CASE("without a token only a citizen's calls are open, and only where the node says so") {
  for (const auto& [what, call_name] : wire::enum_names<call>) {
    INFO(call_name);
    const auto closed = caller{}.check(what, unit("79"));
    REQUIRE_FALSE(closed);
    CHECK(closed.error().code == errc::unauthenticated);
    CHECK(caller{std::nullopt, true}.allowed(what, unit("79")) == without_token.contains(what));
  }
}

TEST_CASE("only people in office are officials, of their own subtree") {
  for (const auto& [who, role_name] : wire::enum_names<role>) {
    const bool office = who != role::citizen && who != role::device;
    CHECK(is_official(who) == office);
    CHECK(with(who, "79").official_of(unit("79.769")) == office);
    CHECK_FALSE(with(who, "79.769").official_of(unit("79")));
  }
}

} // namespace loa::http::test
