#include "support.hpp"

#include <loa/model/atom.hpp>
#include <loa/model/cap_bulletin.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

#include <algorithm>

using namespace loa;
using namespace loa::model;
using namespace loa::model::test;

namespace {

const char* const noon = "2026-10-18T14:31:00+07:00";

std::string base() {
  return file("tests/data/cap/valid-small.xml");
}

std::string in_area(const std::string& elements) {
  return replaced(base(), "<areaDesc>Quận 1</areaDesc>", "<areaDesc/>" + elements);
}

std::string geocode(const std::string& value, const std::string& name = "unit") {
  return "<geocode><valueName>" + name + "</valueName><value>" + value + "</value></geocode>";
}

result<cap::accepted> publish(const std::string& xml, const cap::policy& what = {},
                              const unit_tree& tree = hcmc_2021(), const char* where = "79") {
  const auto a = cap::read(xml);
  INFO((a ? std::string() : a.error().to_string()));
  REQUIRE(a);
  return cap::to_bulletin(*a, xml, unit(where), "editor", at(noon), tree, what);
}

cap::accepted published(const std::string& xml, const cap::policy& what = {}) {
  auto b = publish(xml, what);
  INFO((b ? std::string() : b.error().to_string()));
  REQUIRE(b);
  CHECK(validate(b->bulletin).empty());
  return *std::move(b);
}

std::string refusal(const std::string& xml, const cap::policy& what = {}) {
  const auto b = publish(xml, what);
  REQUIRE_FALSE(b);
  CHECK(b.error().code == errc::rule);
  return b.error().pointer;
}

unit_tree with_boundaries() {
  const auto square = [](double lon) {
    return fmt::format(
        R"({{"type":"Polygon","coordinates":[[[{0},10],[{1},10],[{1},10.1],[{0},10.1],)"
        R"([{0},10]]]}})",
        lon, lon + 0.1);
  };
  return tree(
      fmt::format(R"({{"source":"t","root":{{"code":"79","name":"C","tier":"city","children":[
      {{"code":"1","name":"A","tier":"commune","boundary":{}}},
      {{"code":"2","name":"B","tier":"commune","boundary":{}}},
      {{"code":"3","name":"D","tier":"commune"}}]}}}})",
                  square(106), square(106.1)));
}

} // namespace

TEST_CASE("the storm alert becomes an emergency for the whole city in two languages") {
  const auto xml = file("examples/alert.xml");
  const auto made = published(xml);
  const auto& b = made.bulletin;
  CHECK(b.priority == priority::emergency);
  CHECK(b.category == category::emergency);
  CHECK(b.target == std::vector{unit("79")});
  CHECK(b.channel_mask() == 7);
  CHECK(b.headline.at("vi-VN").starts_with("Khẩn cấp: bão số 14"));
  CHECK(b.text.at("en-US").find("\n\nStay in a solid building") != std::string::npos);
  CHECK(b.sent == at("2026-10-18T14:30:00+07:00"));
  CHECK(b.expires == at("2026-10-19T12:00:00+07:00"));
  CHECK(b.cap->identifier == "SG-BAO-2026-014");
  CHECK(b.cap->msg_type == "Alert");
  CHECK(b.cap_xml.data == xml);
  CHECK(b.replaces.empty());
  CHECK(made.warnings.empty());
}

TEST_CASE("an alert without geocode or shape goes to the whole unit in its path") {
  CHECK(published(base()).bulletin.target == std::vector{unit("79")});
  const auto b = publish(base(), {}, hcmc_2021(), "79.760");
  REQUIRE(b);
  CHECK(b->bulletin.target == std::vector{unit("79.760")});
  CHECK(b->warnings.empty());
}

TEST_CASE("a geocode of valueName unit names whom an alert is for") {
  const auto b =
      published(in_area(geocode("79.760") + geocode("79.769.26794") + geocode("79.760.26734")));
  CHECK(b.bulletin.target == std::vector{unit("79.760"), unit("79.769.26794")});
}

TEST_CASE("a geocode outside of the unit, or of no unit, is refused with its element") {
  CHECK(refusal(in_area(geocode("80"))) == "alert/info[1]/area[1]/geocode");
  CHECK(refusal(in_area(geocode("79.1"))) == "alert/info[1]/area[1]/geocode");
  CHECK(refusal(in_area(geocode("Quận 1"))) == "alert/info[1]/area[1]/geocode");
  const auto b = publish(in_area(geocode("79")), {}, hcmc_2021(), "79.760");
  REQUIRE_FALSE(b);
  CHECK(b.error().code == errc::rule);
}

