#include "gateway_fixture.hpp"

#include <loa/model/cap.hpp>
#include <loa/protocol/report.hpp>
#include <loa/protocol/unit.hpp>

namespace loa::http::test {

namespace {

constexpr std::string_view json_line = "Content-Type: application/json\r\n";
constexpr std::string_view cap_line = "Content-Type: application/cap+xml\r\n";
constexpr std::string_view code = "79.769.26794-0123456789ABC";
constexpr std::string_view bulletin = "79.769-0123456789AB";

std::string alert_xml(std::string_view identifier = "vn-1", std::string_view extra = {}) {
  return fmt::format(R"(<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{}</identifier><sender>pctt@hcm</sender>
<sent>2025-09-01T04:59:00+07:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>vi-VN</language><category>Met</category><event>Bão</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Observed</certainty><headline>Bão số 5</headline>
<description>Ở yên trong nhà.</description>{}</info></alert>)",
                     identifier, extra);
}

unit::accepted accepted() {
  return {std::string(bulletin), unit("79.769"), 7, {"a warning"}};
}

model::report a_report() {
  model::report r;
  r.code = code;
  r.unit = unit("79.769.26794");
  r.responsible = unit("79.769");
  r.category = "roads";
  r.history = {{parse_rfc3339("2025-09-01T04:00:00+07:00").value(), "citizen", {}, ""}};
  r.citizen = "an";
  r.text = "Số nhà 12";
  return r;
}

} // namespace

TEST_CASE(
    "a CAP alert is accepted with 202 and comes to the unit as an emergency, keyed by the alert") {
  gateway_under_test g;
  g.node.answer_with_value(accepted());
  const auto a = g.call("POST", "/v1/units/79.769/alerts",
                        g.as(role::editor) + std::string(cap_line), alert_xml());
  CHECK(a.status == 202);
  CHECK(
      a.json() ==
      nlohmann::json::parse(
          R"({"id":"79.769-0123456789AB","unit":"79.769","position":7,"warnings":["a warning"]})"));
  const auto [m, command] = g.node.wait_asked<unit::publish_bulletin>();
  CHECK(m.to.str() == "unit/79.769");
  CHECK(m.options.urgency == store::urgency::emergency);
  CHECK(m.options.key.find("pctt@hcm,vn-1,2025-09-01T04:59:00+07:00") != std::string::npos);
  CHECK(command.bulletin.headline.begin()->second == "Bão số 5");
  CHECK(command.bulletin.priority == model::priority::emergency);
  CHECK(command.bulletin.cap->identifier == "vn-1");
}

TEST_CASE("a client's key on an alert is honoured beside the alert's own name") {
  gateway_under_test g;
  g.node.answer_with_value(accepted());
  const auto head = g.as(role::editor) + std::string(cap_line);
  const auto options = [&](std::string_view xml, std::string_view key,
                           std::string_view where = "/v1/units/79.769/alerts") {
    CHECK(g.call("POST", where, fmt::format("{}Idempotency-Key: {}\r\n", head, key), xml).status ==
          202);
    return g.node.next_asked().options;
  };
  const auto first = options(alert_xml("vn-1"), "k");
  CHECK(first.urgency == store::urgency::emergency);
  const auto again = options(alert_xml("vn-1"), "k");
  CHECK(again.key == first.key);
  CHECK(again.content == first.content);
  const auto other = options(alert_xml("vn-2"), "k");
  CHECK(other.key == first.key);
  CHECK(other.content != first.content);
  CHECK(options(alert_xml("vn-1"), "k", "/v1/units/79/alerts").content != first.content);
  CHECK(options(alert_xml("vn-1"), "l").key != first.key);

  g.node.refuse_with({errc::conflict, "This key was used with other content.", {}});
  const auto refused =
      g.call("POST", "/v1/units/79.769/alerts", head + "Idempotency-Key: k\r\n", alert_xml());
  CHECK(refused.status == 409);
  CHECK(refused.json().at("detail") == "This key was used with other content.");
}

