#include "support.hpp"

#include <loa/model/bulletin.hpp>
#include <loa/model/report_rules.hpp>
#include <loa/wire/record.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace loa;
using namespace loa::model;
using namespace loa::model::test;
using namespace std::chrono_literals;

namespace {

const instant start = from_millis(1'800'000'000'000);
const report_clocks clocks;

report fresh() {
  report_request q;
  q.citizen = "c-1";
  q.category = "flood";
  q.text = "Ngập";
  q.where = location{10.8, 106.7};
  q.attachments = {{"a.jpg", "image/jpeg", {"\xff\xd8"}}};
  return receive(q, "79.769.26794-3F0K2M9QXZ7AB", unit("79.769.26794"), start, clocks);
}

report_action act(report_verb v) {
  report_action a;
  a.action = v;
  if (v == report_verb::answer || v == report_verb::reject) a.note = "Đã xử lý";
  if (v == report_verb::rate) a.rating = 5;
  return a;
}

report_party party_of(report_verb v) {
  return v == report_verb::reopen || v == report_verb::rate ? report_party::citizen
                                                            : report_party::official;
}

/// Carries an action out that must be possible.
void carry_out(report& r, const report_action& a, instant now = start) {
  const auto step = plan(r, a, party_of(a.action));
  INFO((step ? std::string() : step.error().to_string()));
  REQUIRE(step);
  apply(r, *step, now, "79.769", clocks);
}

void carry_out(report& r, report_verb v, instant now = start) {
  carry_out(r, act(v), now);
}

report answered() {
  auto r = fresh();
  carry_out(r, report_verb::classify);
  carry_out(r, report_verb::assign);
  carry_out(r, report_verb::start);
  carry_out(r, report_verb::answer);
  return r;
}

errc refusal(const report& r, const report_action& a, report_party who) {
  const auto step = plan(r, a, who);
  REQUIRE_FALSE(step);
  return step.error().code;
}

const std::string request =
    R"({"citizen":"c-1","category":"flood","text":"Ngập ở hẻm 12","location":{"lat":10.8,"lon":106.7}})";

std::pair<errc, std::string> body_refusal(const std::string& body) {
  const std::string known[] = {"flood", "noise"};
  const auto r = read_report_request(body, known);
  REQUIRE_FALSE(r);
  return {r.error().code, r.error().pointer};
}

std::pair<errc, std::string> action_refusal(const std::string& body) {
  const auto a = read_report_action(body);
  REQUIRE_FALSE(a);
  return {a.error().code, a.error().pointer};
}

using refused = std::pair<errc, std::string>;

} // namespace

TEST_CASE("a report goes from reception to an answer that its citizen rates") {
  auto r = fresh();
  CHECK(r.state == report_state::received);
  CHECK(r.responsible == r.unit);
  carry_out(r, report_verb::classify);
  auto assign = act(report_verb::assign);
  assign.to = unit("79.769");
  carry_out(r, assign);
  CHECK(r.responsible == unit("79.769"));
  CHECK(r.unit == unit("79.769.26794"));
  carry_out(r, report_verb::start);
  carry_out(r, report_verb::answer);
  CHECK(r.answer == "Đã xử lý");
  CHECK(is_processed(r.state));
  CHECK_FALSE(r.due);
  carry_out(r, report_verb::rate);
  CHECK(r.rating == 5);
  CHECK(r.state == report_state::answered);
  carry_out(r, report_verb::close);
  CHECK(r.state == report_state::closed);
  CHECK(r.history.size() == 7);
}

TEST_CASE("every pair of state and action is either in the table or refused as a conflict") {
  std::size_t possible = 0;
  for (const auto& [state, state_name] : wire::enum_names<report_state>)
    for (const auto& [verb, verb_name] : wire::enum_names<report_verb>) {
      auto r = fresh();
      r.state = state;
      INFO(state_name << " " << verb_name);
      if (next_state(state, verb)) {
        ++possible;
        const auto step = plan(r, act(verb), party_of(verb));
        REQUIRE(step);
        CHECK(step->state == *next_state(state, verb));
      } else {
        CHECK(refusal(r, act(verb), party_of(verb)) == errc::conflict);
      }
    }
  CHECK(possible == 32);
}

TEST_CASE("every state can be left, or is counted as processed") {
  for (const auto& [state, name] : wire::enum_names<report_state>) {
    INFO(name);
    const bool can_end = next_state(state, report_verb::reject).has_value();
    CHECK(can_end != is_processed(state));
  }
}

