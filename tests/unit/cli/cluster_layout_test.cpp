#include <bindings/cli/cluster_addresses.hpp>
#include <bindings/cli/cluster_layout.hpp>
#include <bindings/cli/cluster_names.hpp>
#include <bindings/node/config.hpp>

#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>

#include <algorithm>
#include <map>

namespace loa::cli::test {

namespace {

model::unit_tree example(const std::string& file) {
  const auto text = host::read_file(std::string(LOA_SOURCE_DIR) + "/examples/hcmc/" + file,
                                    model::unit_tree::most_octets);
  REQUIRE(text);
  auto tree = model::unit_tree::load(*text);
  REQUIRE(tree);
  return *std::move(tree);
}

/// How many units each node hosts, all in all.
std::map<std::string, std::size_t> shares(const model::unit_tree& tree,
                                          std::vector<node_wish> wishes) {
  auto nodes = with_addresses(std::move(wishes), {});
  if (!nodes) FAIL(nodes.error().to_string());
  const auto places = net::placement::make(placement_of(*nodes));
  std::map<std::string, std::size_t> count;
  for (const auto& unit : tree.all()) {
    const auto host = places->host_of(unit.unit);
    REQUIRE(host);
    ++count[host->node->node];
  }
  return count;
}

model::unit_info unit(const char* where, const char* name,
                      model::tier tier = model::tier::district) {
  return {*path::parse(where), name, tier, {}, {}};
}

/// Where the first mistake of a written layout of Ho Chi Minh City is, names and addresses
/// included.
std::string mistake_in(const std::string& json) {
  static const auto tree = example("2021.json");
  auto wishes = nodes_as_written(tree, json);
  const auto nodes = wishes ? with_addresses(*std::move(wishes), {})
                            : result<std::vector<planned_node>>(wishes.error());
  if (nodes) return "none";
  CHECK(nodes.error().detail.size() > 20);
  return nodes.error().pointer;
}

std::vector<node_wish> three_on(const std::string& host) {
  std::vector<node_wish> wishes{{"a", {*path::parse("79")}, {}, {}}, {"b", {}, {}, {}}};
  wishes.push_back({"c", {}, host, {}});
  return wishes;
}

} // namespace

TEST_CASE(
    "a cluster is called by its root's name in plain letters, and by its code where none is left") {
  const auto named = [](const char* name) {
    return cluster_name_for(unit("79", name, model::tier::city));
  };
  CHECK(named("Thành phố Hồ Chí Minh") == "thanh-pho-ho-chi-minh");
  CHECK(named("Tp. Hồ Chí Minh") == "tp-ho-chi-minh");
  CHECK(named("  Đắk Lắk / ĐẮK LẮK ") == "dak-lak-dak-lak");
  CHECK(named("Tha\u0300nh pho\u0302\u0301") == "thanh-pho"); // decomposed
  CHECK(named("河内") == "city-79");
  CHECK(net::is_node_name(named(std::string(300, 'x').c_str())));
  CHECK(node_name_for(unit("79.769", "")) == "district-769");
  CHECK(node_name_for(unit("79.A_b", "")) == "district-a-b");
}

TEST_CASE("the city of 2021 has a node of its own and one for each of its 22 districts") {
  const auto tree = example("2021.json");
  const auto nodes = one_node_per_unit(tree);
  REQUIRE(nodes);
  CHECK(nodes->size() == 23);
  CHECK(nodes->front().node == "city-79");
  const auto share = shares(tree, *nodes);
  CHECK(share.at("city-79") == 1);
  CHECK(share.at("district-769") == tree.subtree(*path::parse("79.769")).size());
}

TEST_CASE("groups share the communes of 2025 so that none has more than one more than another") {
  const auto tree = example("2025.json");
  for (const std::size_t groups : {1, 4, 5, 100, 168}) {
    const auto nodes = nodes_in_groups(tree, groups);
    REQUIRE(nodes);
    REQUIRE(nodes->size() == groups + 1);
    auto share = shares(tree, *nodes);
    CHECK(share.at("city-79") == 1);
    share.erase("city-79");
    CHECK(share.size() == groups);
    const auto [least, most] =
        std::ranges::minmax_element(share, {}, [](const auto& s) { return s.second; });
    CHECK(most->second - least->second <= 1);
  }
  CHECK_FALSE(nodes_in_groups(tree, 0));
  CHECK_FALSE(nodes_in_groups(tree, 169));
}

TEST_CASE("a district whose communes are all in one group is in it, too") {
  const auto tree = example("2021.json");
  const auto nodes = nodes_in_groups(tree, 3);
  REQUIRE(nodes);
  std::size_t prefixes = 0;
  for (const auto& n : *nodes) prefixes += n.hosts.size();
  CHECK(prefixes < 70); // and not 312
  auto share = shares(tree, *nodes);
  // The root, and at most the two districts that a border between groups runs through.
  CHECK(share.at("city-79") >= 1);
  CHECK(share.at("city-79") <= 3);
  std::vector<std::size_t> communes;
  for (std::size_t g = 1; g <= 3; ++g) {
    std::size_t lowest = 0;
    for (const auto& prefix : (*nodes)[g].hosts) lowest += tree.count(prefix)[model::tier::commune];
    communes.push_back(lowest);
  }
  CHECK(communes == std::vector<std::size_t>{104, 104, 104});
}

TEST_CASE("two units that would give their nodes one name are refused") {
  const auto tree = model::unit_tree::load(R"({"source": "s", "root":
    {"code": "1", "name": "C", "tier": "city", "children": [
      {"code": "a", "name": "X", "tier": "commune"}, {"code": "A", "name": "Y", "tier": "commune"}]}})");
  REQUIRE(tree);
  CHECK_FALSE(one_node_per_unit(*tree));
}

