#include "support.hpp"

#include <loa/base/random.hpp>
#include <loa/model/cap.hpp>
#include <loa/model/cap_rules.hpp>

#include <loa_source_dir.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace loa;
using namespace loa::model;
using namespace loa::model::test;

namespace {

std::string base() {
  return file("tests/data/cap/valid-small.xml");
}

/// The base document with one piece of text replaced by another.
struct change {
  std::string from;
  std::string to;
};

std::string changed(const change& c) {
  return replaced(base(), c.from, c.to);
}

/// A rule, a change that breaks it, the path that the error names, and a change that comes close
/// and keeps it.
struct case_of_rule {
  std::string rule;
  change breaks;
  std::string path;
  change keeps;
};

change in_alert(const std::string& elements) {
  return {"  <info>", elements + "<info>"};
}
change in_info(const std::string& elements) {
  return {"    <area>", elements + "<area>"};
}
change in_area(const std::string& elements) {
  return {"<areaDesc>Quận 1</areaDesc>", "<areaDesc/>" + elements};
}
change in_resource(const std::string& elements) {
  return in_info("<resource><resourceDesc/>" + elements + "</resource>");
}

const std::string resource = "alert/info[1]/resource[1]/";
const std::string area = "alert/info[1]/area[1]/";
const std::string earlier = "s,i,2026-10-18T13:00:00+07:00";

std::vector<case_of_rule> cases() {
  const change nothing{"", ""};
  return {
      {"identifier", {"id-1", "id 1"}, "alert/identifier", {"id-1", "urn:x:\xc4\x91/1"}},
      {"identifier", {"id-1", ""}, "alert/identifier", nothing},
      {"identifier", {"id-1", "id,1"}, "alert/identifier", nothing},
      {"identifier", {"id-1", "id&amp;1"}, "alert/identifier", {"id-1", "id&#45;1"}},
      {"identifier", {"id-1", "\n id-1\n"}, "alert/identifier", nothing},
      {"sender", {"tester@", "the tester@"}, "alert/sender", {"tester@", "the.tester@"}},
      {"sender", {"tester@", "&lt;tester"}, "alert/sender", nothing},
      {"status", {"Actual", "actual"}, "alert/status", {"Actual", "Draft"}},
      {"status", {"Actual", " Actual "}, "alert/status", {"Actual", "<![CDATA[Actual]]>"}},
      {"msg-type", {"<msgType>Alert", "<msgType>Alarm"}, "alert/msgType", nothing},
      {"scope", {"Public", "All"}, "alert/scope", nothing},
      {"restriction",
       {"Public", "Restricted"},
       "alert/restriction",
       {"Public</scope>", "Restricted</scope><restriction>x</restriction>"}},
      {"restriction",
       {"Public</scope>", "Public</scope><restriction>x</restriction>"},
       "alert/restriction",
       {"Public</scope>", "Public</scope><restriction/>"}},
      {"addresses-private",
       {"Public", "Private"},
       "alert/addresses",
       {"Public</scope>", "Private</scope><addresses>a \"b c\"</addresses>"}},
      {"addresses-form", in_alert("<addresses>a \"b c</addresses>"), "alert/addresses",
       in_alert("<addresses>a</addresses>")},
      {"addresses-form", in_alert("<addresses>a\"b c\"</addresses>"), "alert/addresses", nothing},
      {"references-required",
       {"<msgType>Alert", "<msgType>Update"},
       "alert/references",
       {"Alert</msgType>\n  <scope>Public</scope>",
        "Update</msgType><scope>Public</scope><references>" + earlier + "</references>"}},
      {"references-required", {"<msgType>Alert", "<msgType>Cancel"}, "alert/references", nothing},
      {"references-required", {"<msgType>Alert", "<msgType>Ack"}, "alert/references", nothing},
      {"references-required", {"<msgType>Alert", "<msgType>Error"}, "alert/references", nothing},
      {"references-form", in_alert("<references>s,i</references>"), "alert/references",
       in_alert("<references>" + earlier + "\n\t" + earlier + "</references>")},
      {"references-form", in_alert("<references>s,i,2026-10-18T13:00:00Z</references>"),
       "alert/references", in_alert("<references/>")},
      {"references-form", in_alert("<references>s, i, 2026-10-18T13:00:00+07:00</references>"),
       "alert/references", nothing},
      {"references-earlier", in_alert("<references>s,i,2026-10-18T14:30:01+07:00</references>"),
       "alert/references", in_alert("<references>s,i,2026-10-18T14:30:00+07:00</references>")},
      {"references-earlier",
       in_alert("<references>tester@loa.example,id-1,2026-10-18T14:30:00+07:00</references>"),
       "alert/references", nothing},
      {"incidents-form", in_alert("<incidents>\"a b</incidents>"), "alert/incidents",
       in_alert("<incidents>\"a b\" c</incidents>")},
      {"info-sequence",
       {"</info>",
        "</info><info><language>vi</language><category>Fire</category><event>Cháy</event>"
        "<urgency>Past</urgency><severity>Severe</severity><certainty>Observed</certainty>"
        "</info>"},
       "alert/info[2]/urgency",
       {"</info>",
        "</info><info><language>vi</language><category>Fire</category><event>Cháy</event>"
        "<urgency>Immediate</urgency><severity>Severe</severity>"
        "<certainty>Observed</certainty><instruction>Tránh xa</instruction></info>"}},
      {"info-sequence",
       {"</info>",
        "</info><info><language>vi</language><category>Fire</category><event>Cháy</event>"
        "<urgency>Immediate</urgency><severity>Severe</severity>"
        "<certainty>Observed</certainty><headline>Khác</headline></info>"},
       "alert/info[2]/headline",
       {"</info>",
        "</info><info><language>en</language><category>Fire</category><event>Cháy</event>"
        "<urgency>Past</urgency><severity>Severe</severity><certainty>Observed</certainty>"
        "<headline>Fire</headline></info>"}},
      {"language",
       {"<language>vi", "<language>tiếng Việt"},
       "alert/info[1]/language",
       {"<language>vi</language>", "<language/>"}},
      {"category",
       {"<category>Fire", "<category>fire"},
       "alert/info[1]/category",
       {"<category>Fire</category>", "<category>CBRNE</category><category>Env</category>"}},
      {"response-type",
       {"<urgency>", "<responseType>Run</responseType><urgency>"},
       "alert/info[1]/responseType",
       {"<urgency>",
        "<responseType>AllClear</responseType><responseType>None</responseType><urgency>"}},
      {"urgency", {"Immediate", "Now"}, "alert/info[1]/urgency", {"Immediate", "Unknown"}},
      {"severity", {"Severe", "High"}, "alert/info[1]/severity", {"Severe", "Minor"}},
      {"certainty", {"Observed", "Sure"}, "alert/info[1]/certainty", {"Observed", "Very Likely"}},
      {"web", in_info("<web>/alerts/1</web>"), "alert/info[1]/web",
       in_info("<web> https://loa.example/1 </web>")},
      {"mime-type", in_resource("<mimeType>png</mimeType>"), resource + "mimeType",
       in_resource("<mimeType>image/svg+xml; charset=utf-8</mimeType>")},
      {"size", in_resource("<mimeType>a/b</mimeType><size>1.5 kB</size>"), resource + "size",
       in_resource("<mimeType>a/b</mimeType><size> 1500 </size>")},
      {"size", in_resource("<mimeType>a/b</mimeType><size>-1</size>"), resource + "size", nothing},
      {"uri", in_resource("<mimeType>a/b</mimeType><uri>map.png</uri>"), resource + "uri",
       in_resource("<mimeType>a/b</mimeType><uri>map.png</uri><derefUri>AAAA</derefUri>")},
      {"uri", in_resource("<mimeType>a/b</mimeType><uri>http://a b</uri>"), resource + "uri",
       in_resource("<mimeType>a/b</mimeType><uri>cid:1</uri>")},
      {"deref-uri", in_resource("<mimeType>a/b</mimeType><derefUri>AAA</derefUri>"),
       resource + "derefUri", in_resource("<mimeType>a/b</mimeType><derefUri>AA\nA=</derefUri>")},
      {"digest",
       in_resource("<mimeType>a/b</mimeType><digest>d41d8cd98f00b204e9800998ecf8427e</digest>"),
       resource + "digest",
       in_resource(
           "<mimeType>a/b</mimeType><digest>2AAE6C35C94FCFB415DBE95F408B9CE91EE846ED</digest>")},
      {"polygon-points", in_area("<polygon>10,106 11,106 10,106</polygon>"), area + "polygon",
       in_area("<polygon>10,106 11,106\n11,107\t10,106</polygon>")},
      {"polygon-points", in_area("<polygon/>"), area + "polygon", nothing},
      {"polygon-closed", in_area("<polygon>10,106 11,106 11,107 10,107</polygon>"),
       area + "polygon", nothing},
      {"coordinate-pair", in_area("<polygon>106,10 106,11 107,11 106,10</polygon>"),
       area + "polygon", in_area("<polygon>-90,-180 90,-180 90,180 -90,-180</polygon>")},
      {"coordinate-pair", in_area("<polygon>10, 106 11, 106 11, 107 10, 106</polygon>"),
       area + "polygon", nothing},
      {"coordinate-pair", in_area("<circle>1e1,106 5</circle>"), area + "circle", nothing},
      {"coordinate-pair", in_area("<circle>+10,106 5</circle>"), area + "circle", nothing},
      {"coordinate-pair", in_area("<circle>nan,106 5</circle>"), area + "circle", nothing},
      {"circle", in_area("<circle>10,106</circle>"), area + "circle",
       in_area("<circle>10.5,106.5 0</circle>")},
      {"circle", in_area("<circle>10,106 -1</circle>"), area + "circle", nothing},
      {"circle", in_area("<circle>10,106 5 km</circle>"), area + "circle", nothing},
      {"altitude", in_area("<altitude>high</altitude>"), area + "altitude",
       in_area("<altitude>-12.5</altitude>")},
      {"ceiling", in_area("<altitude>100</altitude><ceiling>99</ceiling>"), area + "ceiling",
       in_area("<altitude>100</altitude><ceiling>100</ceiling>")},
      {"ceiling", in_area("<altitude>100</altitude><ceiling>1e3</ceiling>"), area + "ceiling",
       nothing},
      {"ceiling-altitude", in_area("<ceiling>99</ceiling>"), area + "ceiling", nothing},
      {"namespace", {":cap:1.2", ":cap:1.3"}, "alert", nothing},
      {"namespace", {"<status>", "<status xmlns=\"\">"}, "alert/status", nothing},
      {"namespace", in_info("<x:web xmlns:x=\"urn:x\"/>"), "alert/info[1]/web", nothing},
      {"date-time",
       {"14:30:00+07:00", "14:30:00Z"},
       "alert/sent",
       {"14:30:00+07:00", "14:30:00-00:00"}},
      {"date-time", {"14:30:00+07:00", "14:30:00+00:00"}, "alert/sent", nothing},
      {"date-time", {"14:30:00+07:00", "14:30:00"}, "alert/sent", nothing},
      {"date-time", {"14:30:00+07:00", "14:30:00.5+07:00"}, "alert/sent", nothing},
      {"date-time", {"14:30:00+07:00", "14:30:00+0700"}, "alert/sent", nothing},
      {"date-time", {"2026-10-18", "2026-02-30"}, "alert/sent", {"2026-10-18", "2024-02-29"}},
      {"date-time", {"T14:30", "T24:00"}, "alert/sent", {"T14:30", "T23:59"}},
      {"date-time", {"T14:30", " 14:30"}, "alert/sent", nothing},
      {"date-time",
       {"    <headline>", "<effective>now</effective><headline>"},
       "alert/info[1]/effective",
       {"    <headline>", "<effective>\n2026-10-18T14:30:00-11:30\n</effective><headline>"}},
      {"date-time", {"    <headline>", "<expires/><headline>"}, "alert/info[1]/expires", nothing},
      {"required", {"<identifier>id-1</identifier>", ""}, "alert/identifier", nothing},
      {"required", {"<scope>Public</scope>", ""}, "alert/scope", nothing},
      {"required",
       {"<event>Cháy</event>", ""},
       "alert/info[1]/event",
       {"<event>Cháy</event>", "<event/>"}},
      {"required", {"<category>Fire</category>", ""}, "alert/info[1]/category", nothing},
      {"required", {"<areaDesc>Quận 1</areaDesc>", ""}, area + "areaDesc", nothing},
      {"required", in_resource("<uri>http://a</uri>"), resource + "mimeType", nothing},
      {"required", in_area("<geocode><value>x</value></geocode>"), area + "geocode/valueName",
       in_area("<geocode><valueName>x</valueName><value/></geocode>")},
      {"known", {"<status>", "<password>x</password><status>"}, "alert/password", nothing},
      {"known",
       {"<status>", "<status lang=\"vi\">"},
       "alert/status",
       {"1.2\"", "1.2\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                 "xsi:schemaLocation=\"a b\""}},
      {"order",
       {"<severity>Severe</severity>\n    <certainty>Observed</certainty>",
        "<certainty>Observed</certainty><severity>Severe</severity>"},
       "alert/info[1]/severity",
       nothing},
      {"order", in_area("<circle>10,106 1</circle><polygon>10,106 11,106 11,107 10,106</polygon>"),
       area + "polygon",
       in_area("<polygon>10,106 11,106 11,107 10,106</polygon><circle>10,106 1</circle>")},
      {"order",
       {"<identifier>", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/><identifier>"},
       "alert/identifier",
       {"</alert>", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/></alert>"}},
      {"once",
       {"<event>Cháy</event>", "<event>Cháy</event><event>Nổ</event>"},
       "alert/info[1]/event[2]",
       {"</area>", "</area><area><areaDesc>Quận 3</areaDesc></area>"}},
      {"plain-text",
       {"<event>Cháy", "<event><b>Cháy</b>"},
       "alert/info[1]/event",
       {"<event>Cháy", "<event><!-- lớn -->Cháy"}},
      {"plain-text", {"<info>", "<info>Cháy"}, "alert/info[1]", {"<info>", "<!-- x --><info>"}},
  };
}

std::vector<error> mistakes(const std::string& xml) {
  std::vector<error> all;
  REQUIRE_FALSE(cap::read(xml, &all));
  return all;
}

cap::alert good(const std::string& xml) {
  auto a = cap::read(xml);
  INFO(xml);
  INFO((a ? std::string() : a.error().to_string()));
  REQUIRE(a);
  return *std::move(a);
}

errc refusal(const std::string& xml) {
  return mistakes(xml).front().code;
}

} // namespace

TEST_CASE(
    "each rule of CAP 1.2 refuses what breaks it, names element, line and rule, and lets pass "
    "what keeps it") {
  for (const auto& c : cases()) {
    INFO(c.rule << ": " << c.breaks.to);
    const auto all = mistakes(changed(c.breaks));
    const auto named = std::ranges::find_if(all, [&](const error& e) {
      return e.detail.ends_with(c.rule + ")") && e.pointer == c.path;
    });
    for (const auto& e : all) UNSCOPED_INFO(e.to_string());
    REQUIRE(named != all.end());
    CHECK(named->code == errc::rule);
    CHECK(named->detail.starts_with("Line "));
    CHECK_FALSE(named->detail.starts_with("Line 0"));
    if (!c.keeps.from.empty()) good(changed(c.keeps));
  }
}

TEST_CASE("no rule in the table is without a document that breaks it") {
  std::set<std::string> tried;
  for (const auto& c : cases()) tried.insert(c.rule);
  for (const auto& r : cap::rules()) {
    INFO(r.id);
    CHECK(tried.contains(std::string(r.id)));
  }
  CHECK(tried.size() == cap::rules().size());
}

TEST_CASE("an error names the line on which the element begins") {
  const auto all = mistakes(changed({"Severe", "High"}));
  CHECK(all.size() == 1);
  CHECK(all.front().detail.starts_with("Line 14: \"High\""));
}

TEST_CASE("all mistakes of a document are reported at once") {
  auto xml = replaced(base(), "Severe", "High");
  xml = replaced(xml, "14:30:00+07:00", "14:30:00Z");
  xml = replaced(xml, "<areaDesc>Quận 1</areaDesc>", "");
  CHECK(mistakes(xml).size() == 3);
}

TEST_CASE("every kept document does what its name says, and the good ones survive a round trip") {
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LOA_SOURCE_DIR "/tests/data/cap")) {
    const auto name = entry.path().filename().string();
    INFO(name);
    const auto xml = file("tests/data/cap/" + name);
    const auto a = cap::read(xml);
    INFO((a ? std::string() : a.error().to_string()));
    CHECK(a.has_value() == name.starts_with("valid-"));
    if (a) {
      auto again = cap::read(cap::write(*a));
      REQUIRE(again);
      again->is_signed = a->is_signed;
      CHECK(*again == *a);
    }
    ++n;
  }
  CHECK(n >= 40);
}

TEST_CASE("a document says the same in every encoding it declares") {
  const auto plain = good(base());
  for (const auto* name : {"valid-utf16le", "valid-utf16be", "valid-utf8-bom", "valid-windows-1258",
                           "valid-nfd", "valid-prefix"})
    CHECK(good(file("tests/data/cap/" + std::string(name) + ".xml")) == plain);
  CHECK(plain.infos[0].headline == "Cháy lớn tại chợ");
}

TEST_CASE(
    "an encoding that nobody knows, and octets that are not of the declared one, are refused") {
  CHECK(refusal(file("tests/data/cap/bad-unknown-encoding.xml")) == errc::malformed);
  CHECK(refusal(file("tests/data/cap/bad-wrong-encoding.xml")) == errc::malformed);
}

TEST_CASE("a DOCTYPE is refused before anything in it is read") {
  for (const auto* name : {"bad-doctype", "bad-laughs", "bad-external-entity"}) {
    const auto all = mistakes(file("tests/data/cap/" + std::string(name) + ".xml"));
    REQUIRE(all.size() == 1);
    CHECK(all[0].detail.find("DOCTYPE") != std::string::npos);
    CHECK(all[0].code == errc::rule);
  }
}

TEST_CASE("other versions of CAP are refused by name") {
  auto all = mistakes(file("tests/data/cap/bad-cap-1.1.xml"));
  CHECK(all[0].code == errc::unsupported);
  CHECK(all[0].detail.find("CAP 1.1") != std::string::npos);
  all = mistakes(file("tests/data/cap/bad-cap-1.0.xml"));
  CHECK(all[0].detail.find("CAP 1.0") != std::string::npos);
}

TEST_CASE("a document over a limit is refused with the limit") {
  CHECK(refusal(std::string((256U << 10) + 1, ' ')) == errc::too_large);
  CHECK(refusal(file("tests/data/cap/bad-deep.xml")) == errc::too_large);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "<a/>";
  CHECK(refusal(replaced(base(), "<info>", many + "<info>")) == errc::too_large);
  std::string circles;
  for (int i = 0; i < 201; ++i) circles += "<circle>10,106 1</circle>";
  CHECK(refusal(changed(in_area(circles))) == errc::too_large);
  std::string points = "10,106";
  for (int i = 0; i < 4'000; ++i) points += " 10,106";
  CHECK(refusal(changed(in_area("<polygon>" + points + "</polygon>"))) == errc::too_large);
}

TEST_CASE("a document cut off anywhere is refused without harm") {
  const auto xml = file("tests/data/cap/valid-full.xml");
  const auto end = xml.rfind("</alert>") + 8;
  for (std::size_t n = 0; n < end; ++n) CHECK_FALSE(cap::read(std::string_view(xml).substr(0, n)));
}

TEST_CASE("a document with any octet changed is read or refused, never more") {
  const auto xml = file("tests/data/cap/valid-full.xml");
  seeded_random random(42);
  for (int i = 0; i < 3'000; ++i) {
    auto broken = xml;
    for (int k = 0; k < 3; ++k)
      broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    if (const auto a = cap::read(broken)) CHECK(cap::read(cap::write(*a)));
  }
}

TEST_CASE("a language that is absent or empty means en-US") {
  CHECK(good(changed({"<language>vi</language>", ""})).infos[0].language == "en-US");
  CHECK(good(changed({"<language>vi</language>", "<language> </language>"})).infos[0].language ==
        "en-US");
}

TEST_CASE("the advice of the standard comes as warnings") {
  const auto warns = [](const std::string& xml) {
    std::vector<std::string> warnings;
    REQUIRE(cap::read(xml, nullptr, &warnings));
    return warnings;
  };
  CHECK(warns(base()).empty());
  CHECK(warns(changed({"Actual", "Exercise"})).size() == 1);
  CHECK(warns(changed({"Observed", "Very Likely"})).size() == 1);
  CHECK(warns(file("tests/data/cap/valid-signed.xml")).size() == 1);
  CHECK(warns(changed({"Cháy lớn", std::string(161, 'x')})).size() == 1);
}

TEST_CASE("all elements of the standard are read") {
  const auto a = good(file("tests/data/cap/valid-full.xml"));
  const auto& i = a.infos.at(0);
  CHECK(i.description == "Khói & lửa <rất> lớn");
  CHECK(i.parameters.at(0) == cap::named_value{"x", ""});
  CHECK(i.resources.at(0).size == 11);
  CHECK(i.areas.at(0).polygons.at(0).at(1) == geo_point{10.78, 106.70});
  CHECK(i.areas.at(0).circles.at(0) == circle{{-10.5, 106.7}, 0.5});
  CHECK(i.areas.at(0).geocodes.at(0) == cap::named_value{"unit", "79.760"});
  CHECK(i.areas.at(0).altitude == 10.5);
  CHECK(i.areas.at(0).ceiling == 200);
  const auto storm = good(file("examples/alert.xml"));
  CHECK(storm.infos.size() == 2);
  CHECK(storm.infos[0].event_codes.at(0).name == "VNDMS");
  CHECK(storm.infos[0].responses.size() == 2);
  CHECK(cap::to_string(*storm.infos[0].onset) == "2026-10-18T19:00:00+07:00");
}

TEST_CASE("embedded content is taken out before a message goes on to other networks") {
  auto a = cap::without_embedded_content(good(file("tests/data/cap/valid-full.xml")));
  CHECK(a.infos[0].resources.empty());
  a = good(
      replaced(file("tests/data/cap/valid-full.xml"), "map.png", "https://loa.example/map.png"));
  a = cap::without_embedded_content(std::move(a));
  REQUIRE(a.infos[0].resources.size() == 1);
  CHECK(a.infos[0].resources[0].deref_uri.empty());
}

TEST_CASE("an alert can be sent at another time, all its times with it") {
  const auto a = good(file("examples/alert.xml"));
  const auto b = cap::sent_at(a, a.sent.at + std::chrono::hours(48));
  CHECK(cap::to_string(b.sent) == "2026-10-20T14:30:00+07:00");
  CHECK(cap::to_string(*b.infos[1].expires) == "2026-10-21T12:00:00+07:00");
}