TEST_CASE("an alert with the name of another one is told so, whether a key came with it or not") {
  gateway_under_test g;
  const auto head = g.as(role::editor) + std::string(cap_line);
  const auto refused = [&](const std::string& key) {
    const auto a = g.call("POST", "/v1/units/79.769/alerts", head + key, alert_xml());
    CHECK(a.status == 409);
    CHECK(a.json().at("pointer") == "alert/identifier");
    CHECK(a.json().at("detail") ==
          "The alert \"pctt@hcm,vn-1,2025-09-01T04:59:00+07:00\" was accepted before with other "
          "content; send this one with an identifier of its own, or as an Update.");
  };
  g.node.refuse_with({errc::conflict, "This key was used with other content.", {}});
  refused("");
  g.node.refuse_with({errc::conflict, "It was published with other content.", "/identifier"});
  refused("");
  refused("Idempotency-Key: k\r\n");
}

TEST_CASE("an alert that the unit knows under another key is compared with what it is now") {
  gateway_under_test g;
  const auto head = g.as(role::editor) + std::string(cap_line);
  const auto post = [&](const result<wire::value>& known) {
    g.node.answer_with([known](const fake_node::message& m) -> result<wire::value> {
      if (m.what.get<unit::get_bulletin>()) return known;
      return error{errc::conflict, "The id is taken by another bulletin.", "/id"};
    });
    return g.call("POST", "/v1/units/79.769/alerts", head + "Idempotency-Key: k\r\n", alert_xml());
  };
  const auto over = post(error{errc::not_found, "There is no such bulletin.", {}});
  CHECK(over.status == 409);
  CHECK(over.json().at("detail").get<std::string>().find("is over") != std::string::npos);
  const auto sent = g.node.wait_asked<unit::publish_bulletin>().second.bulletin;
  CHECK(g.node.wait_asked<unit::get_bulletin>().second.id == sent.id);
  unit::bulletin_reply r;
  r.bulletin = sent;
  r.position = 7;
  const auto again = post(wire::value::of(r));
  CHECK(again.status == 202);
  CHECK(again.json().at("id") == sent.id);
  CHECK(again.json().at("position") == 7);
  r.bulletin.cap_xml.data += " ";
  const auto other = post(wire::value::of(r));
  CHECK(other.status == 409);
  CHECK(other.json().at("detail").get<std::string>().find("with other content") !=
        std::string::npos);
}

TEST_CASE("a bad alert is refused with the element and the rule, and nothing is published") {
  gateway_under_test g;
  const auto post = [&](std::string_view xml) {
    return g.call("POST", "/v1/units/79/alerts", g.as(role::editor) + std::string(cap_line), xml);
  };
  CHECK(post("<alert>").status == 400);
  auto no_scope = alert_xml();
  no_scope.replace(no_scope.find("<scope>Public</scope>"), 21, "");
  const auto a = post(no_scope);
  CHECK(a.status == 422);
  CHECK(a.json().contains("pointer"));
  CHECK(post("<!DOCTYPE alert []>" + alert_xml().substr(38)).status >= 400);
  CHECK(g.call("POST", "/v1/units/79/alerts", g.as(role::editor) + std::string(json_line),
               alert_xml())
            .status == 415);
  CHECK(g.node.asked() == 0);
}

TEST_CASE("an alert or bulletin that comes again after its end gets the first answer again") {
  gateway_under_test g;
  g.node.answer_with_value(accepted()); // the node knows it by its key
  const auto over =
      alert_xml("vn-1", "")
          .insert(alert_xml().find("<headline>"), "<expires>2025-09-01T04:59:30+07:00</expires>");
  const auto alert = [&] {
    return g.call("POST", "/v1/units/79.769/alerts", g.as(role::editor) + std::string(cap_line),
                  over);
  };
  CHECK(alert().status == 202);
  const auto head = g.as(role::editor) + std::string(json_line) + "Idempotency-Key: k1\r\n";
  const auto post = [&](std::string_view times) {
    return g.call("POST", "/v1/units/79.769/bulletins", head,
                  fmt::format(R"({{"priority":"routine","category":"training",)"
                              R"("headline":{{"vi":"x"}},"text":{{"vi":"y"}},{}}})",
                              times));
  };
  CHECK(post(R"("expires":"2025-09-01T04:00:00+07:00")").status == 202);
  CHECK(post(R"("effective":"2024-09-30T05:00:00+07:00")").status == 202);

  // What is new is judged by the unit, and told in the words of what was posted.
  g.node.refuse_with({errc::rule, "The bulletin expired.", "/expires"});
  CHECK(alert().status == 422);
  CHECK(alert().json().at("pointer") == "alert/info/expires");
  CHECK(post(R"("expires":"2025-09-01T04:00:00+07:00")").json().at("pointer") == "/expires");
}