TEST_CASE("a geocode of another system alerts the whole unit, with a warning") {
  const auto b = published(in_area(geocode("VN-SG", "ISO 3166-2")));
  CHECK(b.bulletin.target == std::vector{unit("79")});
  REQUIRE(b.warnings.size() == 1);
  CHECK(b.warnings[0].find("ISO 3166-2") != std::string::npos);
}

TEST_CASE("an area beside others that nothing locates is left out, with a warning that names it") {
  const auto also = [](const std::string& elements) {
    return in_area(geocode("79.760") + "</area><area><areaDesc>Quận 3</areaDesc>" + elements);
  };
  for (const auto& elements : {std::string(), geocode("VN-SG", "ISO 3166-2")}) {
    const auto b = published(also(elements));
    CHECK(b.bulletin.target == std::vector{unit("79.760")});
    REQUIRE(b.warnings.size() == 1);
    CHECK(b.warnings[0].find("alert/info[1]/area[2]") != std::string::npos);
  }
  CHECK(published(also(geocode("79.770"))).warnings.empty());
}

TEST_CASE("a shape where no boundary is known alerts the whole unit, with one warning") {
  const auto b = published(in_area("<circle>10.7,106.7 1</circle><circle>10.8,106.7 1</circle>"));
  CHECK(b.bulletin.target == std::vector{unit("79")});
  CHECK(b.warnings.size() == 1);
}

TEST_CASE("a shape selects the units whose boundary is known, and says how many are not") {
  const auto b = publish(in_area("<circle>10.05,106.05 1</circle>"), {}, with_boundaries());
  REQUIRE(b);
  CHECK(b->bulletin.target == std::vector{unit("79.1")});
  REQUIRE(b->warnings.size() == 1);
  CHECK(b->warnings[0].find("(1 of them)") != std::string::npos);
}

TEST_CASE("a shape away from all known boundaries is refused where none is unknown") {
  const auto tree = with_boundaries();
  const auto b = publish(in_area("<circle>20,106 1</circle>"), {}, tree, "79.1");
  REQUIRE_FALSE(b);
  CHECK(b.error().pointer == "alert/info[1]/area[1]/circle");
}

TEST_CASE("a shape beside a geocode describes the same area and adds nothing") {
  const auto b = published(in_area("<circle>10.7,106.7 1</circle>" + geocode("79.760")));
  CHECK(b.bulletin.target == std::vector{unit("79.760")});
  CHECK(b.warnings.empty());
}

TEST_CASE("an unknown unit in the path is not found") {
  const auto b = publish(base(), {}, hcmc_2021(), "79.1");
  REQUIRE_FALSE(b);
  CHECK(b.error().code == errc::not_found);
}

TEST_CASE("exercises and tests are distributed only where the policy says so, and marked") {
  const auto exercise = replaced(base(), "Actual", "Exercise");
  const auto test = replaced(base(), "Actual", "Test");
  CHECK(refusal(exercise) == "alert/status");
  CHECK(refusal(test) == "alert/status");
  CHECK(refusal(exercise, {.play_tests = true}) == "alert/status");
  CHECK(published(exercise, {.play_exercises = true}).bulletin.headline.at("vi") ==
        "[DIỄN TẬP] Cháy lớn tại chợ");
  const auto english = replaced(replaced(test, "<language>vi</language>", ""), "</headline>",
                                "</headline><description>x</description>");
  const auto b = published(english, {.play_tests = true}).bulletin;
  CHECK(b.headline.at("en-US").starts_with("[TEST] "));
  CHECK(b.text.at("en-US") == "[TEST] x");
  CHECK(b.cap->status == "Test");
}

TEST_CASE("drafts, system messages and what is not public never reach citizens") {
  const cap::policy everything{true, true};
  CHECK(refusal(replaced(base(), "Actual", "Draft"), everything) == "alert/status");
  CHECK(refusal(replaced(base(), "Actual", "System"), everything) == "alert/status");
  CHECK(refusal(file("tests/data/cap/valid-private.xml"), everything) == "alert/scope");
  CHECK(refusal(file("tests/data/cap/valid-restricted.xml"), everything) == "alert/scope");
}

TEST_CASE("an Ack and an Error cannot be published") {
  for (const auto* type : {"Ack", "Error"})
    CHECK(refusal(replaced(file("tests/data/cap/valid-update.xml"), "Update", type)) ==
          "alert/msgType");
}