TEST_CASE("citizens rate and reopen, officials do the rest, the system escalates and closes") {
  for (const auto& [verb, name] : wire::enum_names<report_verb>) {
    const bool for_citizens = verb == report_verb::rate || verb == report_verb::reopen;
    CHECK(may(report_party::citizen, verb) == for_citizens);
    CHECK(may(report_party::official, verb) != for_citizens);
    CHECK(may(report_party::system, verb) ==
          (verb == report_verb::escalate || verb == report_verb::close));
  }
  CHECK(refusal(fresh(), act(report_verb::classify), report_party::citizen) == errc::forbidden);
  CHECK(refusal(answered(), act(report_verb::rate), report_party::official) == errc::forbidden);
}

TEST_CASE("a report is reopened once and no more") {
  auto r = answered();
  carry_out(r, report_verb::rate);
  carry_out(r, report_verb::reopen, start + 24h);
  CHECK(r.state == report_state::reopened);
  CHECK_FALSE(r.rating);
  CHECK(r.due == start + 24h + 5min);
  carry_out(r, report_verb::assign);
  carry_out(r, report_verb::answer);
  CHECK(refusal(r, act(report_verb::reopen), report_party::citizen) == errc::conflict);
}

TEST_CASE("a rating is 1 to 5 and needs an answer") {
  auto rate = act(report_verb::rate);
  CHECK(refusal(fresh(), rate, report_party::citizen) == errc::conflict);
  for (const int wrong : {0, 6, -1}) {
    rate.rating = wrong;
    CHECK(refusal(answered(), rate, report_party::citizen) == errc::rule);
  }
  rate.rating.reset();
  CHECK(refusal(answered(), rate, report_party::citizen) == errc::rule);
}

TEST_CASE("an answer needs a text and a rejection a reason") {
  auto r = fresh();
  auto reject = act(report_verb::reject);
  reject.note.clear();
  CHECK(refusal(r, reject, report_party::official) == errc::rule);
  carry_out(r, report_verb::classify);
  carry_out(r, report_verb::assign);
  auto answer = act(report_verb::answer);
  answer.note.clear();
  CHECK(refusal(r, answer, report_party::official) == errc::rule);
}

TEST_CASE("the clocks run from reception: 5 minutes, 1 hour, 10 days, or 15 where it is shared") {
  auto r = fresh();
  CHECK(r.due == start + 5min);
  carry_out(r, report_verb::classify, start + 4min);
  CHECK(r.due == start + 1h);
  carry_out(r, report_verb::assign, start + 50min);
  CHECK(r.due == start + std::chrono::days(10));
  carry_out(r, report_verb::start, start + 48h);
  CHECK(r.due == start + std::chrono::days(10));
  auto share = act(report_verb::assign);
  share.shared_with = {unit("79.760")};
  carry_out(r, share, start + 49h);
  CHECK(r.due == start + std::chrono::days(15));
}

TEST_CASE("clocks are configurable") {
  report_clocks quick;
  quick.classify = 1s;
  CHECK(due_at(fresh(), quick) == start + 1s);
}

TEST_CASE("escalation goes one level up, restarts the clock, and ends at the top") {
  auto r = fresh();
  carry_out(r, report_verb::escalate, start + 6min);
  CHECK(r.responsible == unit("79.769"));
  CHECK(r.due == start + 6min + 1h);
  carry_out(r, report_verb::escalate, start + 2h);
  CHECK(r.responsible == unit("79"));
  CHECK(refusal(r, act(report_verb::escalate), report_party::system) == errc::conflict);
  auto sideways = act(report_verb::escalate);
  sideways.to = unit("80");
  CHECK(refusal(r, sideways, report_party::official) == errc::rule);
}

TEST_CASE("a report that will not end stops taking steps") {
  auto r = fresh();
  carry_out(r, report_verb::classify);
  while (r.history.size() < report_limits::history) carry_out(r, report_verb::classify);
  CHECK(refusal(r, act(report_verb::classify), report_party::official) == errc::conflict);
}

TEST_CASE("a redacted report says nothing about its citizen") {
  auto r = answered();
  r.history[0].by = "c-1";
  r.history[0].note = "my number is 090";
  const auto text = wire::to_json(redacted(r));
  for (const auto* secret : {"c-1", "Ngập", "10.8", "a.jpg", "090", "attachments", "location"})
    CHECK(text.find(secret) == std::string::npos);
  const auto json = nlohmann::json::parse(text);
  for (const auto* key : {"code", "unit", "responsible", "state", "category", "history", "answer"})
    CHECK(json.contains(key));
  CHECK(json.at("history").at(0).at("by") == "citizen");
}

TEST_CASE("a report's JSON has the members that clients rely on") {
  const auto json = nlohmann::json::parse(wire::to_json(fresh()));
  CHECK(json.at("code") == "79.769.26794-3F0K2M9QXZ7AB");
  CHECK(json.at("unit") == "79.769.26794");
  CHECK(json.at("responsible") == "79.769.26794");
  CHECK(json.at("state") == "received");
  CHECK(json.at("category") == "flood");
  CHECK(json.at("due") == format_rfc3339(start + 5min));
  CHECK(json.at("history").at(0).at("state") == "received");
  CHECK_FALSE(json.at("history").at(0).contains("note"));
  CHECK_FALSE(json.contains("answer"));
  CHECK_FALSE(json.contains("rating"));
}