TEST_CASE("a written layout is taken as it is") {
  const auto tree = example("2021.json");
  const auto wishes = nodes_as_written(tree, R"({"nodes": [ // as the operator wants it
    {"node": "city", "hosts": ["79"], "address": "10.0.0.1:7135", "http": "https://hcmc.example.vn"},
    {"node": "east", "hosts": ["79.769", "79.766"], "address": "east.example.vn:7000"},
    {"node": "near", "hosts": ["79.760"], "address": "10.0.0.2:7135", "http": "http://10.0.0.2:80"},
    {"node": "spare", "hosts": []}]})");
  REQUIRE(wishes);
  const auto nodes = with_addresses(*wishes, {});
  REQUIRE(nodes);
  const auto& [city, east, near, spare] =
      std::tie((*nodes)[0], (*nodes)[1], (*nodes)[2], (*nodes)[3]);
  CHECK(city.listen.str() == "10.0.0.1:7135");
  CHECK(city.http == "https://hcmc.example.vn");
  CHECK(city.http_listen.str() == "127.0.0.1:8135"); // behind what encrypts
  CHECK_FALSE(city.plain);
  CHECK(east.listen.str() == "0.0.0.0:7000");
  CHECK(east.http.empty());
  CHECK(near.http_listen.str() == "10.0.0.2:80");
  CHECK(near.plain);
  CHECK(spare.address == "127.0.0.1:7135");
  CHECK(spare.http == "http://127.0.0.1:8135");
}

TEST_CASE("a mistake in a written layout is shown with its JSON pointer") {
  CHECK(mistake_in("[]").empty());
  CHECK(mistake_in("{}") == "/nodes");
  CHECK(mistake_in(R"({"nodes": []})") == "/nodes");
  CHECK(mistake_in(R"({"nodes": [{"node": "a"}]})") == "/nodes/0/hosts");
  CHECK(mistake_in(R"({"nodes": [{"node": "a", "hosts": ["79"], "port": 1}]})") == "/nodes/0/port");
  CHECK(mistake_in(R"({"nodes": [{"node": "a", "hosts": ["79 "]}]})") == "/nodes/0/hosts/0");
  CHECK(mistake_in(R"({"nodes": [{"node": "a", "hosts": ["79", "79.999"]}]})") ==
        "/nodes/0/hosts/1");
  CHECK(mistake_in(
            R"({"nodes": [{"node": "a", "hosts": ["79"]}, {"node": "b", "hosts": ["79"]}]})") ==
        "/nodes/1/hosts/0");
  CHECK(mistake_in(R"({"nodes": [{"node": "a", "hosts": ["79.760"]}]})") == "/nodes");
  CHECK(mistake_in(R"({"nodes": [{"node": "City_79", "hosts": ["79"]}]})") == "/nodes/0/node");
  CHECK(mistake_in(R"({"nodes": [{"node": "a", "hosts": ["79"]}, {"node": "a", "hosts": []}]})") ==
        "/nodes/1/node");
  const auto with = [](const std::string& field, const std::string& value) {
    return mistake_in(R"({"nodes": [{"node": "a", "hosts": ["79"], ")" + field + "\": \"" + value +
                      "\"}]}");
  };
  CHECK(with("address", "10.0.0.1") == "/nodes/0/address");
  CHECK(with("address", "10.0.0.1:0") == "/nodes/0/address");
  CHECK(with("address", "0.0.0.0:7135") == "/nodes/0/address");
  CHECK(with("http", "10.0.0.1:80") == "/nodes/0/http");
  CHECK(with("http", "http://0.0.0.0:80") == "/nodes/0/http");
  CHECK(with("address", "[::1]:7135") == "none");
}

TEST_CASE("ports follow each other on a host, and never meet") {
  const auto nodes = with_addresses(three_on("10.0.0.9:7135"), {"127.0.0.1", 9000, 9500});
  REQUIRE(nodes);
  CHECK((*nodes)[1].address == "127.0.0.1:9001");
  CHECK((*nodes)[1].http_listen.str() == "127.0.0.1:9501");
  CHECK((*nodes)[2].http_listen.str() == "127.0.0.1:9500"); // on a machine of its own
  CHECK_FALSE(with_addresses(three_on(""), {"127.0.0.1", 9000, 9002}));
  CHECK_FALSE(with_addresses(three_on("127.0.0.1:9001"), {"127.0.0.1", 9000, 9500}));
  CHECK_FALSE(with_addresses(three_on(""), {"127.0.0.1", 65'534, 9500}));
  CHECK_FALSE(with_addresses(three_on(""), {"127.0.0.1", 9000, 65'534}));
  CHECK(with_addresses(three_on(""), {"::1", 9000, 9500})->front().http == "http://[::1]:9500");
}

} // namespace loa::cli::test