TEST_CASE("an Update replaces what it refers to, by an id known before that has come") {
  const auto update = published(file("tests/data/cap/valid-update.xml")).bulletin;
  auto first = replaced(base(), "id-1", "id-0");
  first = replaced(first, "2026-10-18T14:30:00+07:00", "2026-10-18T06:00:00-00:00");
  const auto earlier = published(first).bulletin;
  CHECK(update.replaces.size() == 2);
  CHECK(update.replaces[0] == earlier.id);
  CHECK(supersedes(update, earlier));
  CHECK_FALSE(supersedes(earlier, update));
  CHECK(*unit_of(update.id) == unit("79"));
}

TEST_CASE("the same alert has the same id, another one another") {
  const auto id = published(base()).bulletin.id;
  CHECK(published(base()).bulletin.id == id);
  CHECK(published(replaced(base(), "14:30:00+07:00", "07:30:00-00:00")).bulletin.id == id);
  CHECK(published(replaced(base(), "id-1", "id-2")).bulletin.id != id);
  CHECK(published(replaced(base(), "14:30:00", "14:30:01")).bulletin.id != id);
}

TEST_CASE("a Cancel needs no info to take an alert back") {
  const auto b = published(file("tests/data/cap/valid-cancel.xml")).bulletin;
  CHECK(b.is_cancel());
  CHECK(b.headline.contains("vi"));
  CHECK(b.text.at("vi") == "Đám cháy đã được dập tắt.");
  CHECK(b.expires >= at(noon) + std::chrono::hours(24));
}

TEST_CASE("a Cancel is in force although the alert that it repeats has expired") {
  auto xml = replaced(file("tests/data/cap/valid-update.xml"), "Update", "Cancel");
  xml = replaced(xml, "<headline>", "<expires>2026-10-18T14:00:00+07:00</expires><headline>");
  CHECK(published(xml).bulletin.expires > at(noon));
}

TEST_CASE("an alert that says nothing is refused") {
  CHECK(refusal(file("tests/data/cap/valid-no-info.xml")) == "alert/info");
  auto xml = replaced(base(), "<headline>Cháy lớn tại chợ</headline>", "");
  CHECK(published(xml).bulletin.headline.at("vi") == "Cháy");
  CHECK(refusal(replaced(xml, "Cháy", " ")) == "alert/info");
}

TEST_CASE("an alert that has expired, or expires before it begins, is refused") {
  const auto judged = [](const std::string& times) {
    // A repetition must come as far as to where the first answer is known.
    const auto b = published(replaced(base(), "<headline>", times + "<headline>")).bulletin;
    const auto wrong = judge_times(b, at(noon));
    return wrong ? cap::as_alert_error(*wrong).pointer : "";
  };
  CHECK(judged("<expires>2026-10-18T14:31:00+07:00</expires>") == "alert/info/expires");
  CHECK(judged("<effective>2026-10-20T00:00:00+07:00</effective>"
               "<expires>2026-10-19T00:00:00+07:00</expires>") == "alert/info/expires");
  CHECK(judged("<expires>2026-10-18T14:31:01+07:00</expires>").empty());
}

TEST_CASE("what a unit finds wrong with an alert's bulletin is told in the alert's words") {
  const auto told = [](const char* pointer) {
    return cap::as_alert_error({errc::rule, "Why.", pointer}).pointer;
  };
  CHECK(told("/identifier") == "alert/identifier");
  CHECK(told("/id") == "alert/identifier");
  CHECK(told("/target/3") == "alert/info/area");
  CHECK(told("/replaces/0") == "alert/references");
  CHECK(told("/headline/vi") == "alert/info");
  CHECK(told("").empty()); // of the unit, not of the alert
}

TEST_CASE("an alert without expiry is in force for 24 hours from now or from when it begins") {
  CHECK(published(base()).bulletin.expires == at(noon) + std::chrono::hours(24));
  const auto later =
      replaced(base(), "<headline>", "<effective>2026-10-20T00:00:00+07:00</effective><headline>");
  CHECK(published(later).bulletin.expires == at("2026-10-21T00:00:00+07:00"));
}

TEST_CASE("headlines come on one line and texts without white space around them") {
  const auto xml =
      replaced(base(), "Cháy lớn tại chợ</headline>",
               "\n  Cháy lớn\n  tại chợ\n</headline><description>\n a\n\n b </description>");
  const auto b = published(xml).bulletin;
  CHECK(b.headline.at("vi") == "Cháy lớn tại chợ");
  CHECK(b.text.at("vi") == "a\n\n b");
}

TEST_CASE("several infos of one language follow each other in one text") {
  const auto second =
      "</info><info><language>vi</language><category>Fire</category>"
      "<event>Khói độc</event><urgency>Expected</urgency><severity>Severe</severity>"
      "<certainty>Likely</certainty><instruction>Đóng cửa sổ</instruction></info>";
  const auto made = published(replaced(base(), "</info>", second));
  CHECK(made.bulletin.headline.at("vi") == "Cháy lớn tại chợ");
  CHECK(made.bulletin.text.at("vi") == "Khói độc\n\nĐóng cửa sổ");
  CHECK(made.warnings.size() == 1); // one of them has an area, the other none
}

