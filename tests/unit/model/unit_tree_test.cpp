#include "support.hpp"

#include <loa/model/unit_tree.hpp>

#include <fmt/format.h>

#include <algorithm>

using namespace loa;
using namespace loa::model;
using namespace loa::model::test;

namespace {

std::string with_root(const std::string& root) {
  return R"({"source":"test","root":)" + root + "}";
}

/// The mistakes of a file whose root has these members beside code, name and tier.
std::vector<error> mistakes(const std::string& json) {
  std::vector<error> all;
  const auto t = unit_tree::load(json, &all);
  REQUIRE_FALSE(t);
  REQUIRE_FALSE(all.empty());
  return all;
}

bool reports(const std::vector<error>& all, const std::string& pointer, const std::string& words) {
  for (const auto& e : all) UNSCOPED_INFO(e.to_string());
  return std::ranges::any_of(all, [&](const error& e) {
    return e.pointer == pointer && e.detail.find(words) != std::string::npos;
  });
}

std::string city(const std::string& children) {
  return with_root(R"({"code":"79","name":"City","tier":"city","children":[)" + children + "]}");
}

std::string square(double lat, double lon, double size) {
  return fmt::format(
      R"({{"type":"Polygon","coordinates":[[[{1},{0}],[{3},{0}],[{3},{2}],[{1},{2}],)"
      R"([{1},{0}]]]}})",
      lat, lon, lat + size, lon + size);
}

/// Three communes in a row from west to east, each 0.1 degrees; the last has no known boundary.
std::string row_of_communes() {
  return city(fmt::format(R"({{"code":"1","name":"A","tier":"commune","boundary":{}}},)"
                          R"({{"code":"2","name":"B","tier":"commune","boundary":{}}},)"
                          R"({{"code":"3","name":"C","tier":"commune"}})",
                          square(10, 106, 0.1), square(10, 106.1, 0.1)));
}

} // namespace

TEST_CASE("the hierarchy of 2021 has 1 city, 22 districts and 312 communes") {
  const auto t = hcmc_2021();
  CHECK(t.size() == 335);
  const auto n = t.count(t.root().unit);
  CHECK(n.at(tier::city) == 1);
  CHECK(n.at(tier::district) == 22);
  CHECK(n.at(tier::commune) == 312);
  CHECK(t.source().find("General Statistics Office") != std::string::npos);
  CHECK(t.find(unit("79.769.26794"))->name == "Phường Linh Xuân");
  CHECK(t.parent(unit("79.769.26794"))->name == "Thành phố Thủ Đức");
  CHECK(t.children(unit("79")).size() == 22);
  CHECK(t.subtree(unit("79.760")).size() == 11);
  const auto up = t.ancestors(unit("79.769.26794"));
  REQUIRE(up.size() == 2);
  CHECK(up[1] == &t.root());
  CHECK_FALSE(t.in_force(std::chrono::year(2025) / 7 / 1));
  CHECK(t.in_force(std::chrono::year(2025) / 6 / 30));
}

TEST_CASE("the hierarchy of 2025 has 1 city and 168 communes right under it") {
  const auto t = tree(file("examples/hcmc/2025.json"));
  CHECK(t.size() == 169);
  CHECK(t.count(unit("79")).at(tier::commune) == 168);
  CHECK(t.children(unit("79")).size() == 168);
  CHECK(t.in_force(std::chrono::year(2025) / 7 / 1));
  CHECK_FALSE(t.in_force(std::chrono::year(2025) / 6 / 30));
}

TEST_CASE("every successor named in 2021 is a unit of 2025") {
  const auto later = tree(file("examples/hcmc/2025.json"));
  std::size_t without = 0;
  const auto earlier = hcmc_2021();
  for (const auto& u : earlier.all()) {
    if (u.level == tier::commune && u.successors.empty()) ++without;
    for (const auto& s : u.successors) CHECK(later.find(s));
  }
  CHECK(without == 39);
}

