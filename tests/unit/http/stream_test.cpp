#include "gateway_fixture.hpp"

#include <bindings/http/citizen_id.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/protocol/citizen.hpp>
#include <loa/protocol/device.hpp>
#include <loa/protocol/unit.hpp>

#include <set>

namespace loa::http::test {

namespace {

node::feed_entry_ptr entry(std::uint64_t position, std::string body = R"("id":"x")",
                           std::string_view feed = "unit/79.769") {
  auto e = std::make_shared<node::feed_entry>();
  e->feed = std::make_shared<const name>(entity(feed));
  e->entry.position = position;
  e->entry.body = std::make_shared<const bytes>(std::move(body));
  return e;
}

/// What a fake entity answers to "attach": done.
void accept_all(gateway_under_test& g) {
  g.node.answer_with([](const fake_node::message&) { return wire::value(); });
}

std::string expect_text(client& c) {
  const auto m = c.read_message();
  REQUIRE(m);
  REQUIRE(m->first == opcode::text);
  return m->second;
}

} // namespace

TEST_CASE("a citizen's stream attaches, delivers frames and hands acknowledgements on") {
  gateway_under_test g;
  accept_all(g);
  auto c = g.stream("/v1/citizens/an/stream?units=79.769");
  const auto [m, attached] = g.node.wait_asked<citizen::attach>();
  CHECK(m.to.str() == "citizen/an");
  CHECK(attached.acknowledges);
  REQUIRE(attached.units.size() == 1);
  CHECK(attached.units[0].unit == unit("79.769"));
  CHECK_FALSE(attached.units[0].from);
  CHECK_FALSE(g.gateway->citizens().deliver(m.to, attached.channel,
                                            entry(7, R"("id":"b","headline":{"vi":"Bão"})")));
  CHECK(expect_text(c) == R"({"feed":"79.769","position":7,"id":"b","headline":{"vi":"Bão"}})");
  c.say(R"({"ack":7})");
  const auto [who, ack] = g.node.wait_told<citizen::ack>();
  CHECK(who == m.to);
  CHECK(ack.position == 7);
  CHECK(ack.feed == unit("79.769")); // another connection may follow more
  c.say(R"({"ack":8,"feed":"79.769"})");
  CHECK(g.node.wait_told<citizen::ack>().second.feed == unit("79.769"));
  c.send_frame(opcode::close, std::string("\x03\xe8", 2));
  CHECK(c.read_close() == 1000);
  CHECK(g.node.wait_told<citizen::detach>().second.channel == attached.channel);
  CHECK(c.ended());
}

TEST_CASE("a citizen follows several units, each from where he says") {
  gateway_under_test g;
  accept_all(g);
  auto c = g.stream("/v1/citizens/an/stream?units=79.769@12,79.760%2C79@0");
  const auto attached = g.node.wait_asked<citizen::attach>().second;
  REQUIRE(attached.units.size() == 3);
  CHECK(attached.units[0].from == link::cursor{0, {12, 12}});
  CHECK_FALSE(attached.units[1].from);
  CHECK(attached.units[2].from == link::cursor{0, {0, 0}});
  c.say(R"({"ack":3})");
  CHECK(c.read_close() == 1008); // of which feed?
}

TEST_CASE("what is wrong with a stream's address is said before the protocol changes") {
  gateway_under_test g;
  const auto status = [&](std::string_view target) {
    auto c = g.connect();
    c.send(g.upgrade(target));
    return c.read_answer().status;
  };
  CHECK(status("/v1/citizens/an/stream") == 400);
  CHECK(status("/v1/citizens/an/stream?units=") == 400);
  CHECK(status("/v1/citizens/an/stream?units=79,") == 400);
  CHECK(status("/v1/citizens/an/stream?units=79@x") == 400);
  CHECK(status("/v1/citizens/an/stream?units=79@-1") == 400);
  CHECK(status("/v1/citizens/an/stream?units=79@99999999999999999999") == 400);
  CHECK(status("/v1/citizens/an/stream?units=79,79") == 400);
  CHECK(status("/v1/citizens/an/stream?units=79.1") == 404);
  CHECK(status("/v1/citizens/a%20n/stream?units=79") == 400);
  CHECK(status(fmt::format("/v1/citizens/{}/stream?units=79", std::string(97, 'a'))) == 400);
  std::string many = "79";
  for (int i = 0; i < 17; ++i) many += ",79.769.26794";
  CHECK(status("/v1/citizens/an/stream?units=" + many) == 400);
  CHECK(g.node.asked() == 0);
}

TEST_CASE("ids of many kinds are citizens, each with a name of its own") {
  for (const auto* id : {"an", "550e8400-e29b-41d4-a716-446655440000", "an@example.vn",
                         "+84901234567", "a.b", "-", "a_b"}) {
    const auto n = citizen_name(id);
    REQUIRE(n);
    CHECK(citizen_id(*n) == id);
  }
  std::set<std::string> names;
  for (const auto* id : {"-", "a", "-.a", "a.b", "x-"})
    names.insert(citizen_name(id).value().str());
  CHECK(names.size() == 5);
  for (const auto* bad : {"", "a/b", "-/a", "a b", "é", ".", ".."}) CHECK_FALSE(citizen_name(bad));
}

TEST_CASE("an opening handshake must be right") {
  gateway_under_test g;
  const std::string target = "/v1/citizens/an/stream?units=79";
  CHECK(g.call("GET", target).status == 426);
  CHECK(g.call("POST", target).status == 405);
  CHECK(g.call("HEAD", target).status == 405);
  const std::string upgrade = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const auto old = g.call(
      "GET", target,
      upgrade + "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  CHECK(old.status == 426);
  CHECK(g.call("GET", target, upgrade + version + "Sec-WebSocket-Key: short\r\n").status == 400);
  CHECK(g.call("GET", target, upgrade + version).status >= 400);
  accept_all(g);
  const auto good =
      g.call("GET", target, upgrade + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  CHECK(good.status == 101);
  CHECK(good.field("sec-websocket-accept") ==
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // RFC 6455, section 1.3
}

TEST_CASE("frames that come right behind the handshake are not lost") {
  gateway_under_test g;
  accept_all(g);
  auto c = g.connect();
  std::string ping("\x89\x80\x00\x00\x00\x00", 6);
  c.send(g.upgrade("/v1/citizens/an/stream?units=79") + ping);
  CHECK(c.read_answer().status == 101);
  const auto pong = c.read_frame();
  REQUIRE(pong);
  CHECK(pong->first == opcode::pong);
}

TEST_CASE("a message that is no acknowledgement ends the stream with a sentence") {
  gateway_under_test g;
  accept_all(g);
  for (const auto* text : {"hello", "{}", R"({"ack":-1})", R"({"ack":"7"})", R"({"ack":1.5})",
                           R"([7])", R"({"ack":7,"feed":"79.1"})", R"({"ack":7,"feed":7})", ""}) {
    auto c = g.stream("/v1/citizens/an/stream?units=79");
    c.say(text);
    std::string reason;
    INFO(text);
    CHECK(c.read_close(&reason) == 1008);
    CHECK_FALSE(reason.empty());
  }
}

TEST_CASE("what an entity refuses ends its stream") {
  gateway_under_test g;
  g.node.refuse_with({errc::rule, "Too many connections of one citizen.", {}});
  std::string reason;
  auto c = g.stream("/v1/citizens/an/stream?units=79");
  CHECK(c.read_close(&reason) == 1008);
  CHECK(reason == "Too many connections of one citizen.");
  g.node.refuse_with({errc::unavailable, "Not now.", {}});
  auto d = g.stream("/v1/citizens/an/stream?units=79");
  CHECK(d.read_close() == 1013);
}

TEST_CASE("a session that crashed is attached again, without its first cursor") {
  gateway_under_test g;
  accept_all(g);
  auto an = g.stream("/v1/citizens/an/stream?units=79@5");
  const auto first = g.node.wait_asked<citizen::attach>().second;
  auto binh = g.stream("/v1/citizens/binh/stream?units=79");
  g.node.wait_asked<citizen::attach>();
  g.gateway->citizens().restarted(entity("citizen/an"));
  const auto [m, again] = g.node.wait_asked<citizen::attach>();
  CHECK(m.to.str() == "citizen/an");
  CHECK(again.channel == first.channel);
  CHECK_FALSE(again.units[0].from);
}

TEST_CASE("entries for a client that is gone reach nobody else") {
  gateway_under_test g;
  accept_all(g);
  std::uint64_t old = 0;
  {
    auto c = g.stream("/v1/citizens/an/stream?units=79");
    old = g.node.wait_asked<citizen::attach>().second.channel;
    c.close();
    g.node.wait_told<citizen::detach>();
  }
  auto c = g.stream("/v1/citizens/binh/stream?units=79"); // may get the same place
  const auto now = g.node.wait_asked<citizen::attach>().second.channel;
  CHECK(now != old);
  g.gateway->citizens().deliver(entity("citizen/an"), old, entry(1));
  g.gateway->citizens().deliver(entity("citizen/binh"), now, entry(2));
  CHECK(expect_text(c).find("\"position\":2") != std::string::npos);
  g.gateway->citizens().deliver(entity("citizen/x"), ~std::uint64_t{0} >> 1,
                                entry(3)); // no such worker
}

TEST_CASE("a thousand streams get one entry, each once") {
  gateway_under_test g;
  accept_all(g);
  std::vector<client> clients;
  std::vector<std::uint64_t> channels;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(g.stream(fmt::format("/v1/citizens/c{}/stream?units=79.769", i)));
    channels.push_back(g.node.wait_asked<citizen::attach>().second.channel);
  }
  const auto e = entry(9, "\"id\":\"x\",\"text\":{\"vi\":\"" + std::string(2000, 'a') + "\"}");
  for (const auto channel : channels)
    g.gateway->citizens().deliver(entity("citizen/c"), channel, e);
  const auto expected = model::frame(unit("79.769"), 9, *e->entry.body);
  for (auto& c : clients) CHECK(expect_text(c) == expected);
  CHECK(g.metrics.get_counter("loa_stream_frames_total", "").value() == 1000);
}

TEST_CASE("a citizen's id is bound to the token where tokens are needed") {
  server_options o;
  o.anonymous_citizens = false;
  gateway_under_test g(o);
  accept_all(g);
  const auto status = [&](const std::string& head) {
    auto c = g.connect();
    c.send(g.upgrade("/v1/citizens/an/stream?units=79.769", head));
    return c.read_answer().status;
  };
  CHECK(status("") == 401);
  CHECK(status(g.as(role::citizen, "79", "an")) == 101);
  CHECK(status(g.as(role::citizen, "79")) == 101);
  CHECK(status(g.as(role::citizen, "79", "binh")) == 403);
  CHECK(status(g.as(role::citizen, "79.760", "an")) == 403);
  CHECK(status(g.as(role::administrator)) == 403);
}

TEST_CASE("a new citizen id gets a secret, and resuming needs it") {
  server_options o;
  o.citizen_secrets = true;
  gateway_under_test g(o);
  accept_all(g);
  const std::string target = "/v1/citizens/an/stream?units=79";
  std::string secret;
  {
    auto c = g.stream(target);
    const auto hello = nlohmann::json::parse(expect_text(c));
    CHECK(hello.at("control") == "secret");
    CHECK(hello.at("citizen") == "an");
    secret = hello.at("secret");
  }
  const auto status = [&](const std::string& extra) {
    auto c = g.connect();
    c.send(g.upgrade(target + extra));
    return c.read_answer().status;
  };
  CHECK(status("") == 403);
  CHECK(status("&secret=wrong") == 403);
  CHECK(status("&secret=") == 403);
  CHECK(status("&secret=" + secret) == 101);
  // What is taken stays taken when the gateway starts anew.
  auto again = server::create(
      {.listen = "127.0.0.1:0", .citizen_secrets = true, .known_citizens = g.files / "known"},
      {small_tree(), g.auth, g.metrics});
  REQUIRE(again);
  REQUIRE((*again)->start(g.node));
  client c((*again)->port());
  c.send(g.upgrade(target));
  CHECK(c.read_answer().status == 403);
}

TEST_CASE("a device's stream plays, stops, and says how it went") {
  gateway_under_test g;
  accept_all(g);
  auto c = g.stream("/v1/devices/79.769.26794/spk-1/stream", g.as(role::device, "79.769", "spk-1"));
  const auto [m, attached] = g.node.wait_asked<device::attach>();
  CHECK(m.to.str() == "device/79.769.26794/spk-1");
  auto& driver = g.gateway->devices();
  device::play play{4,
                    "b",
                    model::priority::routine,
                    1,
                    false,
                    false,
                    std::make_shared<const bytes>(R"("id":"b")")};
  driver.call(m.to, attached.channel, wire::value::of(play));
  const auto frame = nlohmann::json::parse(expect_text(c));
  CHECK(frame.at("feed") == "79.769.26794");
  CHECK(frame.at("position") == 4);
  CHECK(frame.at("id") == "b");
  driver.call(m.to, attached.channel, wire::value::of(play)); // the same again is the same playing
  driver.call(m.to, attached.channel,
              wire::value::of(device::stop{4, "b", device::stop_reason::preempted}));
  const auto stop = nlohmann::json::parse(expect_text(c));
  CHECK(stop.at("control") == "stop");
  CHECK(stop.at("position") == 4);
  CHECK(stop.at("reason") == "preempted");
  play.attempt = 2;
  play.resumed = true;
  driver.call(m.to, attached.channel, wire::value::of(play));
  CHECK(nlohmann::json::parse(expect_text(c)).at("resumed") == true);

  c.say(R"({"ack":4})");
  CHECK(g.node.wait_told<device::ack>().second.position == 4);
  c.say(R"({"played":4,"outcome":"complete","at":"2025-09-01T05:00:09+07:00"})");
  const auto played = g.node.wait_told<device::played>().second;
  CHECK(played.position == 4);
  CHECK(played.outcome == device::outcome::complete);
  CHECK(played.at == parse_rfc3339("2025-09-01T05:00:09+07:00").value());
  driver.call(m.to, attached.channel, wire::value::of(device::release{}));
  CHECK(c.read_close() == 1008);
  CHECK(g.node.wait_told<device::detach>().second.channel == attached.channel);
}

TEST_CASE("a stream does not outlive the token that it was opened with") {
  server_options o;
  o.limits.sweep = std::chrono::milliseconds(5);
  gateway_under_test g(o);
  accept_all(g);
  const auto open = [&](std::string id, std::optional<duration> valid) {
    claims c{std::move(id), {}, role::device, unit("79"), g.time.now(), {}};
    if (valid) c.expires = g.time.now() + *valid;
    auto s = g.stream("/v1/devices/79.769/spk-1/stream",
                      "Authorization: Bearer " + g.key.sign(c).value() + "\r\n");
    const auto channel = g.node.wait_asked<device::attach>().second.channel;
    return std::pair(std::move(s), channel);
  };
  auto [brief, brief_channel] = open("brief", std::chrono::minutes(10));
  auto [long_lived, long_channel] = open("long", std::chrono::hours(10));
  auto [endless, endless_channel] = open("endless", std::nullopt);
  auto anybody = g.stream("/v1/citizens/an/stream?units=79");
  std::string why;

  g.time.advance(std::chrono::minutes(10) + token_skew);
  CHECK(brief.read_close(&why) == 1008);
  CHECK(why == "The token has expired.");
  CHECK(g.node.wait_told<device::detach>().second.channel == brief_channel);

  REQUIRE(revocations::add(g.files / "revoked", "endless"));
  g.time.advance(std::chrono::seconds(1));
  CHECK(endless.read_close(&why) == 1008);
  CHECK(why == "The token was revoked.");
  CHECK(g.node.wait_told<device::detach>().second.channel == endless_channel);

  // Nobody else's stream ended.
  for (auto* s : {&long_lived, &anybody}) {
    s->send_frame(opcode::ping, "here?");
    const auto f = s->read_frame();
    REQUIRE(f);
    CHECK(f->first == opcode::pong);
  }
  g.time.advance(std::chrono::hours(10));
  CHECK(long_lived.read_close() == 1008);
}

TEST_CASE("a token that is revoked while its stream opens ends the stream") {
  server_options o;
  o.limits.sweep = std::chrono::milliseconds(5);
  gateway_under_test g(o);
  auto other = g.connect(); // a stream that makes the gateway look at the list
  other.send(g.upgrade("/v1/devices/79.769/spk-1/stream", g.as(role::device)));
  g.node.wait_asked<device::get_device>();
  g.node.answer_open(0, wire::value::of(device::device_status{}));
  CHECK(other.read_answer().status == 101);
  auto c = g.connect();
  c.send(g.upgrade("/v1/devices/79.769/spk-2/stream", g.as(role::device))); // the token "t2"
  g.node.wait_asked<device::attach>();
  g.node.wait_asked<device::get_device>();
  REQUIRE(revocations::add(g.files / "revoked", "t2"));
  REQUIRE(revocations::add(g.files / "revoked", "t1"));
  g.time.advance(std::chrono::seconds(1));
  CHECK(other.read_close() == 1008); // the list has been seen by now
  g.node.answer_open(2, wire::value::of(device::device_status{}));
  CHECK(c.read_answer().status == 101);
  CHECK(c.read_close() == 1008);
}

TEST_CASE("a device that its unit does not have gets 404 before the protocol changes") {
  gateway_under_test g;
  g.node.refuse_with({errc::not_found, "No device of this name is registered.", {}});
  const std::string target = "/v1/devices/79.769.26794/spk-9/stream";
  auto c = g.connect();
  c.send(g.upgrade(target, g.as(role::device)) + "early");
  const auto a = c.read_answer();
  CHECK(a.status == 404);
  CHECK(a.field("content-type") == "application/problem+json");
  CHECK(a.json().at("detail") == "No device of this name is registered.");
  CHECK(c.ended());
  const auto [m, asked] = g.node.wait_asked<device::get_device>();
  CHECK(m.to.str() == "device/79.769.26794/spk-9");
  CHECK(g.node.asked() == 0); // nothing was attached
  g.node.refuse_with({errc::too_many, "Too much at once.", {}});
  auto d = g.connect();
  d.send(g.upgrade(target, g.as(role::device)));
  CHECK(d.read_answer().status == 429);
}

TEST_CASE("a device's stream begins when the node has said that the device is there") {
  gateway_under_test g;
  auto c = g.connect();
  const std::string ping("\x89\x80\x00\x00\x00\x00", 6);
  c.send(g.upgrade("/v1/devices/79.769/spk-1/stream", g.as(role::device)) + ping);
  g.node.wait_asked<device::get_device>();
  c.send(ping); // while the question is under way
  g.node.answer_open(0, wire::value::of(device::device_status{}));
  CHECK(c.read_answer().status == 101);
  g.node.wait_asked<device::attach>();
  for (int i = 0; i < 2; ++i) {
    const auto pong = c.read_frame();
    REQUIRE(pong);
    CHECK(pong->first == opcode::pong);
  }
}

TEST_CASE("who waits for his stream when the node is about to stop is told so") {
  gateway_under_test g;
  auto c = g.connect();
  c.send(g.upgrade("/v1/devices/79.769/spk-1/stream", g.as(role::device)));
  g.node.wait_asked<device::get_device>();
  CHECK_FALSE(g.gateway->drain(std::chrono::milliseconds(1)));
  g.node.answer_open(0, wire::value::of(device::device_status{}));
  CHECK(c.read_answer().status == 503);
  CHECK(c.ended());
}

TEST_CASE("a question about a stream that nobody answers ends with an answer") {
  server_options o;
  o.limits.body = std::chrono::milliseconds(50);
  o.limits.sweep = std::chrono::milliseconds(10);
  gateway_under_test g(o);
  auto c = g.connect();
  c.send(g.upgrade("/v1/devices/79.769/spk-1/stream", g.as(role::device)));
  const auto a = c.read_answer();
  CHECK(a.status == 503);
  CHECK_FALSE(a.field("retry-after").empty());
  CHECK(c.ended());
  g.node.answer_open(0, wire::value::of(device::device_status{})); // too late for anything
  CHECK(g.call("GET", "/healthz").status == 200);
}

TEST_CASE("a device that was restarted gets the text from its unit") {
  gateway_under_test g;
  g.node.answer_with([](const fake_node::message& m) {
    if (!m.what.get<unit::get_frame>()) return wire::value();
    return wire::value::of(unit::frame_reply{4, "b", std::make_shared<const bytes>(R"("id":"b")")});
  });
  auto c = g.stream("/v1/devices/79.769.26794/spk-1/stream", g.as(role::device));
  const auto channel = g.node.wait_asked<device::attach>().second.channel;
  g.gateway->devices().call(entity("device/79.769.26794/spk-1"), channel,
                            wire::value::of(device::play{4, "b", {}, 1, true}));
  const auto frame = nlohmann::json::parse(expect_text(c));
  CHECK(frame.at("id") == "b");
  CHECK(frame.at("repeated") == true);
  CHECK(g.node.wait_asked<unit::get_frame>().first.to.str() == "unit/79.769.26794");
}

TEST_CASE("a device that calls a client of an earlier process hears that he is gone") {
  gateway_under_test g;
  accept_all(g);
  auto c = g.stream("/v1/devices/79.769.26794/spk-1/stream", g.as(role::device));
  const auto channel = g.node.wait_asked<device::attach>().second.channel;
  const auto spk = entity("device/79.769.26794/spk-1");
  const auto play = wire::value::of(
      device::play{4, "b", {}, 1, false, false, std::make_shared<const bytes>(R"("id":"b")")});
  // Another life of the same place, a place and a thread that are not there, a client in a process.
  for (const auto gone : {channel - 1, channel | std::uint64_t{0xffffff} << 32,
                          channel | std::uint64_t{63} << 56, channel | std::uint64_t{1} << 63}) {
    g.gateway->devices().call(spk, gone, play);
    const auto [to, told] = g.node.wait_told<device::detach>();
    CHECK(to == spk);
    CHECK(told.channel == gone);
  }
  g.gateway->devices().call(spk, channel, play);
  CHECK(nlohmann::json::parse(expect_text(c)).at("position") == 4);
}

TEST_CASE("a unit's devices are listed with whether their clients are connected now") {
  gateway_under_test g;
  std::atomic<std::uint64_t> channel{0};
  g.node.answer_with([&](const fake_node::message& m) -> result<wire::value> {
    if (m.what.get<unit::list_devices>()) {
      unit::device_list all;
      for (const auto* id : {"here", "gone", "never", "inside", "silent"})
        all.items.emplace_back().id = id;
      return wire::value::of(all);
    }
    if (!m.what.get<device::get_device>()) return wire::value();
    if (m.to.local() == "silent") return error{errc::unavailable, "It restarts.", {}};
    device::device_status s;
    if (m.to.local() == "here") s.channel = channel;
    if (m.to.local() == "gone") s.channel = channel - 1; // of an earlier life of the node
    if (m.to.local() == "inside") s.channel = std::uint64_t{1} << 63;
    return wire::value::of(s);
  });
  std::optional<client> c;
  c.emplace(g.stream("/v1/devices/79.769/here/stream", g.as(role::device)));
  channel = g.node.wait_asked<device::attach>().second.channel;
  const auto list = [&] {
    return g.call("GET", "/v1/units/79.769/devices", g.as(role::editor)).json().at("devices");
  };
  const auto all = list();
  REQUIRE(all.size() == 5);
  CHECK(all[0].at("connected") == true);
  CHECK(all[1].at("connected") == false);
  CHECK(all[2].at("connected") == false);
  CHECK(all[3].at("connected") == true);
  CHECK_FALSE(all[4].contains("connected"));
  c.reset();
  g.node.wait_told<device::detach>();
  CHECK(list()[0].at("connected") == false);
}

TEST_CASE("a device's client says what it may and nothing else") {
  gateway_under_test g;
  accept_all(g);
  for (const auto* text :
       {R"({"played":4})", R"({"played":4,"outcome":"repeated"})",
        R"({"played":4,"outcome":"loud"})", R"({"ack":1,"played":4,"outcome":"complete"})", "{}",
        R"({"played":4,"outcome":"complete","at":"now"})"}) {
    auto c = g.stream("/v1/devices/79/d/stream", g.as(role::device));
    c.say(text);
    INFO(text);
    CHECK(c.read_close() == 1008);
  }
  const auto status = [&](const std::string& head) {
    auto c = g.connect();
    c.send(g.upgrade("/v1/devices/79.769/spk-1/stream", head));
    return c.read_answer().status;
  };
  CHECK(status("") == 401);
  CHECK(status(g.as(role::citizen)) == 403);
  CHECK(status(g.as(role::device, "79.760")) == 403);
  CHECK(status(g.as(role::device, "79", "spk-2")) == 403);
}

} // namespace loa::http::test