TEST_CASE("embedded content is not passed on") {
  const auto made = published(file("tests/data/cap/valid-full.xml"));
  CHECK(made.bulletin.cap_xml.data.find("derefUri") == std::string::npos);
  CHECK(cap::read(made.bulletin.cap_xml.data));
}

TEST_CASE("texts longer than a bulletin may have are refused") {
  const auto xml =
      replaced(base(), "</headline>",
               "</headline><description>" + std::string(32'001, 'x') + "</description>");
  const auto b = publish(xml);
  REQUIRE_FALSE(b);
  CHECK(b.error().code == errc::too_large);
  CHECK(b.error().pointer == "alert/info");
}

TEST_CASE("any bulletin can go out as CAP") {
  const auto tree = hcmc_2021();
  const auto alert = published(base()).bulletin;
  CHECK(cap::to_xml(alert, tree, "loa") == base());
  auto plain = alert;
  plain.cap.reset();
  plain.cap_xml.data.clear();
  plain.target = {unit("79.760"), unit("79.769.26794")};
  const auto a = cap::read(cap::to_xml(plain, tree, "loa.example"));
  REQUIRE(a);
  CHECK(a->identifier == plain.id);
  CHECK(a->infos.at(0).areas.at(0).description == "Quận 1, Phường Linh Xuân");
  CHECK(a->infos.at(0).areas.at(0).geocodes.at(1).value == "79.769.26794");
}

TEST_CASE("an Atom feed has what RFC 4287 demands and escapes what it is given") {
  const auto xml = atom::write({"urn:loa:79",
                                "A & <B>",
                                "City",
                                "http://x/?a=1&b=2",
                                at(noon),
                                {{"urn:loa:1", "Bão \"14\"", "", "http://x/1", at(noon)}}});
  for (const auto* part :
       {"<feed xmlns=\"http://www.w3.org/2005/Atom\">", "<title>A &amp; &lt;B&gt;</title>",
        "<name>City</name>", "href=\"http://x/?a=1&amp;b=2\"", "<id>urn:loa:1</id>",
        "<updated>2026-10-18T14:31:00+07:00</updated>", "type=\"application/cap+xml\"",
        "</feed>"}) {
    INFO(part);
    CHECK(xml.find(part) != std::string::npos);
  }
}

TEST_CASE("a sender whose clock is fast does not keep an emergency waiting") {
  const auto ahead = published(replaced(base(), "14:30:00+07:00", "14:41:00+07:00"));
  CHECK(ahead.bulletin.effective == at(noon));
  CHECK(ahead.warnings.empty());
}

TEST_CASE("an alert that is to become effective later says so") {
  const auto later = published(replaced(
      base(), "</certainty>", "</certainty><effective>2026-10-18T15:00:00+07:00</effective>"));
  CHECK(later.bulletin.effective == at("2026-10-18T15:00:00+07:00"));
  REQUIRE(later.warnings.size() == 1);
  CHECK(later.warnings[0].find("2026-10-18T") != std::string::npos);
}

TEST_CASE("identifiers and senders that would make every frame long are refused") {
  const std::string longest(256, 'i');
  CHECK(publish(replaced(base(), "<identifier>id-1", "<identifier>" + longest)));
  const auto b = publish(replaced(base(), "<identifier>id-1", "<identifier>i" + longest));
  REQUIRE_FALSE(b);
  CHECK(b.error().code == errc::too_large);
  CHECK(b.error().pointer == "alert/identifier");
}

TEST_CASE("a document in another encoding is passed on as UTF-8 and says nothing else") {
  const auto declaration = base().substr(0, base().find("?>") + 2);
  const auto latin =
      replaced(replaced(base(), declaration, R"(<?xml version="1.0" encoding="ISO-8859-1"?>)"),
               "<areaDesc>Quận 1</areaDesc>", "<areaDesc>caf\xe9</areaDesc>");
  const auto plain = replaced(latin, "Cháy lớn tại chợ", "Feu");
  const auto kept = published(plain).bulletin.cap_xml.data;
  CHECK(valid_utf8(kept));
  CHECK(kept.find("ISO-8859-1") == std::string::npos);
  CHECK(kept.find("<areaDesc>café</areaDesc>") != std::string::npos);
  CHECK(published(base()).bulletin.cap_xml.data == base());
}
