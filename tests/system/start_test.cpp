#include "city.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace loa::system_test;

TEST_CASE("a second node on the same data is refused by the name of the first") {
  city c;
  const auto& first = c.start();
  const auto second = loa_says({"node", c.config().string()});
  CHECK(second.code == 1);
  CHECK_THAT(second.err, Catch::Contains("in use by the node district-760") &&
                             Catch::Contains(std::to_string(first.pid())));
  CHECK(first.alive());
  CHECK(c.ask({.target = "/healthz"}).status == 200);
}

TEST_CASE("a hierarchy with a mistake is refused with what and where, and nothing is made") {
  city c;
  const auto refused = [&](const std::string& children) {
    c.write("city.json", R"({"source": "a test", "root":
      {"code": "79", "name": "Thành phố", "tier": "city", "children": [)" +
                             children + "]}}");
    const auto o = loa_says({"node", c.config().string()});
    CHECK(o.code == 1);
    CHECK_FALSE(std::filesystem::exists(c.file("data")));
    return o.err;
  };
  CHECK_THAT(refused(R"({"code": "760", "name": "Quận 1", "tier": "district"},
                        {"code": "760", "name": "Quận 3", "tier": "district"})"),
             Catch::Contains("760") && Catch::Contains("/root/children/1"));
  CHECK_THAT(refused(R"({"code": "760", "name": "Quận 1", "tier": "galaxy"})"),
             Catch::Contains("galaxy") && Catch::Contains("/root/children/0"));
}

TEST_CASE("a config with mistakes is refused with every one of them, and nothing is made") {
  city c;
  c.write("node.json", R"({"name": "a b", "data": "data", "hierarchy": "none.json", "colour": 1})");
  const auto o = loa_says({"node", c.config().string()});
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Catch::Contains("/name") && Catch::Contains("none.json") &&
                        Catch::Contains("/colour"));
  CHECK_FALSE(std::filesystem::exists(c.file("data")));
}
