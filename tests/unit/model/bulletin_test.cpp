#include "support.hpp"

#include <loa/model/bulletin_request.hpp>
#include <loa/wire/record.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace loa;
using namespace loa::model;
using namespace loa::model::test;

namespace {

const std::string minimal =
    R"({"priority":"routine","category":"training","headline":{"vi":"Lớp học"},"text":{"vi":"Tối nay"}})";

publication where() {
  return {"79.769-3F0K2M9QXZ7A", unit("79.769"), "editor", at("2026-10-18T14:30:00+07:00")};
}

result<bulletin> publish(const std::string& body) {
  static const auto t = hcmc_2021();
  auto request = read_bulletin_request(body);
  if (!request) return request.error();
  return to_bulletin(*std::move(request), where(), t);
}

std::string with(const std::string& members) {
  return minimal.substr(0, minimal.size() - 1) + "," + members + "}";
}

/// Code and pointer of a refusal.
std::pair<errc, std::string> refusal(const std::string& body) {
  const auto b = publish(body);
  REQUIRE_FALSE(b);
  INFO(b.error().to_string());
  return {b.error().code, b.error().pointer};
}

using refused = std::pair<errc, std::string>;

} // namespace

TEST_CASE("a minimal request becomes a bulletin for the whole unit on all channels for 30 days") {
  const auto b = publish(minimal);
  REQUIRE(b);
  CHECK(b->target == std::vector{unit("79.769")});
  CHECK(b->channel_mask() == 7);
  CHECK(b->effective == where().now);
  CHECK(b->expires - b->effective == std::chrono::days(30));
  CHECK(validate(*b).empty());
}

TEST_CASE("an emergency is in force for 24 hours where nothing else is said") {
  const auto b = publish(replaced(minimal, "routine", "emergency"));
  REQUIRE(b);
  CHECK(b->expires - b->effective == std::chrono::hours(24));
  CHECK(b->in_force(b->effective));
  CHECK_FALSE(b->in_force(b->expires));
}

TEST_CASE("a body that is no JSON is malformed, one of another shape is against the rules") {
  CHECK(refusal("{").first == errc::malformed);
  CHECK(refusal("[]").first == errc::rule);
  CHECK(refusal(with(R"("targets":[])")) == refused(errc::rule, "/targets"));
  CHECK(refusal(replaced(minimal, "routine", "urgent")) == refused(errc::rule, "/priority"));
  CHECK(refusal(replaced(minimal, "\"training\"", "7")) == refused(errc::rule, "/category"));
  CHECK(refusal(replaced(minimal, "\"headline\"", "\"hedline\"")) ==
        refused(errc::rule, "/headline"));
  CHECK(refusal(with(R"("priority":"routine")")).first == errc::malformed); // a key twice
}

TEST_CASE("a target outside of the unit is refused, as is one that does not exist") {
  CHECK(refusal(with(R"("target":["79.769.26794","79.760"])")) == refused(errc::rule, "/target/1"));
  CHECK(refusal(with(R"("target":["79"])")) == refused(errc::rule, "/target/0"));
  CHECK(refusal(with(R"("target":["79.769.1"])")) == refused(errc::rule, "/target/0"));
  CHECK(refusal(with(R"("target":["79..1"])")) == refused(errc::rule, "/target/0"));
}

TEST_CASE("targets that lie in each other are merged") {
  const auto b = publish(with(R"("target":["79.769.26797","79.769.26794","79.769.26794"])"));
  REQUIRE(b);
  CHECK(b->target == std::vector{unit("79.769.26794"), unit("79.769.26797")});
  CHECK(b->targets(unit("79.769.26794")));
  CHECK_FALSE(b->targets(unit("79.769")));
  CHECK(b->concerns(unit("79.769")));
  CHECK_FALSE(b->concerns(unit("79.769.26800")));
  const auto whole = publish(with(R"("target":["79.769.26797","79.769"])"));
  REQUIRE(whole);
  CHECK(whole->target == std::vector{unit("79.769")});
}