TEST_CASE("a bulletin is made of its request by whoever the token names") {
  gateway_under_test g;
  g.node.answer_with_value(unit::accepted{std::string(bulletin), unit("79.769"), 8, {}});
  const auto a = g.call(
      "POST", "/v1/units/79.769/bulletins",
      g.as(role::editor, "79", "nguyen.van.a") + std::string(json_line) + "Idempotency-Key: k1\r\n",
      R"({"priority":"routine","category":"training","headline":{"vi":"Tập huấn"},"text":{"vi":"Chiều nay"}})");
  CHECK(a.status == 202);
  CHECK_FALSE(a.json().contains("warnings"));
  const auto [m, command] = g.node.wait_asked<unit::publish_bulletin>();
  CHECK(command.bulletin.author == "nguyen.van.a");
  CHECK(command.bulletin.unit == unit("79.769"));
  CHECK(model::unit_of(command.bulletin.id).value() == unit("79.769"));
  CHECK(m.options.urgency == store::urgency::ordinary);
  CHECK_FALSE(m.options.key.empty());
}

TEST_CASE("a bulletin's mistakes are named by their place in the body") {
  gateway_under_test g;
  const auto post = [&](std::string_view body) {
    return g.call("POST", "/v1/units/79.769/bulletins", g.as(role::editor) + std::string(json_line),
                  body);
  };
  const auto missing = post(R"({"priority":"routine"})");
  CHECK(missing.status == 422);
  CHECK(missing.json().contains("pointer"));
  const auto unknown =
      post(R"({"priority":"loud","category":"training","headline":{"vi":"x"},"text":{"vi":"y"}})");
  CHECK(unknown.status == 422);
  CHECK(unknown.json().at("pointer") == "/priority");
  const auto outside = post(
      R"({"priority":"routine","category":"training","headline":{"vi":"x"},"text":{"vi":"y"},"target":["79.760"]})");
  CHECK(outside.status == 422);
  CHECK(outside.json().at("pointer") == "/target/0");
  CHECK(post("{").status == 400);
  CHECK(post(std::string(100, '[')).status == 400);
  CHECK(post("{\"priority\":\"\xff\"}").status == 400);
  CHECK(g.node.asked() == 0);
}

TEST_CASE("a unit is shown with its node") {
  gateway_under_test g;
  unit::unit_status s;
  s.unit = unit("79.769");
  s.name = "Thủ Đức";
  s.parent = unit("79");
  s.children = {unit("79.769.26794")};
  s.head = 12;
  g.node.answer_with_value(s);
  const auto j = g.call("GET", "/v1/units/79.769", g.as(role::citizen)).json();
  CHECK(j.at("unit") == "79.769");
  CHECK(j.at("name") == "Thủ Đức");
  CHECK(j.at("parent") == "79");
  CHECK(j.at("children").at(0) == "79.769.26794");
  CHECK(j.at("node") == "test-node");
  CHECK(j.at("head") == 12);
}

