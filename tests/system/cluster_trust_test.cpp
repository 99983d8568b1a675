#include "metropolis.hpp"

#include <loa/base/random.hpp>
#include <loa/net/document.hpp>
#include <loa/net/issuing.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

// Whom the nodes of a cluster trust, as real processes.

using namespace loa::system_test;
using namespace std::chrono_literals;
using loa::net::document_kind;
using loa::net::issued;

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ostringstream all;
  all << std::ifstream(file).rdbuf();
  return all.str();
}

issued authority_of(const metropolis& m) {
  return {text_of(m.authority() / "authority.pem"), text_of(m.authority() / "authority.key")};
}

/// Puts another certificate in the place of a node's own.
void give(const metropolis& m, const std::string& node, const issued& certificate) {
  std::ofstream(m.home(node) / "node.pem") << certificate.certificate_pem;
  std::ofstream(m.home(node) / "node.key") << certificate.key_pem;
}

issued issue(const issued& by, const std::string& node, loa::duration from, loa::duration until) {
  const auto now = loa::system_clock().now();
  return loa::net::issue(by, {"test", node}, {now + from, until - from}, loa::system_random())
      .value();
}

bool says(const node_process& node, std::string_view what) {
  return soon([&] { return node.said().find(what) != std::string::npos; }, 20s);
}

/// A hierarchy of the cluster under a number, whose city has another name.
std::string units(const issued& by, std::uint64_t number, const std::string& name) {
  const auto content =
      json{{"source", "a test"},
           {"root",
            {{"code", "79"},
             {"name", name},
             {"tier", "city"},
             {"children",
              {{{"code", "760"},
                {"name", "Quận 1"},
                {"tier", "district"},
                {"children",
                 {{{"code", "26734"}, {"name", "Phường Tân Định"}, {"tier", "commune"}},
                  {{"code", "26737"}, {"name", "Phường Đa Kao"}, {"tier", "commune"}}}}},
               {{"code", "761"},
                {"name", "Quận 12"},
                {"tier", "district"},
                {"children",
                 {{{"code", "26740"}, {"name", "Phường Thới An"}, {"tier", "commune"}}}}}}}}}};
  return loa::net::sign_document({&by, 1}, "test", document_kind::hierarchy, number, content.dump())
      .value()
      .to_text();
}

} // namespace

TEST_CASE(
    "a node whose certificate another authority issued is let in nowhere, and both sides say why") {
  metropolis m;
  auto dice = loa::seeded_random(7);
  const auto now = loa::system_clock().now();
  const auto stranger =
      loa::net::make_authority("test", {now - loa::duration(1000), std::chrono::hours(48)}, dice);
  REQUIRE(stranger);
  m.start(city_node);
  // It believes in its own authority, whose documents it has.
  give(m, first_node, issue(*stranger, first_node, -1h, 24h));
  std::ofstream(m.home(first_node) / "authority.pem")
      << stranger->certificate_pem << authority_of(m).certificate_pem;
  auto& node = m.start(first_node);
  CHECK(says(m.node(city_node), "certificate"));
  CHECK(says(node, "city-79"));
  CHECK_FALSE(m.peer(city_node, the_city, first_node).value("up", true));
  CHECK_FALSE(m.peer(first_node, a_district, city_node).value("why", "").empty());
}

TEST_CASE("an expired certificate is refused, and its own node warns of it") {
  metropolis m;
  m.start(city_node);
  give(m, first_node, issue(authority_of(m), first_node, -48h, -1h));
  auto& node = m.start(first_node);
  CHECK(says(node, "expired"));
  CHECK(says(m.node(city_node), "expired"));
  CHECK_FALSE(m.peer(city_node, the_city, first_node).value("up", true));
}

TEST_CASE("a node that claims another's name by its config is refused by its own certificate") {
  metropolis m;
  m.configure(second_node, {{"name", first_node}});
  const auto said = loa_says({"node", (m.home(second_node) / "node.json").string(), "--check"});
  CHECK(said.code == 1);
  CHECK(said.err.find(second_node) != std::string::npos);
}

TEST_CASE("two nodes with one name are noticed, and the others go on") {
  metropolis m;
  m.start_all();
  m.meet();
  // The other district's place is taken by a second life of the first one, on an empty disk.
  m.stop(second_node);
  m.configure(second_node, {{"name", first_node}, {"data", "other"}});
  give(m, second_node, issue(authority_of(m), first_node, -1h, 24h));
  fs::create_directory(m.home(second_node) / "other");
  fs::copy_file(m.home(first_node) / "data/token.key", m.home(second_node) / "other/token.key");
  m.configure(second_node, {{"cluster", {{"listen", "127.0.0.1:" + std::to_string(free_port())}}},
                            {"http", {{"listen", "127.0.0.1:0"}}}});
  m.start(second_node);
  CHECK(says(m.node(city_node), "another journal than before"));
  static_cast<void>(m.publish(city_node, alert_of(the_city, "twins")));
}

TEST_CASE("an old copy of a journal that was put back by hand is noticed, and what was missed "
          "comes again") {
  metropolis m;
  m.start_all();
  m.meet();
  const auto data = m.home(first_node) / "data";
  m.stop(first_node);
  fs::copy(data, m.file("last-week"), fs::copy_options::recursive);
  m.start(first_node);
  const auto id = m.publish(city_node, alert_of(the_city, "since"));
  const auto there = [&] {
    const auto page = m.get(first_node, std::string("/v1/units/") + a_commune + "/bulletins");
    return std::ranges::count(page["bulletins"], json(id), [](const json& b) { return b["id"]; });
  };
  REQUIRE(soon([&] { return there() == 1; }, 20s));
  m.stop(first_node);
  fs::remove_all(data);
  fs::rename(m.file("last-week"), data);
  m.start(first_node);
  CHECK(says(m.node(city_node), "older than it was"));
  CHECK(soon([&] { return there() == 1; }, 20s));
}

TEST_CASE("a node with an older hierarchy takes the newer one over without a restart") {
  metropolis m;
  std::ofstream(m.home(city_node) / "hierarchy.json") << units(authority_of(m), 2, "Thành phố mới");
  m.start_all();
  CHECK(soon(
      [&] {
        const auto u = m.try_get(city_node, "/v1/units/79");
        return u && (*u)["name"] == "Thành phố mới";
      },
      20s));
  for (const auto* node : {first_node, second_node}) {
    INFO(m.node(node).said());
    CHECK(soon([&] { return fs::exists(m.home(node) / "data/documents/hierarchy.json"); }, 20s));
    CHECK(says(m.node(node), "The newer hierarchy is in force."));
  }
}

TEST_CASE("a forged hierarchy is refused before the node starts") {
  metropolis m;
  auto forged = units(authority_of(m), 2, "Thành phố");
  const auto at = forged.find("Quận 12");
  REQUIRE(at != std::string::npos);
  forged.replace(at, std::string("Quận 12").size(), "Quận 13");
  std::ofstream(m.home(first_node) / "hierarchy.json") << forged;
  const auto said = loa_says({"node", (m.home(first_node) / "node.json").string(), "--check"});
  CHECK(said.code == 1);
  CHECK(said.err.find("hierarchy.json") != std::string::npos);
}
