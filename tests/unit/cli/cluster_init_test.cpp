#include "cluster_directory.hpp"

#include <bindings/cli/cluster_files.hpp>
#include <bindings/node/cluster_identity.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/token_book.hpp>

#include <nlohmann/json.hpp>

namespace loa::cli::test {

using nlohmann::json;

namespace {

/// Each node can start: its config has no mistake, its identity is its own, its documents open.
void check_nodes(const cluster_directory& d, std::size_t count) {
  const auto nodes = d.entries("c/nodes");
  CHECK(nodes.size() == count);
  for (const auto& node : nodes) {
    INFO(node);
    const auto read = host::read_config(d / ("c/nodes/" + node + "/node.json"));
    for (const auto& m : read.mistakes) FAIL(m.to_string());
    CHECK(read.warnings.empty());
    REQUIRE(read.value);
    CHECK(read.value->name == node);
    const auto who = host::load_identity(*read.value->cluster);
    REQUIRE(who);
    CHECK(who->id() == net::node_id{read.value->cluster->name, node});
    const auto shelf = host::open_shelf(*read.value);
    REQUIRE(shelf);
    CHECK(shelf->find(net::document_kind::hierarchy)->number() == 1);
    const auto* place = shelf->places()->find(node);
    REQUIRE(place);
    CHECK(place->address == read.value->cluster->listen.str());
    CHECK(place->http == "http://" + read.value->http.listen);
  }
}

std::string trimmed(std::string s) {
  while (s.ends_with('\n')) s.pop_back();
  return s;
}

} // namespace

TEST_CASE(
    "the city of 2021 becomes 23 nodes that are ready to start, the city's on the usual ports") {
  const cluster_directory d;
  const auto said = d.init(cluster_directory::example("2021.json"));
  INFO(said.err);
  REQUIRE(said.code == 0);
  check_nodes(d, 23);
  const auto city = *host::read_config(d / "c/nodes/city-79/node.json").value;
  CHECK(city.cluster->name == "thanh-pho-ho-chi-minh");
  CHECK(city.cluster->listen.str() == "127.0.0.1:7135");
  CHECK(city.http.listen == "127.0.0.1:8135");
  CHECK(has(said.out, "district-769"));
  CHECK(has(said.out, "Thành phố Thủ Đức"));
  CHECK(has(said.err, "c/start"));
  CHECK(d.entries() == std::set<std::string>{"c"});
}

TEST_CASE("the city of 2025 becomes four groups and a node for the city") {
  const cluster_directory d;
  const auto said = d.init(cluster_directory::example("2025.json"), {"--layout", "4", "--json"});
  REQUIRE(said.code == 0);
  check_nodes(d, 5);
  const auto made = json::parse(said.out);
  CHECK(made["cluster"] == "thanh-pho-ho-chi-minh");
  REQUIRE(made["nodes"].size() == 5);
  CHECK(made["nodes"][0]["node"] == "city-79");
  CHECK(made["nodes"][4]["node"] == "group-04");
  CHECK(made["nodes"][4]["units"] == 42);
  CHECK(fs::exists(made["nodes"][4]["config"].get<std::string>()));
}

TEST_CASE("secrets are for their owner alone, and the scripts can be run") {
  const cluster_directory d;
  REQUIRE(d.init(d.small_city()).code == 0);
  CHECK(d.mode("c") == 0700);
  CHECK(d.mode("c/authority/authority.key") == 0600);
  for (const auto& node : d.entries("c/nodes")) {
    CHECK(d.mode("c/nodes/" + node + "/node.key") == 0600);
    CHECK(d.mode("c/nodes/" + node + "/data/token.key") == 0600);
    CHECK(d.entries("c/nodes/" + node) ==
          std::set<std::string>{"authority.pem", "data", "hierarchy.json", "node.json", "node.key",
                                "node.pem", "placement.json"});
  }
  CHECK(d.mode("c/start") == 0755);
  CHECK(d.mode("c/stop") == 0755);
  CHECK(std::system(("sh -n " + d / "c/start").c_str()) == 0);
  CHECK(std::system(("sh -n " + d / "c/stop").c_str()) == 0);
}

TEST_CASE("a token that one node gives out is good at another") {
  const cluster_directory d;
  REQUIRE(d.init(d.small_city()).code == 0);
  const auto said = says({"token", "add", "--config", d / "c/nodes/district-760/node.json",
                          "--role", "editor", "--unit", "79"});
  REQUIRE(said.code == 0);
  for (const char* other : {"city-79", "district-769"}) {
    const auto key = host::token_book(d / (std::string("c/nodes/") + other + "/data")).key();
    REQUIRE(key);
    const auto claims = key->verify(trimmed(said.out), system_clock().now());
    REQUIRE(claims);
    CHECK(claims->role == http::role::editor);
  }
}

TEST_CASE("a node's directory works wherever it is copied") {
  const cluster_directory d;
  REQUIRE(d.init(d.small_city()).code == 0);
  fs::rename(d / "c/nodes/district-760", d / "elsewhere");
  fs::remove_all(d / "c");
  CHECK(says({"node", d / "elsewhere/node.json", "--check"}).code == 0);
}

TEST_CASE("name, ports, address and validity are those that were asked for") {
  const cluster_directory d;
  REQUIRE(d.init(d.small_city(), {"--name", "trial", "--base-port", "9100", "--http-port", "9200",
                                  "--address", "::1", "--days", "3"})
              .code == 0);
  const auto read = host::read_config(d / "c/nodes/district-760/node.json");
  REQUIRE(read.value);
  CHECK(read.value->cluster->name == "trial");
  CHECK(read.value->cluster->listen.str() == "[::1]:9101");
  CHECK(read.value->http.listen == "[::1]:9201");
  const auto left = host::load_identity(*read.value->cluster)->valid_until() - system_clock().now();
  CHECK(left < std::chrono::days(3));
  CHECK(left > std::chrono::hours(70));
}

TEST_CASE(
    "nodes on machines of their own answer clients on loopback until somebody says otherwise") {
  const cluster_directory d;
  const auto layout = d.write("layout.json", R"({"nodes": [
    {"node": "city", "hosts": ["79"], "address": "10.0.0.1:7135"},
    {"node": "east", "hosts": ["79.769"], "address": "east.example.vn:7135",
     "http": "http://10.0.0.2:8135"}]})");
  const auto said = d.init(d.small_city(), {"--layout", layout});
  INFO(said.err);
  REQUIRE(said.code == 0);
  const auto city = host::read_config(d / "c/nodes/city/node.json").value.value();
  CHECK(city.http.listen == "127.0.0.1:8135");
  const auto east = host::read_config(d / "c/nodes/east/node.json").value.value();
  CHECK(east.cluster->listen.str() == "0.0.0.0:7135");
  CHECK(east.http.plain);
  CHECK(has(said.err, "without TLS"));
}