TEST_CASE("a feed is paged, and its frames are handed on as they are") {
  gateway_under_test g;
  unit::bulletin_page page;
  page.items = {{3, "a", R"({"id":"a","position":3})"}, {5, "b", R"({"id":"b","position":5})"}};
  page.next = 5;
  g.node.answer_with_value(page);
  const auto a = g.call("GET", "/v1/units/79/bulletins?after=2&most=2", g.as(role::device));
  CHECK(
      a.json() ==
      nlohmann::json::parse(
          R"({"unit":"79","bulletins":[{"id":"a","position":3},{"id":"b","position":5}],"next":5})"));
  const auto [m, command] = g.node.wait_asked<unit::list_bulletins>();
  CHECK(command.after == 2);
  CHECK(command.most == 2);
  g.node.answer_with_value(unit::bulletin_page{});
  CHECK(g.call("GET", "/v1/units/79/bulletins", g.as(role::device)).json().at("bulletins").empty());
  for (const auto* query :
       {"after=-1", "after=x", "after=1.5", "most=1001", "after=", "after=99999999999999999999"})
    CHECK(
        g.call("GET", fmt::format("/v1/units/79/bulletins?{}", query), g.as(role::device)).status ==
        400);
}

TEST_CASE("an alert goes out as CAP from below its origin, and only there") {
  gateway_under_test g;
  unit::bulletin_reply r;
  auto& b = r.bulletin;
  b.id = bulletin;
  b.unit = unit("79.769");
  b.target = {unit("79.769.26794")};
  b.channels = {model::channel::app};
  b.priority = model::priority::emergency;
  b.category = model::category::emergency;
  b.headline["vi"] = "Bão";
  b.text["vi"] = "Ở nhà";
  b.sent = b.effective = g.time.now();
  b.expires = b.sent + std::chrono::hours(1);
  g.node.answer_with_value(r);
  const auto get = [&](std::string_view unit_text, std::string_view id = bulletin) {
    return g.call("GET", fmt::format("/v1/units/{}/alerts/{}", unit_text, id), g.as(role::editor));
  };
  const auto a = get("79.769");
  CHECK(a.status == 200);
  CHECK(a.field("content-type").starts_with("application/cap+xml"));
  CHECK(model::cap::read(a.body));
  CHECK(g.node.next_asked().to.str() == "unit/79.769");
  CHECK(get("79.769.26794").status == 200);
  CHECK(g.node.next_asked().to.str() == "unit/79.769"); // the origin has the document
  CHECK(get("79.769.26797").status == 404);             // not meant there
  CHECK(get("79.760").status == 404);
  CHECK(get("79").status == 404);
  CHECK(get("79.769", "nonsense").status == 404);
}

TEST_CASE("the Atom feed lists the emergencies in force") {
  gateway_under_test g;
  unit::bulletin_page page;
  page.items = {
      {1, "79-0123456789AB",
       R"({"id":"79-0123456789AB","priority":"emergency","sent":"2025-09-01T04:00:00+07:00","headline":{"en-US":"Storm","vi-VN":"Bão"}})"}};
  g.node.answer_with_value(page);
  for (const auto* path : {"/v1/units/79/cap.atom", "/v1/units/79/alerts/cap.atom"}) {
    const auto a = g.call("GET", path, g.as(role::citizen));
    CHECK(a.status == 200);
    CHECK(a.field("content-type").starts_with("application/atom+xml"));
    CHECK(a.body.find("/v1/units/79/alerts/79-0123456789AB") != std::string::npos);
    CHECK(g.node.wait_asked<unit::list_bulletins>().second.emergencies_only);
    CHECK(a.body.find("<title>Bão</title>") != std::string::npos); // Vietnamese of whatever country
  }
}