TEST_CASE("what is not in the tree is not found") {
  const auto t = hcmc_2021();
  CHECK_FALSE(t.find(unit("79.999")));
  CHECK_FALSE(t.parent(unit("79")));
  CHECK_FALSE(t.parent(unit("80")));
  CHECK(t.children(unit("80")).empty());
  CHECK(t.subtree(unit("80")).empty());
}

TEST_CASE("names are kept in normalisation form C") {
  const auto t =
      tree(with_root("{\"code\":\"79\",\"name\":\"Qua\\u0323\\u0302n\",\"tier\":\"city\"}"));
  CHECK(t.root().name == "Quận");
}

TEST_CASE("a code that stands twice under one parent is refused") {
  const auto all = mistakes(city(R"({"code":"1","name":"A","tier":"district"},
                                    {"code":"1","name":"B","tier":"district"})"));
  CHECK(reports(all, "/root/children/1/code", "79.1 is here twice"));
}

TEST_CASE("a unit that lies in itself is refused") {
  const auto all = mistakes(city(R"({"code":"1","name":"A","tier":"district","children":[
      {"code":"79","name":"B","tier":"commune"}]})"));
  CHECK(reports(all, "/root/children/0/children/0/code", "cannot lie in itself"));
}

TEST_CASE("an unknown tier is refused by name") {
  const auto all = mistakes(city(R"({"code":"1","name":"A","tier":"ward"})"));
  CHECK(reports(all, "/root/children/0/tier", "\"ward\" is not a tier"));
}

TEST_CASE("a district under a commune is refused, a commune under a city is not") {
  const auto all = mistakes(city(R"({"code":"1","name":"A","tier":"commune","children":[
      {"code":"2","name":"B","tier":"district"}]})"));
  CHECK(reports(all, "/root/children/0/children/0/tier", "A district cannot lie under a commune"));
  CHECK(reports(mistakes(city(R"({"code":"1","name":"A","tier":"city"})")), "/root/children/0/tier",
                "A city cannot lie under a city"));
  CHECK(tree(city(R"({"code":"1","name":"A","tier":"hamlet"})")).size() == 2);
}

TEST_CASE("missing, empty and unknown fields are refused") {
  const auto all = mistakes(city(R"({"code":"1","tier":"commune"},{"code":"","name":"B",
      "tier":"commune"},{"code":"a.b","name":"","tier":"commune","nmae":1,"~/":2})"));
  CHECK(reports(all, "/root/children/0/name", "missing"));
  CHECK(reports(all, "/root/children/1/code", "empty"));
  CHECK(reports(all, "/root/children/2/code", "without '.'"));
  CHECK(reports(all, "/root/children/2/name", "empty"));
  CHECK(reports(all, "/root/children/2/nmae", "not known here"));
  CHECK(reports(all, "/root/children/2/~0~1", "not known here"));
  CHECK(all.size() == 6);
}

TEST_CASE("the error of a file says how many mistakes there are") {
  const auto t = unit_tree::load(city(R"({"code":"1"},{"code":"2"})"));
  REQUIRE_FALSE(t);
  CHECK(t.error().detail.find("There are 4 mistakes in all.") != std::string::npos);
}

TEST_CASE("dates must exist and be in order") {
  const auto root = R"("source":"t","root":{"code":"79","name":"C","tier":"city"}})";
  CHECK(reports(
      mistakes(std::string(R"({"valid_from":"2025-07-02","valid_to":"2025-07-01",)") + root),
      "/valid_to", "before valid_from"));
  CHECK(reports(mistakes(std::string(R"({"valid_from":"2025-02-30",)") + root), "/valid_from",
                "a date like"));
  CHECK(reports(mistakes(std::string(R"({"valid_from":"01/07/2025",)") + root), "/valid_from",
                "a date like"));
}