TEST_CASE("texts are limited, in known languages and without control characters") {
  CHECK(refusal(replaced(minimal, "Lớp học", "")) == refused(errc::rule, "/headline/vi"));
  CHECK(refusal(replaced(minimal, "Lớp học", std::string(1001, 'x'))) ==
        refused(errc::too_large, "/headline/vi"));
  CHECK(refusal(replaced(minimal, "Tối nay", std::string(32'001, 'x'))) ==
        refused(errc::too_large, "/text/vi"));
  CHECK(refusal(replaced(minimal, "Tối nay", "\\u0007")) == refused(errc::rule, "/text/vi"));
  CHECK(refusal(replaced(minimal, "\"vi\"", "\"tieng viet\"")) == refused(errc::rule, "/headline"));
  CHECK(refusal(replaced(minimal, "{\"vi\":\"Lớp học\"}", "{}")) ==
        refused(errc::rule, "/headline"));
  CHECK(refusal(replaced(minimal, "{\"vi\":", R"({"VI":"x","vi":)")).second == "/headline/vi");
  std::string many = "{\"vi\":\"x\"";
  for (char c = 'a'; c < 'a' + 16; ++c) many += std::string(",\"x") + c + "\":\"x\"";
  CHECK(refusal(replaced(minimal, "{\"vi\":\"Lớp học\"", many)) ==
        refused(errc::too_large, "/headline"));
}

TEST_CASE("texts and their languages are kept in canonical form") {
  const auto b =
      publish(replaced(replaced(minimal, "\"vi\"", "\"VI-vn\""), "Lớp", "Lo\\u031b\\u0301p"));
  REQUIRE(b);
  CHECK(b->headline.at("vi-VN") == "Lớp học");
}

TEST_CASE("a bulletin must not have expired, expire before it begins, or last for years") {
  const auto judged = [](const std::string& times) {
    const auto b = publish(with(times));
    REQUIRE(b); // a repetition must come as far as to where the first answer is known
    const auto wrong = judge_times(*b, where().now);
    return wrong ? refused(wrong->code, wrong->pointer) : refused();
  };
  const refused expiry(errc::rule, "/expires");
  CHECK(judged(R"("expires":"2026-10-18T14:30:00+07:00")") == expiry);
  CHECK(judged(R"("expires":"2026-10-01T00:00:00+07:00")") == expiry);
  CHECK(
      judged(R"("effective":"2026-12-01T00:00:00+07:00","expires":"2026-11-01T00:00:00+07:00")") ==
      expiry);
  CHECK(judged(R"("expires":"2028-01-01T00:00:00+07:00")") == expiry);
  CHECK(judged(R"("effective":"2025-11-01T00:00:00+07:00")") == expiry);
  CHECK(judged(R"("expires":"2026-10-18T14:30:01+07:00")") == refused());
  CHECK(refusal(with(R"("expires":"tomorrow")")) == expiry);
}

TEST_CASE("channels are read by name and kept once each") {
  const auto b = publish(with(R"("channels":["app","board","app"])"));
  REQUIRE(b);
  CHECK(b->channels == std::vector{channel::board, channel::app});
  CHECK(b->goes_to(channel::board));
  CHECK_FALSE(b->goes_to(channel::loudspeaker));
  CHECK(refusal(with(R"("channels":["radio"])")) == refused(errc::rule, "/channels/0"));
}

TEST_CASE("an id tells the unit it belongs to") {
  seeded_random random(1);
  const auto id = make_bulletin_id(unit("79.769.a-b"), random);
  CHECK(*unit_of(id) == unit("79.769.a-b"));
  CHECK(id != make_bulletin_id(unit("79.769.a-b"), random));
  for (const auto* wrong : {"", "79", "79-", "-3F0K2M9QXZ7A", "79-3f0k2m9qxz7a", "79-3F0K2M9QXZ7",
                            "79-3F0K2M9QXZIL", "79/1-3F0K2M9QXZ7A"})
    CHECK_FALSE(unit_of(wrong));
  CHECK(refusal(with(R"("replaces":["79"])")) == refused(errc::rule, "/replaces/0"));
}

TEST_CASE("a frame has the members that clients rely on, in one shared body") {
  auto b = *publish(minimal);
  b.replaces = {"79.769-3F0K2M9QXZ70"};
  b.cap = cap_info{"i\"1", "s", "2026-10-18T14:30:00+07:00", "Update", "Actual", {"s,i,t"}};
  b.headline["en"] = "Class \\ \"tonight\"\n";
  const auto body = frame_body(b);
  const auto text = frame(unit("79.769.26794"), 18446744073709551615ULL, body);
  const auto json = nlohmann::json::parse(text);
  CHECK(json.at("id") == b.id);
  CHECK(json.at("unit") == "79.769");
  CHECK(json.at("feed") == "79.769.26794");
  CHECK(json.at("position") == 18446744073709551615ULL);
  CHECK(json.at("priority") == "routine");
  CHECK(json.at("category") == "training");
  CHECK(json.at("sent") == "2026-10-18T14:30:00+07:00");
  CHECK(json.at("expires") == "2026-11-17T14:30:00+07:00");
  CHECK(json.at("headline").at("en") == b.headline["en"]);
  CHECK(json.at("text").at("vi") == "Tối nay");
  CHECK(json.at("replaces").at(0) == b.replaces[0]);
  CHECK(json.at("cap").at("identifier") == "i\"1");
  CHECK(json.at("cap").at("msgType") == "Update");
  CHECK(json.at("cap").at("status") == "Actual");
  CHECK(json.at("cap").at("references").at(0) == "s,i,t");
  CHECK_FALSE(json.contains("effective"));
  CHECK(text.ends_with(body + "}"));
}

TEST_CASE("a frame without replacement and alert leaves those members out") {
  const auto json = nlohmann::json::parse(frame(unit("79"), 1, frame_body(*publish(minimal))));
  CHECK_FALSE(json.contains("replaces"));
  CHECK_FALSE(json.contains("cap"));
}

TEST_CASE("a bulletin is read from its record as it was written") {
  auto b = *publish(with(R"("target":["79.769.26794"],"channels":["app"])"));
  b.cap = cap_info{"i", "s", "2026-10-18T14:30:00+07:00", "Alert", "Actual", {}};
  b.cap_xml.data = std::string("\xff\0x", 3);
  const auto again = wire::decode_record<std::variant<bulletin>>(wire::encode_record(b));
  REQUIRE(again);
  CHECK(std::get<bulletin>(*again) == b);
}

TEST_CASE("nobody takes the place of a bulletin from above or from elsewhere") {
  auto earlier = *publish(minimal);
  auto later = earlier;
  later.id = "79.769-000000000000";
  later.replaces = {earlier.id};
  REQUIRE(earlier.unit.str() == "79.769");
  for (const auto* unit : {"79.769", "79"}) {
    later.unit = *path::parse(unit);
    CHECK(supersedes(later, earlier));
  }
  for (const auto* unit : {"79.769.26794", "79.760", "7"}) {
    INFO(unit);
    later.unit = *path::parse(unit);
    CHECK_FALSE(supersedes(later, earlier));
  }
  later.unit = earlier.unit;
  later.replaces = {"79.769.26794-000000000000"};
  CHECK(validate(later).empty());
  for (const auto* id : {"79-000000000000", "79.760-000000000000"}) {
    later.replaces = {id};
    const auto wrong = validate(later);
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].code == errc::forbidden);
    CHECK(wrong[0].pointer == "/replaces/0");
  }
}

TEST_CASE("a headline of spaces is none") {
  auto b = *publish(minimal);
  b.headline = {{"vi", " \n "}};
  const auto wrong = validate(b);
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].pointer == "/headline/vi");
}

TEST_CASE("an Update supersedes what it names by id or by CAP reference, whichever comes first") {
  auto earlier = *publish(minimal);
  auto later = earlier;
  later.id = "79.769-000000000000";
  CHECK_FALSE(supersedes(later, earlier));
  later.replaces = {earlier.id};
  CHECK(supersedes(later, earlier));
  later.replaces.clear();
  earlier.cap = cap_info{"i", "s", "2026-10-18T14:30:00+07:00", "Alert", "Actual", {}};
  later.cap = cap_info{"j",      "s",      "2026-10-18T15:30:00+07:00",
                       "Update", "Actual", {"s,i,2026-10-18T07:30:00-00:00"}};
  CHECK(supersedes(later, earlier));
  CHECK_FALSE(supersedes(earlier, later));
  later.cap->msg_type = "Alert";
  CHECK_FALSE(supersedes(later, earlier));
}
