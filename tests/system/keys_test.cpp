#include "city.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace loa::system_test;

namespace {

call keyed(call c, const std::string& key, const std::string& token) {
  c.key = key;
  c.token = token;
  return c;
}

call device(const std::string& method, const std::string& id) {
  call c{.method = method, .target = fmt::format("/v1/units/{}/devices/{}", a_commune, id)};
  if (method == "PUT") c.body = R"({"kind": "board", "name": "Bảng tin"})";
  return c;
}

} // namespace

TEST_CASE("a key that went with one device is refused with another, and nothing is registered") {
  city c;
  const auto admin = c.token("administrator");
  c.start();
  CHECK(c.ask(keyed(device("PUT", "a"), "k", admin)).status == 201);
  const auto other = c.ask(keyed(device("PUT", "b"), "k", admin));
  CHECK(other.status == 409);
  CHECK_FALSE(other.json().contains("id"));
  CHECK(c.ask(keyed(device("DELETE", "a"), "k", admin)).status == 409);
  CHECK(c.ask(keyed(device("PUT", "a"), "k", admin)).status == 201);
  const auto listed = c.get(fmt::format("/v1/units/{}/devices", a_commune))["devices"];
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["id"] == "a");
}

TEST_CASE("a removal under a key is done once, and said again") {
  city c;
  const auto admin = c.token("administrator");
  c.start();
  c.install(a_commune, "a", "board");
  CHECK(c.ask(keyed(device("DELETE", "a"), "k", admin)).status == 204);
  CHECK(c.ask(keyed(device("DELETE", "a"), "k", admin)).status == 204);
  c.node().kill();
  c.start();
  CHECK(c.ask(keyed(device("DELETE", "a"), "k", admin)).status == 204);
  CHECK(c.ask(keyed(device("DELETE", "a"), {}, admin)).status == 404);
}

TEST_CASE("one key serves one alert; the same alert under any key is the same") {
  city c;
  const auto editor = c.token("editor");
  c.start();
  const auto fire = alert_of(the_city, "fire-1");
  const auto said = c.ask(keyed(fire, "k", editor));
  CHECK(said.status == 202);
  const auto other = c.ask(keyed(alert_of(the_city, "fire-2"), "k", editor));
  CHECK(other.status == 409);
  CHECK_THAT(other.json()["detail"].get<std::string>(), Catch::Contains("This key"));
  auto changed = fire;
  changed.body.replace(changed.body.find("Cháy lớn"), std::string("Cháy lớn").size(), "Cháy nhỏ");
  for (const auto* key : {"l", ""}) {
    INFO(key);
    const auto again = c.ask(keyed(fire, key, editor));
    CHECK(again.status == 202);
    CHECK(again.json() == said.json());
    const auto refused = c.ask(keyed(changed, fmt::format("{}{}", key, *key ? "l" : ""), editor));
    CHECK(refused.status == 409);
    CHECK(refused.json()["pointer"] == "alert/identifier");
    CHECK_THAT(refused.json()["detail"].get<std::string>(),
               Catch::Contains(",fire-1,") && Catch::Contains("accepted before"));
  }
  CHECK(c.bulletins(the_city).size() == 1);
}
