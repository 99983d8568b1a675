#include <loa/protocol/report_facts.hpp>
#include <loa/report/entity.hpp>

#include <unit/unit/unit_rig.hpp>

// What a unit founds a report with, and what the report makes of it.

using namespace loa;
using namespace loa::test;

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

} // namespace

TEST_CASE("the clock that a report is founded with is the one that it would set itself") {
  unit_rig u;
  const auto code = code_of(u.home_, 1);
  const auto d = u.tell(unit::submit_report{a_request(), code});
  const auto founded = effects_of<node::found>(d).at(0);
  rig<report::entity> r(founded.who.str());
  r.now = u.now;
  node::decision<report::fact> first;
  first.facts.push_back(*wire::decode_record<report::fact>(founded.first_fact));
  r.carry_out(std::move(first));
  const auto woken = r.state().on_wake(r.context());
  REQUIRE(woken.size() == 1);
  CHECK(std::get<node::remind>(woken[0]).id == founded.reminders[0].id);
  CHECK(std::get<node::remind>(woken[0]).due == founded.reminders[0].due);
}