TEST_CASE("a boundary that is not a closed GeoJSON polygon is refused") {
  const auto with = [](const std::string& boundary) {
    return mistakes(
        with_root(R"({"code":"79","name":"C","tier":"city","boundary":)" + boundary + "}"));
  };
  CHECK(
      reports(with(R"({"type":"Point","coordinates":[106,10]})"), "/root/boundary", "\"Polygon\""));
  CHECK(reports(with("[]"), "/root/boundary", "\"Polygon\""));
  CHECK(reports(with(R"({"type":"Polygon","coordinates":[]})"), "/root/boundary/coordinates",
                "at least one ring"));
  CHECK(reports(with(R"({"type":"Polygon","coordinates":[[[106,10],[107,10],[107,11],[106,11]]]})"),
                "/root/boundary/coordinates/0", "not closed"));
  CHECK(reports(with(R"({"type":"Polygon","coordinates":[[[106,10],[107,10],[106,10]]]})"),
                "/root/boundary/coordinates/0", "not closed"));
  CHECK(reports(with(R"({"type":"Polygon","coordinates":[[[10,106],[10,107],[11,107],[10,106]]]})"),
                "/root/boundary/coordinates/0/0", "longitude first"));
}

TEST_CASE("a successor that is no path is refused") {
  const auto all = mistakes(
      with_root(R"({"code":"79","name":"C","tier":"city","successors":["80.1","80..1",7]})"));
  CHECK(all.size() == 2);
  CHECK(reports(all, "/root/successors/1", "part of a path"));
}

TEST_CASE("a hierarchy deeper than paths can be is refused") {
  std::string units = R"({"code":"x40","name":"C","tier":"hamlet"})";
  for (int i = 39; i > 0; --i)
    units = fmt::format(R"({{"code":"x{}","name":"C","tier":"city","children":[{}]}})", i, units);
  CHECK_FALSE(unit_tree::load(with_root(units)));
  CHECK_FALSE(unit_tree::load(std::string(100'000, '[')));
}

TEST_CASE("what is no hierarchy at all is refused without harm") {
  for (const auto* text : {"", "null", "[]", "{", "{}", R"({"source":"x"})", R"({"root":[]})",
                           R"({"source":1,"root":{"children":{}}})"})
    CHECK_FALSE(unit_tree::load(text));
}

TEST_CASE("a shape selects the units whose boundary it touches") {
  const auto t = tree(row_of_communes());
  const auto in_a = t.select(unit("79"), circle{{10.05, 106.05}, 1});
  CHECK(in_a.units == std::vector{unit("79.1")});
  CHECK(in_a.unknown == 1);
  const auto across = t.select(unit("79"), circle{{10.05, 106.1}, 1});
  CHECK(across.units == std::vector{unit("79.1"), unit("79.2")});
  const auto away = t.select(unit("79"), circle{{10.05, 106.25}, 1});
  CHECK(away.units.empty());
  CHECK(away.unknown == 1);
  CHECK(t.select(unit("80"), circle{{10.05, 106.05}, 1}).units.empty());
}

TEST_CASE("a unit that a shape covers whole stands for all below it") {
  const auto t = tree(
      with_root(fmt::format(R"({{"code":"79","name":"C","tier":"city","boundary":{},"children":[)"
                            R"({{"code":"1","name":"A","tier":"commune","boundary":{}}},)"
                            R"({{"code":"2","name":"B","tier":"commune","boundary":{}}}]}})",
                            square(10, 106, 0.2), square(10, 106, 0.1), square(10, 106.1, 0.1))));
  CHECK(t.select(unit("79"), circle{{10.05, 106.1}, 50}).units == std::vector{unit("79")});
  CHECK(t.select(unit("79"), circle{{10.05, 106.1}, 1}).units.size() == 2);
  CHECK(t.select(unit("79"), circle{{20, 106.1}, 1}).unknown == 0);
}

TEST_CASE("where only the district's boundary is known the whole district is selected") {
  const auto t = tree(city(fmt::format(
      R"({{"code":"1","name":"A","tier":"district","boundary":{},"children":[
           {{"code":"2","name":"B","tier":"commune"}}]}})",
      square(10, 106, 0.1))));
  const auto found = t.select(unit("79"), circle{{10.05, 106.05}, 1});
  CHECK(found.units == std::vector{unit("79.1")});
  CHECK(found.unknown == 0);
}

TEST_CASE("a point is located in the deepest unit that contains it") {
  const auto t = tree(row_of_communes());
  CHECK(t.locate({10.05, 106.15})->name == "B");
  CHECK_FALSE(t.locate({10.05, 107}));
}
