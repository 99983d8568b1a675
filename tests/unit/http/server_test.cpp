#include "gateway_fixture.hpp"

#include <loa/protocol/citizen.hpp>
#include <loa/protocol/unit.hpp>

#include <thread>

namespace loa::http::test {

namespace {

server_parts parts(gateway_under_test& g) {
  return {small_tree(), g.auth, g.metrics};
}

errc refusal_of(gateway_under_test& g, server_options o, std::string_view pointer) {
  const auto made = server::create(std::move(o), parts(g));
  REQUIRE_FALSE(made);
  CHECK(made.error().pointer == pointer);
  CHECK_FALSE(made.error().detail.empty());
  return made.error().code;
}

} // namespace

TEST_CASE("options that cannot be are refused by name") {
  gateway_under_test g;
  for (const auto* listen : {"", "8135", "elsewhere:8135", "127.0.0.1:", "127.0.0.1:99999",
                             "127.0.0.1:x", "[::1:80", "::1]:80"})
    CHECK(refusal_of(g, {.listen = listen}, "/listen") == errc::rule);
  CHECK(refusal_of(g, {.listen = "0.0.0.0:0"}, "/plain") == errc::rule);
  CHECK(refusal_of(g, {.certificate = "c.pem"}, "/certificate") == errc::rule);
  CHECK(refusal_of(g, {.threads = 0}, "/threads") == errc::rule);
  CHECK(refusal_of(g, {.threads = 65}, "/threads") == errc::rule);
  CHECK(refusal_of(g, {.citizen_secrets = true}, "/known_citizens") == errc::rule);
  CHECK(server::create({.listen = "0.0.0.0:0", .plain = true}, parts(g)));
  CHECK(server::create({.listen = "[::1]:0"}, parts(g)));
  CHECK(server::create({.listen = "localhost:0"}, parts(g)));
}

TEST_CASE("a port that is taken is an error with the address in it") {
  gateway_under_test g;
  auto second =
      server::create({.listen = fmt::format("127.0.0.1:{}", g.gateway->port())}, parts(g)).value();
  const auto started = second->start(g.node);
  REQUIRE_FALSE(started);
  CHECK(started.error().detail.find(std::to_string(g.gateway->port())) != std::string::npos);
}

TEST_CASE("several threads share the clients") {
  server_options o;
  o.threads = 3;
  gateway_under_test g(o);
  g.node.answer_with([](const fake_node::message&) { return wire::value(); });
  std::vector<client> clients;
  std::map<std::uint64_t, int> per_thread;
  for (int i = 0; i < 9; ++i) {
    clients.push_back(g.stream("/v1/citizens/an/stream?units=79"));
    ++per_thread[g.node.wait_asked<citizen::attach>().second.channel >> 56];
  }
  CHECK(per_thread == std::map<std::uint64_t, int>{{0, 3}, {1, 3}, {2, 3}});
}

TEST_CASE("draining finishes what is under way, sends streams away and takes nothing new") {
  gateway_under_test g;
  auto asking = g.connect();
  asking.send(g.request("POST", "/v1/units/79/reports", "Content-Type: application/json\r\n",
                        R"({"citizen":"a","category":"c","text":"t"})"));
  g.node.next_asked();
  auto idle = g.connect();
  idle.send(g.request("GET", "/healthz"));
  idle.read_answer();
  auto stream = g.stream("/v1/citizens/an/stream?units=79");
  bool drained = false;
  std::thread drainer([&] { drained = g.gateway->drain(std::chrono::seconds(10)); });
  CHECK(stream.read_close() == 1001);
  stream.close();
  CHECK(idle.ended());
  idle.close();
  g.node.answer_open(0, wire::value::of(unit::submitted{"code", {}}));
  const auto a = asking.read_answer();
  CHECK(a.status == 201);
  CHECK(a.field("connection") == "close");
  asking.close();
  drainer.join();
  CHECK(drained);
  CHECK_THROWS(g.connect());
}

TEST_CASE("draining gives up when its time is over, and stopping cuts off") {
  gateway_under_test g;
  auto asking = g.connect();
  asking.send(g.request("POST", "/v1/units/79/reports", "Content-Type: application/json\r\n",
                        R"({"citizen":"a","category":"c","text":"t"})"));
  g.node.next_asked();
  CHECK_FALSE(g.gateway->drain(std::chrono::milliseconds(50)));
  g.gateway->stop();
  CHECK(asking.ended());
  g.node.answer_open(0, wire::value::of(unit::submitted{"late", {}})); // falls into a closed box
  CHECK(g.gateway->read_figures().connections == 0);
}

TEST_CASE("a node that is not ready says why") {
  gateway_under_test g;
  std::atomic<bool> ready{false};
  server_parts p = parts(g);
  p.ready = [&]() -> result<void> {
    if (ready) return {};
    return error{errc::unavailable, "The journal is being checked.", {}};
  };
  auto s = server::create({.listen = "127.0.0.1:0"}, std::move(p)).value();
  REQUIRE(s->start(g.node));
  client c(s->port());
  c.send(g.request("GET", "/readyz") + g.request("GET", "/healthz"));
  const auto a = c.read_answer();
  CHECK(a.status == 503);
  CHECK(a.json().at("detail") == "The journal is being checked.");
  CHECK(c.read_answer().status == 200);
  ready = true;
  c.send(g.request("GET", "/readyz"));
  CHECK(c.read_answer().status == 200);
}

} // namespace loa::http::test