TEST_CASE("what cannot be made is refused with a sentence, and nothing is left") {
  const cluster_directory d;
  const auto city = d.small_city();
  const auto refused = [&](const std::string& hierarchy, const std::vector<std::string>& more,
                           const char* why) {
    const auto before = d.entries();
    const auto said = d.init(hierarchy, more);
    INFO(said.err);
    CHECK(said.code == 1);
    CHECK(said.out.empty());
    CHECK(has(said.err, why));
    CHECK(d.entries() == before);
  };
  refused(d / "none.json", {}, "none.json cannot be read");
  refused(d.write("broken.json", R"({"source": "s", "root": {"code": "79"}})"), {},
          "broken.json: /root/name: ");
  refused(city, {"--layout", "0"}, "groups cannot be made");
  refused(city, {"--layout", "4"}, "3 units at the bottom");
  refused(city, {"--layout", "99999999999999999999999"}, "groups cannot be made");
  refused(city, {"--layout", "districts"},
          "--layout is \"district\", a number of groups, or a file");
  refused(city,
          {"--layout", d.write("layout.json", R"({"nodes": [{"node": "a", "hosts": ["80"]}]})")},
          "layout.json: The hierarchy has no unit 80. (at /nodes/0/hosts/0)");
  refused(city, {"--base-port", "65535"}, "No port up to 65535");
  refused(city, {"--base-port", "8135"}, "would listen on 127.0.0.1:8135");
}

TEST_CASE("a wrong command line of init ends with 2") {
  const cluster_directory d;
  const auto city = d.small_city();
  CHECK(d.init(city, {"--name", "Thành phố"}).code == 2);
  CHECK(d.init(city, {"--address", "a b"}).code == 2);
  CHECK(d.init(city, {"--base-port", "0"}).code == 2);
  CHECK(d.init(city, {"--days", "0"}).code == 2);
  CHECK(says({"cluster", "init", "--hierarchy", city}).code == 2);
  CHECK(d.entries() == std::set<std::string>{"city.json"});
}

TEST_CASE("only an empty directory is written to, and one whose parent is there") {
  const cluster_directory d;
  const auto city = d.small_city();
  const auto into = [&](const std::string& out) {
    return says({"cluster", "init", "--hierarchy", city, "--out", out});
  };
  fs::create_directory(d / "full");
  d.write("full/mine", "x");
  CHECK(has(into(d / "full").err, "is not empty"));
  CHECK(d.entries("full") == std::set<std::string>{"mine"});
  CHECK(has(into(city).err, "is a file"));
  CHECK(has(into(d / "no/where").err, "there is no directory"));
  fs::create_directory(d / "empty");
  CHECK(into(d / "empty/").code == 0);
  fs::create_directory(d / "other");
  fs::create_directory_symlink(d / "other", d / "link");
  CHECK(into(d / "link").code == 0);
  CHECK(fs::exists(d / "other/start"));
  CHECK(into(d / "empty").code == 1); // full by now
  CHECK(d.entries() == std::set<std::string>{"city.json", "empty", "full", "link", "other"});
}

TEST_CASE("where something goes wrong half way nothing is left") {
  const cluster_directory d;
  const auto text = host::read_file(d.small_city(), 1U << 20);
  REQUIRE(text);
  auto nodes = with_addresses({{"a", {*path::parse("79")}, {}, {}}}, {});
  REQUIRE(nodes);
  cluster_design design{"trial", *path::parse("79"),   *text,
                        *nodes,  std::chrono::days(9), std::chrono::days(8)};
  const auto now = system_clock().now();
  // The certificate would outlive its authority: after the authority's files were written.
  CHECK_FALSE(write_cluster(design, d / "c", now, system_random()));
  CHECK(d.entries() == std::set<std::string>{"city.json"});
  // What a node would refuse when it reads its config: after all files were written.
  design.authority_lifetime = std::chrono::days(9);
  design.nodes[0].http_listen = {"10.0.0.1", 8135};
  const auto refused = write_cluster(design, d / "c", now, system_random());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().pointer == "/http/listen");
  CHECK(d.entries() == std::set<std::string>{"city.json"});
  // Somebody was faster.
  design.nodes[0].http_listen = {"127.0.0.1", 8135};
  fs::create_directory(d / "c");
  d.write("c/mine", "x");
  CHECK_FALSE(write_cluster(design, d / "c", now, system_random()));
  CHECK(d.entries() == std::set<std::string>{"c", "city.json"});
  CHECK(d.entries("c") == std::set<std::string>{"mine"});
}

} // namespace loa::cli::test
