#include "metropolis.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace loa::system_test {

namespace fs = std::filesystem;

namespace {

/// Ports that nobody listens on now, held all at once so that no two are the same.
std::vector<std::uint16_t> free_ports(std::size_t how_many) {
  std::vector<int> held;
  std::vector<std::uint16_t> ports;
  while (ports.size() < how_many) {
    held.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    REQUIRE(::bind(held.back(), address, size) == 0);
    REQUIRE(::getsockname(held.back(), address, &size) == 0);
    ports.push_back(ntohs(at.sin_port));
  }
  for (const auto s : held) ::close(s);
  return ports;
}

} // namespace

std::uint16_t free_port() {
  return free_ports(1).front();
}

metropolis::metropolis(std::vector<place> places) : places_(std::move(places)) {
  std::string pattern = (fs::temp_directory_path() / "loa-system-XXXXXX").string();
  dir_ = ::mkdtemp(pattern.data());
  write("units.json", R"({"source": "a test", "root":
    {"code": "79", "name": "Thành phố", "tier": "city", "children": [
      {"code": "760", "name": "Quận 1", "tier": "district", "children": [
        {"code": "26734", "name": "Phường Tân Định", "tier": "commune"},
        {"code": "26737", "name": "Phường Đa Kao", "tier": "commune"}]},
      {"code": "761", "name": "Quận 12", "tier": "district", "children": [
        {"code": "26740", "name": "Phường Thới An", "tier": "commune"}]}]}})");
  auto nodes = json::array();
  const auto ports = free_ports(2 * places_.size());
  for (const auto& p : places_) {
    const auto i = 2 * nodes.size();
    nodes.push_back(
        {{"node", p.node},
         {"hosts", {p.hosts}},
         {"address", fmt::format("{}:{}", p.in ? p.in->address() : "127.0.0.1", ports[i])},
         {"http", fmt::format("http://127.0.0.1:{}", ports[i + 1])}});
  }
  write("layout.json", json{{"nodes", nodes}}.dump());
  const auto said =
      loa_says({"cluster", "init", "--hierarchy", file("units.json").string(), "--layout",
                file("layout.json").string(), "--out", file("cluster").string(), "--name", "test"});
  INFO(said.err);
  REQUIRE(said.code == 0);
}

metropolis::~metropolis() {
  nodes_.clear();
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
}

void metropolis::write(const std::string& name, const std::string& content) const {
  std::ofstream(file(name)) << content;
}

void metropolis::configure(const std::string& node, const json& changes) const {
  const auto config = home(node) / "node.json";
  std::ifstream in(config);
  auto now = json::parse(in, nullptr, true, true);
  now.merge_patch(changes);
  std::ofstream(config) << now.dump();
}

node_process& metropolis::start(const std::string& node) {
  nodes_.erase(node);
  const visit there(network_of(node));
  auto started = std::make_unique<node_process>(home(node) / "node.json");
  INFO(started->said());
  REQUIRE(started->port() != 0);
  return *(nodes_[node] = std::move(started));
}

void metropolis::start_all() {
  for (const auto& p : places_) start(p.node);
}

const network* metropolis::network_of(const std::string& node) const {
  return std::ranges::find(places_, node, &place::node)->in;
}

const std::string& metropolis::token(const std::string& role) {
  auto& token = tokens_[role];
  if (token.empty()) {
    auto said = loa_says({"token", "add", "--config", (home(city_node) / "node.json").string(),
                          "--role", role, "--unit", the_city});
    INFO(said.err);
    REQUIRE(said.code == 0);
    token = said.out.substr(0, said.out.find('\n'));
  }
  return token;
}

answer metropolis::ask(const std::string& node, const call& c) const {
  const visit there(network_of(node));
  return caller(nodes_.at(node)->port()).send(c);
}

json metropolis::get(const std::string& node, const std::string& target) {
  const auto a = ask(node, {.target = target, .token = token("approver")});
  INFO(target << " at " << node << ": " << a.body);
  REQUIRE(a.status == 200);
  return a.json();
}

std::optional<json> metropolis::try_get(const std::string& node, const std::string& target) {
  const auto a = ask(node, {.target = target, .token = token("approver")});
  return a.status == 200 ? std::optional(a.json()) : std::nullopt;
}

json metropolis::peer(const std::string& node, const std::string& unit, const std::string& other) {
  const auto status = get(node, "/v1/units/" + unit);
  for (const auto& p : status.value("peers", json::array()))
    if (p["node"] == other) return p;
  return json::object();
}

http::test::client metropolis::stream(const std::string& node, const std::string& target,
                                      const std::string& token) {
  const visit there(network_of(node));
  http::test::client s(nodes_.at(node)->port());
  const auto who = token.empty() ? token : "Authorization: Bearer " + token + "\r\n";
  s.send(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}"
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     target, who));
  REQUIRE(s.read_answer(true).status == 101);
  return s;
}

http::test::client metropolis::follow(const std::string& node, const std::string& citizen,
                                      const std::string& units) {
  return stream(node, fmt::format("/v1/citizens/{}/stream?units={}", citizen, units), {});
}

http::test::client metropolis::attend(const std::string& node, const std::string& unit,
                                      const std::string& device) {
  return stream(node, fmt::format("/v1/devices/{}/{}/stream", unit, device), token("device"));
}

std::string metropolis::publish(const std::string& node, const call& c) {
  auto mine = c;
  mine.token = token("editor");
  answer a;
  const bool accepted = soon([&] { return (a = ask(node, mine)).status == 202; });
  INFO(a.body);
  REQUIRE(accepted);
  return a.json()["id"];
}

void metropolis::meet() {
  REQUIRE(soon([&] {
    return std::ranges::all_of(places_, [&](const place& p) {
      return p.node == city_node || peer(city_node, the_city, p.node).value("up", false);
    });
  }));
}

} // namespace loa::system_test