TEST_CASE("the Atom feed goes on to the last page, and shows the latest of too many") {
  gateway_under_test g;
  g.node.answer_with([](const fake_node::message& m) {
    const auto after = m.what.get<unit::list_bulletins>()->after;
    unit::bulletin_page page;
    const auto n = after + 1;
    page.items = {{n, fmt::format("79-{:012}", n),
                   fmt::format(R"({{"id":"79-{:012}","priority":"emergency",)"
                               R"("sent":"2025-09-01T04:00:00+07:00","headline":{{"vi":"Bão"}},)"
                               R"("text":{{"vi":"{}"}}}})",
                               n, std::string(30'000, 'x'))}};
    if (n < 100) page.next = n;
    return wire::value::of(page);
  });
  const auto a = g.call("GET", "/v1/units/79/cap.atom", g.as(role::citizen));
  CHECK(a.status == 200);
  CHECK(a.body.size() < 3U << 20);
  CHECK(a.body.find("79-000000000100") != std::string::npos);
  CHECK(a.body.find("79-000000000050") != std::string::npos);
  CHECK(a.body.find("79-000000000001") == std::string::npos);
  CHECK(g.node.wait_asked<unit::list_bulletins>().second.emergencies_only);
}

TEST_CASE("devices are put, listed and removed") {
  gateway_under_test g;
  const auto admin = [&] { return g.as(role::administrator) + std::string(json_line); };
  const std::string_view where = "/v1/units/79.769.26794/devices/spk-0012";
  const std::string_view body = R"({"kind":"loudspeaker","name":"Cụm loa chợ"})";
  unit::registered done{{"spk-0012", device::device_kind::loudspeaker, "Cụm loa chợ", {}}, true};
  g.node.answer_with_value(done);
  auto a = g.call("PUT", where, admin(), body);
  CHECK(a.status == 201);
  CHECK(a.json().at("kind") == "loudspeaker");
  CHECK(a.json().at("name") == "Cụm loa chợ");
  CHECK(g.node.wait_asked<unit::register_device>().second.id == "spk-0012");
  done.created = false;
  g.node.answer_with_value(done);
  CHECK(g.call("PUT", where, admin(), body).status == 200);
  CHECK(g.call("PUT", where, admin(), R"({"kind":"siren","name":"x"})").json().at("pointer") ==
        "/kind");
  CHECK(g.call("PUT", where, admin(), R"({"kind":"board","name":""})").json().at("pointer") ==
        "/name");
  CHECK(g.call("PUT", where, admin(), R"({"kind":"board","name":"x","more":1})").status == 422);
  CHECK(g.call("PUT", where, admin(), R"({"kind":"board"})").status == 422);
  CHECK(g.call("PUT", where, admin(), R"({"kind":)").status == 400);
  CHECK(g.call("PUT", "/v1/units/79/devices/a%20b", admin(), body).status == 400);
  CHECK(g.call("PUT", where, g.as(role::editor) + std::string(json_line), body).status == 403);
  CHECK(g.call("PUT", where, json_line, body).status == 401);

  g.node.answer_with_value(unit::device_list{{done.device}});
  const auto list = g.call("GET", "/v1/units/79.769.26794/devices", g.as(role::editor)).json();
  CHECK(list.at("devices").at(0).at("id") == "spk-0012");

  g.node.answer_with([](const fake_node::message&) { return wire::value(); });
  CHECK(g.call("DELETE", where, g.as(role::administrator)).status == 204);
  g.node.refuse_with({errc::not_found, "There is no such device.", {}});
  CHECK(g.call("DELETE", where, g.as(role::administrator)).status == 404);
}

TEST_CASE("a report is taken without a token, gets a code of its unit and a due time") {
  gateway_under_test g;
  g.node.answer_with([](const fake_node::message& m) {
    return wire::value::of(unit::submitted{m.what.get<unit::submit_report>()->code,
                                           parse_rfc3339("2025-09-01T05:05:00+07:00").value()});
  });
  const auto a = g.call(
      "POST", "/v1/units/79.769.26794/reports", json_line,
      "{\"citizen\":\"an\",\"category\":\"roads\",\"text\":\"O\xcc\x82\xcc\x89 ga\xcc\x80\"}");
  CHECK(a.status == 201);
  const auto text = a.json().at("code").get<std::string>();
  CHECK(model::unit_of(text).value() == unit("79.769.26794"));
  CHECK(a.json().at("due") == "2025-09-01T05:05:00+07:00");
  CHECK(a.field("location") == "/v1/reports/" + text);
  CHECK(g.node.wait_asked<unit::submit_report>().second.request.text == "Ổ gà"); // composed
}

TEST_CASE("a report's mistakes are named, and nothing is kept") {
  server_options o;
  o.report_categories = {"roads"};
  gateway_under_test g(o);
  const auto post = [&](std::string_view body) {
    return g.call("POST", "/v1/units/79/reports", json_line, body);
  };
  CHECK(post(R"({"citizen":"an","category":"taxes","text":"x"})").json().at("pointer") ==
        "/category");
  CHECK(post(R"({"citizen":"an","category":"roads"})").json().at("pointer") == "/text");
  CHECK(post(R"({"citizen":"an","category":"roads","text":7})").status >= 400);
  CHECK(post(R"({"citizen":"an","category":"roads","text":""})").status == 422);
  CHECK(post(R"({"citizen":"an","category":"roads","text":"x","location":{"lat":91,"lon":0}})")
            .status == 422);
  CHECK(post(R"({"citizen":"..","category":"roads","text":"x"})").json().at("pointer") ==
        "/citizen");
  CHECK(post("").status == 400);
  CHECK(g.node.asked() == 0);
}

TEST_CASE("by its code alone a report is shown without personal data") {
  gateway_under_test g;
  g.node.answer_with_value(a_report());
  const auto where = fmt::format("/v1/reports/{}", code);
  const auto open = g.call("GET", where).json();
  CHECK(open.at("state") == "received");
  CHECK(open.at("responsible") == "79.769");
  CHECK_FALSE(open.contains("citizen"));
  CHECK_FALSE(open.contains("text"));
  CHECK_FALSE(g.call("GET", where, g.as(role::citizen)).json().contains("text"));
  CHECK_FALSE(g.call("GET", where, g.as(role::editor, "79.760")).json().contains("text"));
  CHECK(g.call("GET", where, g.as(role::editor, "79")).json().at("text") == "Số nhà 12");
  CHECK(g.call("GET", where, g.as(role::dispatcher, "79.769.26794")).json().at("citizen") == "an");
  CHECK(g.node.next_asked().to.str() == "report/79.769.26794/0123456789ABC");
  for (const auto* bad : {"nonsense", "79.769.26794-short"})
    CHECK(g.call("GET", fmt::format("/v1/reports/{}", bad)).status == 404);
}

TEST_CASE("a report outlives its unit, and whoever answers for that goes on with it") {
  gateway_under_test g;
  g.node.answer_with_value(a_report());
  CHECK(g.call("GET", "/v1/reports/79.999-0123456789ABC").status == 200);
  CHECK(g.node.next_asked().to.str() == "report/79.999/0123456789ABC");
  const auto act = [&](const std::string& where, std::string_view body) {
    return g.call("POST", where, g.as(role::dispatcher) + std::string(json_line), body).status;
  };
  const std::string where = "/v1/reports/79.999-0123456789ABC/actions";
  CHECK(act(where, R"({"action":"assign","to":"79.769"})") == 200);
  CHECK(act(where, R"({"action":"assign","to":"79.999"})") == 422);
  g.node.refuse_with({errc::not_found, "There is no report with this code.", {}});
  CHECK(g.call("GET", "/v1/reports/79.999-0123456789ABD").status == 404);
}

TEST_CASE("a citizen's token with a subject reports for that citizen only") {
  server_options o;
  o.anonymous_citizens = false;
  gateway_under_test g(o);
  g.node.answer_with_value(unit::submitted{std::string(code), g.time.now()});
  const auto post = [&](const std::string& head) {
    return g
        .call("POST", "/v1/units/79.769/reports", head + std::string(json_line),
              R"({"citizen":"an","category":"roads","text":"x"})")
        .status;
  };
  CHECK(post(g.as(role::citizen, "79", "an")) == 201);
  CHECK(post(g.as(role::citizen, "79")) == 201);
  CHECK(post(g.as(role::citizen, "79", "binh")) == 403);
  CHECK(post(g.as(role::dispatcher, "79", "le.thi.b")) == 201); // takes it down for somebody
}

TEST_CASE("where citizens are not anonymous a report is read with a token of its units") {
  server_options o;
  o.anonymous_citizens = false;
  gateway_under_test g(o);
  g.node.answer_with_value(a_report());
  const auto where = fmt::format("/v1/reports/{}", code);
  CHECK(g.call("GET", where).status == 401);
  CHECK(g.call("GET", "/v1/reports/nonsense").status == 401);
  CHECK(g.call("GET", where, g.as(role::citizen, "79.769")).status == 200);
  CHECK(g.call("GET", where, g.as(role::citizen, "79.760")).status == 403);
  CHECK(g.call("GET", where, g.as(role::device)).status == 403);
  CHECK(g.call("POST", "/v1/units/79/reports", json_line,
               R"({"citizen":"a","category":"c","text":"t"})")
            .status == 401);
}

TEST_CASE("each action on a report needs its right, and says who did it") {
  gateway_under_test g;
  g.node.answer_with_value(a_report());
  const auto where = fmt::format("/v1/reports/{}/actions", code);
  const auto act = [&](const std::string& head, std::string_view body) {
    return g.call("POST", where, head + std::string(json_line), body).status;
  };
  const auto classify = R"({"action":"classify"})";
  CHECK(act("", classify) == 401);
  CHECK(act(g.as(role::citizen), classify) == 403);
  CHECK(act(g.as(role::device), classify) == 403);
  CHECK(act(g.as(role::editor), classify) == 403);
  CHECK(act(g.as(role::dispatcher, "79.769", "le.thi.b"), classify) == 200);
  auto by = g.node.wait_asked<report::act>().second.by;
  CHECK(by.official);
  CHECK(by.subject == "le.thi.b");
  CHECK(by.unit == unit("79.769"));
  CHECK(act(g.as(role::editor), R"({"action":"answer","note":"Đã sửa"})") == 200);
  CHECK(act("", R"({"action":"rate","rating":5})") == 200);
  by = g.node.wait_asked<report::act>().second.by;
  by = g.node.wait_asked<report::act>().second.by;
  CHECK_FALSE(by.official);
  CHECK(act("", R"({"action":"rate","rating":9})") == 422);
  CHECK(act("", R"({"action":"shout"})") == 422);
  g.node.refuse_with({errc::conflict, "It is closed.", {}});
  CHECK(act("", R"({"action":"reopen","note":"Chưa"})") == 409);
}

TEST_CASE("a report is assigned to units that are there, and shared with none that is not") {
  gateway_under_test g;
  g.node.answer_with_value(a_report());
  const auto act = [&](std::string_view body) {
    return g.call("POST", fmt::format("/v1/reports/{}/actions", code),
                  g.as(role::dispatcher) + std::string(json_line), body);
  };
  const auto nowhere = act(R"({"action":"assign","to":"79.769.99999"})");
  CHECK(nowhere.status == 422);
  CHECK(nowhere.json().at("pointer") == "/to");
  CHECK(nowhere.json().at("detail").get<std::string>().find("79.769.99999") != std::string::npos);
  CHECK(act(R"({"action":"escalate","to":"80"})").json().at("pointer") == "/to");
  const auto shared =
      act(R"({"action":"assign","to":"79.760","shared_with":["79.769.26797","79.769.99999"]})");
  CHECK(shared.status == 422);
  CHECK(shared.json().at("pointer") == "/shared_with/1");
  CHECK(g.node.asked() == 0);
  CHECK(act(R"({"action":"assign","to":"79.760","shared_with":["79.769.26797"]})").status == 200);
}

TEST_CASE("delivery figures are for everybody with a token, the missing names for officials") {
  gateway_under_test g;
  g.node.answer_with([&](const fake_node::message& m) {
    unit::own_delivery d;
    d.unit = m.to.home();
    d.id = bulletin;
    d.known = true;
    d.as_of = g.time.now();
    d.figures.citizens = {3, 2, 0, 0};
    if (m.what.get<unit::get_delivery>()->missing_most > 0)
      d.missing = {entity("citizen/an-" + std::string(d.unit.code()))};
    return wire::value::of(d);
  });
  const auto where = fmt::format("/v1/bulletins/{}/delivery", bulletin);
  const auto whole = g.call("GET", where, g.as(role::editor, "79.769")).json();
  CHECK(whole.at("id") == bulletin);
  CHECK(whole.at("citizens").at("targeted") == 9); // the district and two communes
  CHECK(whole.at("children").size() == 2);
  CHECK(whole.at("missing").size() == 3);
  CHECK(whole.at("more_missing") == 0);
  CHECK(whole.at("devices").contains("played"));
  const auto less = g.call("GET", where, g.as(role::citizen, "79.769")).json();
  CHECK(less.at("citizens").at("delivered") == 6);
  CHECK_FALSE(less.contains("missing"));
  CHECK(g.call("GET", where, g.as(role::editor, "79.760")).status == 403);
  CHECK(g.call("GET", where).status == 401);
  CHECK(g.call("GET", "/v1/bulletins/nonsense/delivery", g.as(role::editor)).status == 404);
}

TEST_CASE("effectiveness is summed up over the subtree for a period") {
  gateway_under_test g;
  g.node.answer_with([&](const fake_node::message& m) {
    unit::own_figures f;
    f.unit = m.to.home();
    f.figures.reports = {4, 3, 1, 0, 2, 1};
    f.as_of = g.time.now();
    return wire::value::of(f);
  });
  const auto j =
      g.call("GET",
             "/v1/units/79.769/"
             "effectiveness?from=2025-09-01T00:00:00%2B07:00&to=2025-10-01T00:00:00+07:00",
             g.as(role::editor))
          .json();
  CHECK(j.at("unit") == "79.769");
  CHECK(j.at("reports").at("received") == 12);
  CHECK(j.at("children").size() == 2);
  CHECK(j.at("from") == "2025-09-01T00:00:00+07:00");
  CHECK(j.at("to") == "2025-10-01T00:00:00+07:00");
  const auto open = g.call("GET", "/v1/units/79.769/effectiveness", g.as(role::editor)).json();
  CHECK(open.at("from").is_null());
  CHECK(open.at("to").is_null());
  CHECK(g.call("GET", "/v1/units/79.769/effectiveness?from=yesterday", g.as(role::editor)).status ==
        400);
  CHECK(g.call("GET",
               "/v1/units/79.769/effectiveness?from=2025-09-02T00:00:00Z&to=2025-09-01T00:00:00Z",
               g.as(role::editor))
            .status == 422);
  CHECK(g.call("GET", "/v1/units/79.769/effectiveness", g.as(role::citizen)).status == 403);
}

TEST_CASE("health, readiness and metrics need no token") {
  gateway_under_test g;
  CHECK(g.call("GET", "/healthz").status == 200);
  CHECK(g.call("GET", "/readyz").status == 200);
  g.metrics.get_counter("loa_test_total", "A test.", {{"kind", "a\"b"}}).add(3);
  g.metrics.get_histogram("loa_test_seconds", "A test.", {}, {0.1, 1}).observe(0.5);
  // The connections of earlier calls may be ending on another thread.
  auto a = g.call("GET", "/metrics");
  for (int i = 0; i < 1'000 && a.body.find("loa_http_connections 1\n") == std::string::npos; ++i)
    a = g.call("GET", "/metrics");
  CHECK(a.field("content-type").starts_with("text/plain; version=0.0.4"));
  for (const auto* line :
       {"# TYPE loa_test_total counter\nloa_test_total{kind=\"a\\\"b\"} 3",
        "loa_test_seconds_bucket{le=\"0.1\"} 0", "loa_test_seconds_bucket{le=\"1\"} 1",
        "loa_test_seconds_bucket{le=\"+Inf\"} 1", "loa_test_seconds_count 1",
        "process_resident_memory_bytes ", "process_cpu_seconds_total ", "loa_http_connections 1",
        "loa_http_answers_total{status=\"2xx\"} "}) {
    INFO(line);
    CHECK(a.body.find(line) != std::string::npos);
  }
}

} // namespace loa::http::test
