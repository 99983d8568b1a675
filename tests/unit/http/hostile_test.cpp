#include "gateway_fixture.hpp"

#include <loa/protocol/citizen.hpp>
#include <loa/protocol/unit.hpp>

#include <future>

namespace loa::http::test {

namespace {

server_options impatient() {
  server_options o;
  using namespace std::chrono_literals;
  o.limits.header = o.limits.body = o.limits.idle = o.limits.write = o.limits.linger = 60ms;
  o.limits.sweep = 10ms;
  return o;
}

void accept_all(gateway_under_test& g) {
  g.node.answer_with([](const fake_node::message&) { return wire::value(); });
}

constexpr std::string_view stream_target = "/v1/citizens/an/stream?units=79";

node::feed_entry_ptr big_entry(std::uint64_t position) {
  auto e = std::make_shared<node::feed_entry>();
  e->feed = std::make_shared<const name>(entity("unit/79"));
  e->entry.position = position;
  e->entry.body = std::make_shared<const bytes>("\"text\":\"" + std::string(30'000, 'x') + "\"");
  return e;
}

} // namespace

TEST_CASE("a header that drips is cut off, though its octets keep coming") {
  auto o = impatient();
  o.limits.header_octets = 64U << 20; // time is what ends it
  gateway_under_test g(o);
  auto c = g.connect();
  c.send("GET /healthz HTTP/1.1\r\nHost: a\r\n");
  while (c.send("X: y\r\n")) { // until it is refused: the deadline is for the header as a whole
    if (g.gateway->read_figures().connections == 0) break;
  }
  CHECK(c.read_to_end().find("408") != std::string::npos);
}

TEST_CASE("a body that does not come, and a connection that says nothing, are ended") {
  gateway_under_test g(impatient());
  auto body = g.connect();
  body.send("POST /v1/units/79/reports HTTP/1.1\r\nHost: a\r\nContent-Type: "
            "application/json\r\nContent-Length: 10\r\n\r\n{");
  CHECK(body.read_answer().status == 408);
  CHECK(body.ended());
  auto silent = g.connect();
  CHECK(silent.ended());
  auto kept = g.connect();
  kept.send(g.request("GET", "/healthz"));
  CHECK(kept.read_answer().status == 200);
  CHECK(kept.ended());
}

TEST_CASE("a question that takes long is no silence of the client") {
  gateway_under_test g(impatient());
  auto c = g.connect();
  c.send(g.request("POST", "/v1/units/79/reports", "Content-Type: application/json\r\n",
                   R"({"citizen":"a","category":"c","text":"t"})"));
  auto other = g.connect();
  CHECK(other.ended()); // by then the idle time has passed twice
  auto another = g.connect();
  CHECK(another.ended());
  g.node.answer_open(0, wire::value::of(unit::submitted{"late", {}}));
  CHECK(c.read_answer().status == 201);
}

TEST_CASE("who does not read his answers gets no more of them, and nobody else notices") {
  server_options o;
  o.limits.send_buffer = 4096;
  o.limits.unsent_octets = 16U << 10;
  gateway_under_test g(o);
  unit::bulletin_page page;
  page.items = {{1, "a", "\"" + std::string(50'000, 'x') + "\""}};
  g.node.answer_with_value(page);
  auto greedy = g.connect(4096);
  const auto one = g.request("GET", "/v1/units/79/bulletins", g.as(role::editor));
  for (int i = 0; i < 100; ++i) greedy.send(one);
  CHECK(g.call("GET", "/healthz").status == 200);
  CHECK(g.node.asked() < 40);
  for (int i = 0; i < 100; ++i) CHECK(greedy.read_answer().status == 200);
}

TEST_CASE("a client that does not read its stream is closed, others get everything") {
  auto o = impatient();
  o.limits.idle = o.limits.write = std::chrono::seconds(20);
  o.limits.send_buffer = 4096;
  o.limits.stream_frames = 8;
  gateway_under_test g(o);
  accept_all(g);
  auto slow = g.stream(stream_target, {}, 4096);
  const auto channel = g.node.wait_asked<citizen::attach>().second.channel;
  auto good = g.stream("/v1/citizens/binh/stream?units=79");
  const auto other = g.node.wait_asked<citizen::attach>().second.channel;
  for (std::uint64_t i = 1; i <= 60; ++i) {
    g.gateway->citizens().deliver(entity("citizen/an"), channel, big_entry(i));
    g.gateway->citizens().deliver(entity("citizen/binh"), other, big_entry(i));
    const auto frame = good.read_message();
    REQUIRE(frame);
    CHECK(frame->second.find(fmt::format("\"position\":{},", i)) != std::string::npos);
  }
  CHECK(g.node.wait_told<citizen::detach>().second.channel == channel);
  CHECK(g.metrics.get_counter("loa_stream_overflows_total", "").value() == 1);
  // What had begun to go out is whole, then comes the reason, if the client reads after all.
  std::size_t frames = 0;
  for (auto f = slow.read_frame(); f && f->first == opcode::text; f = slow.read_frame()) ++frames;
  CHECK(frames < 20);
}

TEST_CASE("when the node is faster than the gateway for too long, streams come back later") {
  server_options o;
  o.limits.handed_over = 4;
  std::promise<void> held;
  std::promise<void> release;
  gateway_under_test g(o, [&]() -> result<void> {
    held.set_value();
    release.get_future().wait();
    return {};
  });
  accept_all(g);
  auto c = g.stream(stream_target);
  const auto channel = g.node.wait_asked<citizen::attach>().second.channel;
  auto holder = g.connect();
  holder.send(g.request("GET", "/readyz")); // the only thread of the gateway waits in it
  held.get_future().wait();
  for (std::uint64_t i = 1; i <= 100; ++i)
    g.gateway->citizens().deliver(entity("citizen/an"), channel, big_entry(i));
  release.set_value();
  CHECK(c.read_close() == 1013);
  CHECK(g.node.wait_told<citizen::detach>().second.channel == channel);
}

TEST_CASE("two unanswered pings end a stream, answered ones do not") {
  auto o = impatient();
  o.limits.ping = std::chrono::milliseconds(40);
  gateway_under_test g(o);
  accept_all(g);
  auto dead = g.stream(stream_target);
  int pings = 0;
  for (auto f = dead.read_frame(); f; f = dead.read_frame())
    pings += f->first == opcode::ping ? 1 : 0;
  CHECK(pings == 2);
  g.node.wait_told<citizen::detach>();
  auto alive = g.stream(stream_target);
  for (int i = 0; i < 6; ++i) {
    const auto f = alive.read_frame();
    REQUIRE(f);
    CHECK(f->first == opcode::ping);
    alive.send_frame(opcode::pong, f->second);
  }
}

TEST_CASE("a flood of pings, messages or empty fragments costs only who sends it") {
  server_options o;
  o.limits.stream_messages_per_second = 100;
  gateway_under_test g(o);
  accept_all(g);
  const auto flood = [&](opcode first, bool last, opcode rest, std::string_view payload) {
    auto c = g.stream(stream_target);
    c.send_frame(first, payload, last);
    for (int i = 0; i < 100'000; ++i) {
      std::string burst;
      c.send_frame(rest, payload, last);
      if (i % 64 == 0 && g.metrics.get_counter("loa_stream_faults_total", "").value() > 0) break;
    }
    const auto code = c.read_close();
    CHECK((code == 1008 || code == 0)); // the reason may be lost when octets were left unread
  };
  SECTION("pings") {
    flood(opcode::ping, true, opcode::ping, "x");
  }
  SECTION("acknowledgements") {
    flood(opcode::text, true, opcode::text, R"({"ack":1})");
  }
  SECTION("fragments") {
    flood(opcode::text, false, opcode::more, "");
  }
  CHECK(g.metrics.get_counter("loa_stream_faults_total", "").value() == 1);
  g.node.wait_told<citizen::detach>();
  CHECK(g.call("GET", "/healthz").status == 200);
}

TEST_CASE("frames that break the protocol end their stream with the code for it") {
  gateway_under_test g;
  accept_all(g);
  const auto code_of = [&](auto send) {
    auto c = g.stream(stream_target);
    send(c);
    return c.read_close();
  };
  CHECK(code_of([](client& c) { c.send_frame(opcode::text, "x", true, false); }) == 1002);
  CHECK(code_of([](client& c) { c.send_frame(opcode::text, "x", true, true, 4); }) == 1002);
  CHECK(code_of([](client& c) { c.send_frame(opcode::more, "x"); }) == 1002);
  CHECK(code_of([](client& c) { c.send_frame(opcode::binary, "x"); }) == 1003);
  CHECK(code_of([](client& c) { c.say("\xff\xfe"); }) == 1007);
  CHECK(code_of([](client& c) { c.say(std::string(5000, 'x')); }) == 1009);
  CHECK(code_of([](client& c) { c.send("GET / HTTP/1.1\r\n\r\n"); }) == 1002);
}

TEST_CASE("connections beyond the limits are told so and closed; those that went make room") {
  server_options o;
  o.limits.connections = 5;
  o.limits.connections_per_address = 3;
  gateway_under_test g(o);
  std::vector<client> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(g.connect());
    open.back().send(g.request("GET", "/healthz"));
    CHECK(open.back().read_answer().status == 200);
  }
  auto fourth = g.connect();
  const auto refused = fourth.read_answer();
  CHECK(refused.status == 429);
  CHECK_FALSE(refused.field("retry-after").empty());
  CHECK(fourth.ended());
  open.back().send(g.request("GET", "/healthz", "Connection: close\r\n"));
  open.back().read_answer();
  open.pop_back();
  for (int status = 429; status == 429;) {
    auto next = g.connect();
    next.send(g.request("GET", "/healthz"));
    status = next.read_answer().status;
    CHECK((status == 429 || status == 200));
  }
}

TEST_CASE("a thousand half-open and broken connections leave nothing behind") {
  gateway_under_test g;
  accept_all(g);
  seeded_random random(11);
  for (int i = 0; i < 1000; ++i) {
    auto c = g.connect();
    const auto text = random.chance(0.5) ? g.upgrade(stream_target) : g.request("GET", "/metrics");
    c.send(text.substr(0, random.below(text.size() + 1)));
    if (random.chance(0.3)) c.half_close();
  }
  CHECK(g.call("GET", "/healthz").status == 200);
  g.gateway->drain(std::chrono::seconds(10));
  CHECK(g.gateway->read_figures().connections == 0);
  CHECK(g.metrics.get_gauge("loa_http_connections", "").value() == 0);
  CHECK(g.metrics.get_gauge("loa_stream_connections", "", {{"kind", "citizen"}}).value() == 0);
}

TEST_CASE("who posts reports too fast without a token waits, and nobody waits for him") {
  server_options o;
  o.reports_per_minute = 3;
  gateway_under_test g(o);
  g.node.answer_with([](const fake_node::message& m) {
    const auto* s = m.what.get<unit::submit_report>();
    return s ? wire::value::of(unit::submitted{s->code, {}}) : wire::value::of(model::report{});
  });
  const std::string json = "Content-Type: application/json\r\n";
  const auto post = [&](const std::string& head) {
    return g.call("POST", "/v1/units/79/reports", head + json,
                  R"({"citizen":"an","category":"roads","text":"x"})");
  };
  const auto rate = [&] {
    return g.call("POST", "/v1/reports/79-0123456789ABC/actions", json,
                  R"({"action":"rate","rating":5})");
  };
  CHECK(post("").status == 201);
  CHECK(rate().status == 200);
  CHECK(post("").status == 201);
  const auto a = post("");
  CHECK(a.status == 429);
  CHECK(a.field("content-type") == "application/problem+json");
  const auto wait = std::stoi(a.field("retry-after"));
  CHECK((wait > 10 && wait <= 20));
  CHECK(rate().status == 429);
  CHECK(g.node.asked() == 3);
  CHECK(g.metrics.get_counter("loa_http_refused_posts_total", "").value() == 2);
  CHECK(post(g.as(role::citizen)).status == 201); // who has a token is known
  CHECK(g.call("GET", "/v1/reports/79-0123456789ABC").status == 200);
  // What is refused unread leaves the connection as it is.
  auto c = g.connect();
  for (int i = 0; i < 2; ++i) {
    c.send(g.request("POST", "/v1/units/79/reports", json, "{}"));
    CHECK(c.read_answer().status == 429);
  }
}

} // namespace loa::http::test
