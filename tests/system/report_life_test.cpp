#include "city.hpp"

#include <catch2/catch.hpp>

using namespace loa::system_test;

namespace {

/// Does one action and gives the report after it.
json done(city& c, const std::string& code, const json& action, const std::string& token) {
  auto a = action_on(code, action);
  a.token = token;
  const auto said = c.ask(a);
  INFO(action.dump() << ": " << said.body);
  REQUIRE(said.status == 200);
  return said.json();
}

} // namespace

TEST_CASE("a report lives from its submission to its one reopening, and the figures follow it") {
  city c;
  const auto official = c.token("approver");
  c.start();

  const auto submitted = c.ask(report_of(a_commune, "an", "Ổ gà lớn trước cổng trường"));
  REQUIRE(submitted.status == 201);
  const std::string code = submitted.json()["code"];
  const std::string at = "/v1/reports/" + code;
  CHECK(submitted.field("location") == at);

  CHECK(done(c, code, {{"action", "classify"}, {"category", "water"}}, official)["category"] ==
        "water");
  const auto assigned = done(c, code, {{"action", "assign"}, {"to", a_district}}, official);
  CHECK(assigned["responsible"] == a_district);
  CHECK(assigned["unit"] == a_commune);
  done(c, code, {{"action", "start"}}, official);

  auto figures = c.get("/v1/units/79/effectiveness")["reports"];
  CHECK(figures["received"] == 1);
  CHECK(figures["in_progress"] == 1);

  done(c, code, {{"action", "answer"}, {"note", "Đã vá xong."}}, official);
  const auto rated = done(c, code, {{"action", "rate"}, {"rating", 5}}, {});
  CHECK(rated["state"] == "answered");
  CHECK(rated["answer"] == "Đã vá xong.");
  CHECK(rated["rating"] == 5);
  CHECK_FALSE(rated.contains("text")); // who has only the code sees nothing personal
  CHECK(c.get(at)["text"] == "Ổ gà lớn trước cổng trường");
  figures = c.get("/v1/units/79/effectiveness")["reports"];
  CHECK(figures["processed"] == 1);
  CHECK(figures["in_progress"] == 0);
  CHECK(figures["satisfied"] == 1);

  CHECK(done(c, code, {{"action", "reopen"}}, {})["state"] == "reopened");
  figures = c.get("/v1/units/79/effectiveness")["reports"];
  CHECK(figures["received"] == 1);
  CHECK(figures["processed"] == 0);
  CHECK(figures["in_progress"] == 1);
  CHECK(figures["rated"] == 0);

  done(c, code, {{"action", "classify"}}, official);
  done(c, code, {{"action", "assign"}}, official);
  done(c, code, {{"action", "answer"}, {"note", "Đã vá lại."}}, official);
  const auto refused = c.ask(action_on(code, {{"action", "reopen"}}));
  CHECK(refused.status == 409);
  CHECK(refused.field("content-type") == "application/problem+json");
  CHECK(refused.json()["detail"] == "The report was reopened before; that is possible once.");
  CHECK(c.get(at)["answer"] == "Đã vá lại.");
}

TEST_CASE("delivery figures add up over HTTP, and only an official reads who is missing") {
  city c;
  const auto editor = c.token("editor");
  const auto administrator = c.token("administrator");
  c.start();
  const std::string devices = std::string("/v1/units/") + a_commune + "/devices/";
  for (const auto* id : {"spk-1", "spk-2", "spk-3"})
    REQUIRE(c.ask({.method = "PUT",
                   .target = devices + id,
                   .body = R"({"kind": "loudspeaker", "name": "Cụm loa"})",
                   .token = administrator})
                .status == 201);
  auto an = c.follow("an", a_commune);
  auto binh = c.follow("binh", a_commune);
  const std::string unit_of_slots = std::string("/v1/units/") + a_commune;
  REQUIRE(soon(
      [&] { return c.get(unit_of_slots).dump().find("\"connected\":2") != std::string::npos; }));

  auto post = alert_of(the_city, "delivery-1");
  post.token = editor;
  const auto accepted = c.ask(post);
  INFO(accepted.body);
  REQUIRE(accepted.status == 202);
  const std::string delivery =
      "/v1/bulletins/" + accepted.json()["id"].get<std::string>() + "/delivery";

  const auto frame = an.read_message();
  REQUIRE(frame);
  const auto position = json::parse(frame->second)["position"].get<std::uint64_t>();
  an.say(json{{"ack", position}}.dump());
  REQUIRE(c.ask({.method = "DELETE", .target = devices + "spk-3", .token = administrator}).status ==
          204);
  REQUIRE(soon([&] { return c.get(delivery)["citizens"]["delivered"] == 1; }));

  const auto seen = c.get(delivery);
  INFO(seen.dump(2));
  CHECK(seen["citizens"]["targeted"] == 2);
  CHECK(seen["devices"]["targeted"] == 3);
  CHECK(seen["devices"]["left"] == 1);
  std::size_t missing = seen["more_missing"];
  missing += seen["missing"].size();
  std::size_t targeted = 0;
  std::size_t accounted = missing;
  for (const auto* who : {"citizens", "devices"}) {
    targeted += seen[who]["targeted"].get<std::size_t>();
    accounted += seen[who]["delivered"].get<std::size_t>() + seen[who]["left"].get<std::size_t>();
  }
  CHECK(targeted == accounted);
  CHECK(seen["missing"].dump().find("citizen/binh") != std::string::npos);
  CHECK(seen["missing"].dump().find("citizen/an\"") == std::string::npos);

  for (const auto& token : {std::string(), c.token("citizen"), c.token("device")}) {
    const auto hidden = c.ask({.target = delivery, .token = token});
    if (hidden.status == 401) continue;
    INFO(hidden.body);
    REQUIRE(hidden.status == 200);
    CHECK(hidden.json()["citizens"] == seen["citizens"]);
    CHECK_FALSE(hidden.json().contains("missing"));
    CHECK_FALSE(hidden.json().contains("more_missing"));
  }
}
