#include "gateway_fixture.hpp"

#include <loa/protocol/unit.hpp>

namespace loa::http::test {

namespace {

constexpr std::string_view json_type_line = "Content-Type: application/json\r\n";
constexpr std::string_view report_body =
    R"({"citizen":"an","category":"roads","text":"Ổ gà trước số 12"})";
constexpr std::string_view reports = "/v1/units/79.769.26794/reports";

unit::submitted submitted() {
  return {"79.769.26794-0123456789ABC", parse_rfc3339("2025-09-01T05:05:00+07:00").value()};
}

void check_problem(const answer& a, int status, std::string_view part = {}) {
  INFO(a.body);
  CHECK(a.status == status);
  CHECK(a.field("content-type") == "application/problem+json");
  const auto p = a.json();
  CHECK(p.at("status") == status);
  CHECK(p.at("type") == "about:blank");
  CHECK_FALSE(p.at("title").get<std::string>().empty());
  CHECK_FALSE(p.at("detail").get<std::string>().empty());
  CHECK(p.at("detail").get<std::string>().find(part) != std::string::npos);
}

void accept_any(gateway_under_test& g) {
  g.node.answer_with([](const fake_node::message&) { return wire::value(); });
}

} // namespace

TEST_CASE("every error code has its status and its problem") {
  gateway_under_test g;
  const std::vector<std::pair<errc, int>> expected{
      {errc::malformed, 400},   {errc::unauthenticated, 401},
      {errc::forbidden, 403},   {errc::not_found, 404},
      {errc::conflict, 409},    {errc::too_large, 413},
      {errc::unsupported, 415}, {errc::rule, 422},
      {errc::too_many, 429},    {errc::unavailable, 503},
      {errc::timeout, 503},     {errc::storage_full, 503},
      {errc::storage, 503},     {errc::corrupt, 503},
      {errc::version, 500},     {errc::internal, 500}};
  for (const auto& [code, status] : expected) {
    g.node.refuse_with({code, "The sentence.", "/text"});
    const auto a = g.call("POST", reports, json_type_line, report_body);
    check_problem(a, status, status == 500 || code == errc::corrupt ? "" : "The sentence.");
    CHECK(a.json().at("pointer") == "/text");
    CHECK(a.field("retry-after").empty() == (status != 503 && status != 429));
    CHECK(a.field("www-authenticate").empty() == (status != 401));
  }
}

TEST_CASE("what an inner error says stays inside") {
  gateway_under_test g;
  g.node.refuse_with({errc::internal, "vector::_M_range_check at 0x7f", {}});
  CHECK(g.call("POST", reports, json_type_line, report_body).body.find("vector") ==
        std::string::npos);
}

TEST_CASE("an answer carries a date, a length and a type") {
  gateway_under_test g;
  const auto a = g.call("GET", "/healthz");
  CHECK(a.status == 200);
  CHECK(a.field("date") == "Sun, 31 Aug 2025 22:00:00 GMT");
  CHECK(a.field("content-type") == "application/json");
  CHECK(a.field("content-length") == std::to_string(a.body.size()));
}

TEST_CASE("HEAD gives the head of GET") {
  gateway_under_test g;
  auto c = g.connect();
  c.send(g.request("HEAD", "/healthz") + g.request("GET", "/healthz"));
  const auto head = c.read_answer(true);
  const auto get = c.read_answer();
  CHECK(head.status == 200);
  CHECK(head.field("content-length") == get.field("content-length"));
}

TEST_CASE("a broken request after a HEAD is answered with a body") {
  gateway_under_test g;
  auto c = g.connect();
  c.send(g.request("HEAD", "/healthz") + "nonsense\r\n\r\n");
  c.read_answer(true);
  check_problem(c.read_answer(), 400);
}

TEST_CASE("OPTIONS and 405 name the methods of a path") {
  gateway_under_test g;
  const auto options = g.call("OPTIONS", "/v1/units/79/devices/spk-1");
  CHECK(options.status == 204);
  CHECK(options.field("allow") == "PUT, DELETE, OPTIONS");
  CHECK(options.field("content-length").empty());
  for (const auto* method : {"POST", "PATCH", "TRACE", "BREW"}) {
    const auto a = g.call(method, "/v1/units/79");
    check_problem(a, 405);
    CHECK(a.field("allow") == "GET, HEAD, OPTIONS");
  }
  CHECK(g.call("OPTIONS", "/v1/units/79/bulletins").field("allow") == "POST, GET, HEAD, OPTIONS");
}

TEST_CASE("OPTIONS * tells the methods of the server") {
  gateway_under_test g;
  const auto a = g.call("OPTIONS", "*");
  CHECK(a.status == 204);
  CHECK(a.field("allow") == "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  CHECK(g.call("GET", "*").status == 404);
}

TEST_CASE("a path that is no call is not found") {
  gateway_under_test g;
  for (const auto* path :
       {"/", "/v1", "/v1/units", "/v1/units/", "/v1/units/79/", "/v1/units/79/alert",
        "/v2/units/79", "/v1//79", "/healthz/", "/v1/units/79/alerts/x/y", "/v1/units/%zz"})
    check_problem(g.call("GET", path), 404);
}

TEST_CASE("a dot or two are no id, since whatever stands in between takes them out of a path") {
  gateway_under_test g;
  accept_any(g);
  for (const auto* dots : {".", "..", "%2e", "%2E%2e", ".%2e"}) {
    INFO(dots);
    const auto there = [&](std::string_view before, std::string_view after = {}) {
      return fmt::format("{}{}{}", before, dots, after);
    };
    const auto admin = g.as(role::administrator);
    check_problem(g.call("PUT", there("/v1/units/79/devices/"), admin + std::string(json_type_line),
                         R"({"kind":"board","name":"x"})"),
                  404);
    check_problem(g.call("DELETE", there("/v1/units/79/devices/"), admin), 404);
    check_problem(g.call("GET", there("/v1/units/"), admin), 404);
    for (const auto& target :
         {there("/v1/devices/79/", "/stream"), there("/v1/citizens/", "/stream?units=79")}) {
      auto c = g.connect();
      c.send(g.upgrade(target, g.as(role::device)));
      check_problem(c.read_answer(), 404);
    }
  }
  CHECK(g.node.asked() == 0);
  CHECK(g.call("DELETE", "/v1/units/79/devices/a..b", g.as(role::administrator)).status == 204);
}

TEST_CASE("a unit in the path must be one of the hierarchy, and is looked for after the token") {
  gateway_under_test g;
  check_problem(g.call("GET", "/v1/units/79.999"), 401);
  check_problem(g.call("GET", "/v1/units/79.999", g.as(role::editor)), 404, "79.999");
  check_problem(g.call("GET", "/v1/units/not a unit", g.as(role::editor)), 400);
  check_problem(g.call("GET", "/v1/units/not%20a%20unit", g.as(role::editor)), 404);
  check_problem(g.call("GET", "/v1/units/79.760", g.as(role::editor, "79.769")), 403);
  check_problem(g.call("GET", "/v1/units/79", "Authorization: Bearer x.y.z\r\n"), 401);
  check_problem(g.call("POST", reports,
                       "Authorization: Basic YTpi\r\n" + std::string(json_type_line), report_body),
                401);
}

TEST_CASE("requests on one connection are answered in their order") {
  gateway_under_test g;
  auto c = g.connect();
  c.send(g.request("POST", reports, json_type_line, report_body) +
         g.request("POST", reports, json_type_line, report_body) + g.request("GET", "/healthz"));
  g.node.answer_open(1, wire::value::of(unit::submitted{"second", {}}));
  g.node.answer_open(0, wire::value::of(unit::submitted{"first", {}}));
  CHECK(c.read_answer().json().at("code") == "first");
  CHECK(c.read_answer().json().at("code") == "second");
  CHECK(c.read_answer().status == 200);
}

TEST_CASE("no more requests of a connection are under way than the limit says") {
  server_options o;
  o.limits.requests_in_flight = 4;
  gateway_under_test g(o);
  auto c = g.connect();
  std::string many;
  for (int i = 0; i < 20; ++i) many += g.request("POST", reports, json_type_line, report_body);
  c.send(many);
  for (std::size_t i = 0; i < 20; ++i) {
    g.node.answer_open(i, wire::value::of(submitted()));
    CHECK(c.read_answer().status == 201);
    // At most four were open when this one was answered, so at most three more came since.
    CHECK(g.node.asked() <= i + 5);
  }
}

TEST_CASE("a request may arrive in any pieces") {
  gateway_under_test g;
  g.node.answer_with_value(submitted());
  const auto text = g.request("POST", reports, json_type_line, report_body);
  auto c = g.connect();
  for (const char octet : text) c.send({&octet, 1});
  CHECK(c.read_answer().status == 201);
  const auto chunked =
      fmt::format("POST {} HTTP/1.1\r\nHost: x\r\n{}Transfer-Encoding: chunked\r\n\r\n"
                  "a\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                  reports, json_type_line, report_body.substr(0, 10), report_body.size() - 10,
                  report_body.substr(10));
  for (std::size_t cut = 1; cut < chunked.size(); cut += 13) {
    c.send(chunked.substr(0, cut));
    c.send(chunked.substr(cut));
    CHECK(c.read_answer().status == 201);
  }
}

TEST_CASE("HTTP/1.0 and Connection: close end the connection, keep-alive keeps it") {
  gateway_under_test g;
  auto old = g.connect();
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  CHECK(old.read_answer().field("connection") == "close");
  CHECK(old.ended());
  auto kept = g.connect();
  for (int i = 0; i < 2; ++i) {
    kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(kept.read_answer().field("connection") == "keep-alive");
  }
  auto closing = g.connect();
  closing.send(g.request("GET", "/healthz", "Connection: close\r\n"));
  CHECK(closing.read_answer().field("connection") == "close");
  CHECK(closing.ended());
}

TEST_CASE("who stops talking after the question still gets the answer") {
  gateway_under_test g;
  auto c = g.connect();
  c.send(g.request("POST", reports, json_type_line, report_body));
  c.half_close();
  g.node.answer_open(0, wire::value::of(submitted()));
  CHECK(c.read_answer().status == 201);
  CHECK(c.ended());
}

TEST_CASE("what is no HTTP gets 400 and the end") {
  gateway_under_test g;
  for (const auto* text :
       {"hello\r\n\r\n", "GET /healthz\r\n\r\n", "GET  /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST /v1/units/79/reports HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: "
        "6\r\n\r\nhello",
        "POST /v1/units/79/reports HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/units/79/reports HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/units/79/reports HTTP/1.1\r\nHost: a\r\nContent-Type: "
        "application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "\x16\x03\x01\x02\x01\x01\xfc\x03\x03 a TLS hello"}) {
    auto c = g.connect();
    c.send(text);
    const auto a = c.read_answer();
    INFO(text);
    CHECK(a.status == 400);
    if (a.field("connection") == "close") CHECK(c.ended());
  }
}

TEST_CASE("a header over the limit is refused however it comes") {
  gateway_under_test g;
  const auto limit = server_limits{}.header_octets;
  auto at_once = g.connect();
  at_once.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + std::string(limit, 'x') + "\r\n\r\n");
  check_problem(at_once.read_answer(), 431, std::to_string(limit));
  CHECK(at_once.ended());
  auto many_fields = g.connect();
  many_fields.send("GET /healthz HTTP/1.1\r\nHost: a\r\n");
  for (int i = 0; i < 2000 && many_fields.send(fmt::format("X-{}: some value\r\n", i)); ++i) {
  }
  check_problem(many_fields.read_answer(), 431);
  auto long_line = g.connect();
  long_line.send("GET /" + std::string(2 * limit, 'a'));
  check_problem(long_line.read_answer(), 431);
  auto below = g.connect();
  below.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + std::string(limit - 100, 'x') +
             "\r\n\r\n");
  CHECK(below.read_answer().status == 200);
}

TEST_CASE(
    "a body over the limit is answered before the connection closes, with the limit in the text") {
  gateway_under_test g;
  const auto head = fmt::format("POST {} HTTP/1.1\r\nHost: a\r\n{}", reports, json_type_line);
  SECTION("by its announced length, while the client is still sending") {
    auto c = g.connect();
    c.send(head + "Content-Length: 5000000\r\n\r\n");
    c.send(std::string(3'000'000, ' '));
    check_problem(c.read_answer(), 413, "1048576");
    CHECK(c.ended());
  }
  SECTION("in chunks that never end") {
    auto c = g.connect();
    c.send(head + "Transfer-Encoding: chunked\r\n\r\n");
    const auto chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    for (int i = 0; i < 40 && c.send(chunk); ++i) {
    }
    check_problem(c.read_answer(), 413, "1048576");
  }
  SECTION("each call has its own") {
    auto c = g.connect();
    c.send(
        fmt::format("POST /v1/reports/79.769.26794-0123456789ABC/actions HTTP/1.1\r\nHost: a\r\n{}"
                    "Content-Length: 70000\r\n\r\n",
                    json_type_line));
    check_problem(c.read_answer(), 413, "65536");
  }
  CHECK(g.node.asked() == 0);
}

TEST_CASE("Expect: 100-continue is answered before the body") {
  gateway_under_test g;
  g.node.answer_with_value(submitted());
  auto c = g.connect();
  const auto expect = std::string("Expect: 100-continue\r\n");
  const auto text = g.request("POST", reports, std::string(json_type_line) + expect, report_body);
  const auto end = text.find("\r\n\r\n") + 4;
  c.send(text.substr(0, end));
  CHECK(c.read_answer().status == 100);
  c.send(text.substr(end));
  CHECK(c.read_answer().status == 201);
  auto refused = g.connect();
  refused.send(g.request("POST", reports, "Content-Type: text/plain\r\n" + expect, report_body)
                   .substr(0, 200));
  check_problem(refused.read_answer(), 415);
  CHECK(refused.ended());
}

TEST_CASE("what else a client expects fails, and is not waited for") {
  gateway_under_test g;
  g.node.answer_with_value(submitted());
  for (const auto* expect : {"foo", "100-continue, foo", "100-continue\r\nExpect: foo", ""}) {
    auto c = g.connect();
    const auto text = g.request(
        "POST", reports, fmt::format("{}Expect: {}\r\n", json_type_line, expect), report_body);
    c.send(text.substr(0, text.find("\r\n\r\n") + 4));
    check_problem(c.read_answer(), 417);
    CHECK(c.ended());
  }
  CHECK(g.call("GET", "/healthz", "Expect: foo\r\n").status == 417);
  auto old = g.connect(); // which did not know it yet
  old.send("GET /healthz HTTP/1.0\r\nExpect: foo\r\n\r\n");
  CHECK(old.read_answer().status == 200);
}

TEST_CASE("a body of another type or compressed is 415, and the connection goes on") {
  gateway_under_test g;
  auto c = g.connect();
  for (const auto* type :
       {"Content-Type: text/plain\r\n", "", "Content-Type: application/jsonp\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"}) {
    c.send(g.request("POST", reports, type, report_body));
    check_problem(c.read_answer(), 415);
  }
  g.node.answer_with_value(submitted());
  c.send(g.request("POST", reports, "content-type: Application/JSON ; charset=utf-8\r\n",
                   report_body));
  CHECK(c.read_answer().status == 201);
}

TEST_CASE("an Idempotency-Key has 1 to 128 visible characters") {
  gateway_under_test g;
  g.node.answer_with_value(submitted());
  const auto with_key = [&](const std::string& key) {
    return g
        .call("POST", reports, std::string(json_type_line) + "Idempotency-Key: " + key + "\r\n",
              report_body)
        .status;
  };
  CHECK(with_key(std::string(128, 'k')) == 201);
  CHECK(with_key(std::string(129, 'k')) == 400);
  CHECK(with_key("") == 400);
  CHECK(with_key("two words") == 400);
  CHECK(with_key("k\r\nIdempotency-Key: l") == 400);
  CHECK(g.call("DELETE", "/v1/units/79/devices/a",
               g.as(role::administrator) + "Idempotency-Key: two words\r\n")
            .status == 400);
}

TEST_CASE("a JSON text's mistake is told by line and column, and without a pointer") {
  gateway_under_test g;
  for (const std::string_view text : {"{\n  \"citizen\": nobody}", "{\n  \"\0\": 1}"}) {
    const auto a = g.call("POST", reports, json_type_line, text);
    check_problem(a, 400, "line 2, column");
    CHECK_FALSE(a.json().contains("pointer"));
  }
}

TEST_CASE("a key covers the method and the whole target") {
  gateway_under_test g;
  accept_any(g);
  const auto options = [&](std::string_view method, std::string_view target,
                           std::string_view body) {
    g.call(method, target,
           g.as_always() + "Idempotency-Key: 1\r\n" +
               std::string(body.empty() ? "" : json_type_line),
           body);
    return g.node.next_asked().options;
  };
  const std::string_view device = R"({"kind":"board","name":"x"})";
  const auto first = options("PUT", "/v1/units/79/devices/a", device);
  const auto again = options("PUT", "/v1/units/79/devices/a", device);
  CHECK(first.key == again.key);
  CHECK(first.content == again.content);
  const auto differs = [&](const node::ask_options& o) {
    CHECK(o.key == first.key); // known to the entity, which finds other content
    CHECK(o.content != first.content);
  };
  differs(options("PUT", "/v1/units/79/devices/b", device));
  differs(options("DELETE", "/v1/units/79/devices/a", {}));
  differs(options("PUT", "/v1/units/79.760/devices/a", device));
  differs(options("POST", "/v1/reports/79-0123456789ABC/actions", R"({"action":"classify"})"));
  differs(options(
      "POST", "/v1/units/79/bulletins",
      R"({"priority":"routine","category":"training","headline":{"vi":"x"},"text":{"vi":"y"}})"));
}

TEST_CASE("keys are kept apart by caller, and bound to what was sent") {
  gateway_under_test g;
  g.node.answer_with_value(submitted());
  const auto options = [&](const std::string& head, std::string_view body) {
    g.call("POST", reports, std::string(json_type_line) + "Idempotency-Key: 1\r\n" + head, body);
    return g.node.next_asked().options;
  };
  const auto first = options("", report_body);
  const auto again = options("", report_body);
  CHECK_FALSE(first.key.empty());
  CHECK(first.key == again.key);
  CHECK(first.content == again.content);
  const auto other_content = options("", R"({"citizen":"an","category":"roads","text":"Khác"})");
  CHECK(other_content.key == first.key);
  CHECK(other_content.content != first.content);
  CHECK(options("", R"({"citizen":"binh","category":"roads","text":"Ổ gà"})").key != first.key);
  CHECK(options(g.as(role::editor), report_body).key != first.key);
  g.call("POST", reports, json_type_line, report_body);
  CHECK(g.node.next_asked().options.key.empty());
}

} // namespace loa::http::test