TEST_CASE("a report is read from its record as it was written") {
  const auto r = answered();
  const auto again = wire::decode_record<std::variant<report>>(wire::encode_record(r));
  REQUIRE(again);
  CHECK(std::get<report>(*again) == r);
}

TEST_CASE("a code carries its unit and at least 60 random bits") {
  seeded_random random(7);
  const auto code = make_report_code(unit("79.769.26794"), random);
  CHECK(*unit_of(code) == unit("79.769.26794"));
  CHECK((code.size() - unit("79.769.26794").str().size() - 1) * 5 >= 60);
}

TEST_CASE("a good report is read whole") {
  const auto r = read_report_request(request);
  REQUIRE(r);
  CHECK(r->text == "Ngập ở hẻm 12");
  CHECK(r->where == location{10.8, 106.7});
  CHECK(r->kind == report_kind::observation);
}

TEST_CASE("a bad report is refused with the place of the mistake") {
  CHECK(body_refusal("{").first == errc::malformed);
  CHECK(body_refusal(replaced(request, "c-1", "c 1")) == refused(errc::rule, "/citizen"));
  CHECK(body_refusal(replaced(request, "c-1", "")) == refused(errc::rule, "/citizen"));
  CHECK(body_refusal(replaced(request, "\"flood\"", "\"fire\"")) ==
        refused(errc::rule, "/category"));
  CHECK(body_refusal(replaced(request, "Ngập ở hẻm 12", "")) == refused(errc::rule, "/text"));
  CHECK(body_refusal(replaced(request, "Ngập", std::string(16'001, 'x'))) ==
        refused(errc::too_large, "/text"));
  CHECK(body_refusal(replaced(request, "10.8", "106.7")) == refused(errc::rule, "/location"));
  CHECK(body_refusal(replaced(request, "10.8", "\"10.8\"")) ==
        refused(errc::rule, "/location/lat"));
  CHECK(body_refusal(replaced(request, "\"text\"", "\"about\":\"x\",\"text\"")) ==
        refused(errc::rule, "/about"));
  CHECK(body_refusal(replaced(request, "\"text\"", "\"kind\":\"rant\",\"text\"")) ==
        refused(errc::rule, "/kind"));
  CHECK(body_refusal(replaced(request, "\"text\"", "\"admin\":true,\"text\"")) ==
        refused(errc::rule, "/admin"));
  CHECK(body_refusal(std::string(report_request::most_octets + 1, ' ')).first == errc::too_large);
}

TEST_CASE("attachments are limited in number and size and name their type") {
  const auto with = [](const std::string& list) {
    return replaced(request, "\"text\"", "\"attachments\":[" + list + "],\"text\"");
  };
  const std::string one = R"({"name":"a.jpg","type":"image/jpeg","data":"/9g="})";
  CHECK(read_report_request(with(one)));
  CHECK(body_refusal(with(one + "," + one + "," + one + "," + one + "," + one + "," + one)) ==
        refused(errc::too_large, "/attachments"));
  CHECK(body_refusal(with(replaced(one, "image/jpeg", "jpeg"))) ==
        refused(errc::rule, "/attachments/0/type"));
  CHECK(body_refusal(with(replaced(one, "/9g=", "?"))) ==
        refused(errc::rule, "/attachments/0/data"));
  CHECK(body_refusal(with(replaced(one, "/9g=", std::string(720'000, 'A')))) ==
        refused(errc::too_large, "/attachments"));
}

TEST_CASE("an action takes the fields it has a use for and no others") {
  CHECK(read_report_action(R"({"action":"assign","to":"79.760","shared_with":["79.761"]})"));
  CHECK(read_report_action(R"({"action":"classify","category":"noise"})"));
  CHECK(action_refusal(R"({"action":"classify","to":"79"})") == refused(errc::rule, "/to"));
  CHECK(action_refusal(R"({"action":"close","rating":5})") == refused(errc::rule, "/rating"));
  CHECK(action_refusal(R"({"action":"rate"})") == refused(errc::rule, "/rating"));
  CHECK(action_refusal(R"({"action":"rate","rating":6})") == refused(errc::rule, "/rating"));
  CHECK(action_refusal(R"({"action":"answer"})") == refused(errc::rule, "/note"));
  CHECK(action_refusal(R"({"action":"reject","note":""})") == refused(errc::rule, "/note"));
  CHECK(action_refusal(R"({"action":"delete"})") == refused(errc::rule, "/action"));
  CHECK(action_refusal(R"({"action":"assign","to":"7 9"})") == refused(errc::rule, "/to"));
  CHECK(action_refusal(R"({"note":"x"})") == refused(errc::rule, "/action"));
}
