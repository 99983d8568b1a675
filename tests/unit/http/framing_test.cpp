#include "gateway_fixture.hpp"

#include <loa/protocol/unit.hpp>

/// Where one request ends and the next begins.
namespace loa::http::test {

namespace {

constexpr std::string_view head =
    "POST /v1/units/79/reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
constexpr std::string_view chunked = "Transfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view inner = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view report = R"({"citizen":"an","category":"roads","text":"x"})";

/// Sends `piece` until it is refused; the octets that went out.
std::size_t flood(client& c, std::string_view piece, std::size_t most) {
  std::size_t sent = 0;
  while (sent < most && c.send(piece)) sent += piece.size();
  return sent;
}

void accept_reports(gateway_under_test& g) {
  g.node.answer_with_value(unit::submitted{"79-0123456789ABC", {}});
}

} // namespace

TEST_CASE("what stands around chunks without end is refused soon") {
  gateway_under_test g;
  const auto refused = [&](std::string_view beginning, std::string_view more) {
    auto c = g.connect();
    c.send(std::string(head) + std::string(chunked) + std::string(beginning));
    const auto sent = flood(c, more, 40U << 20);
    INFO(beginning << " after " << sent);
    CHECK(sent < 40U << 20); // the refusal is followed by the end, whatever still comes
    const auto a = c.read_to_end();
    CHECK((a.empty() || a.starts_with("HTTP/1.1 400 "))); // the reset may have taken it along
    return a;
  };
  const std::string much(1000, 'b');
  refused("1;", much);
  refused("1;a=\"", much);
  refused("0;", much);
  refused("1\r\nx\r\n1;", much);
  refused("0\r\nA: ", much);
  refused("0\r\n", "A: b\r\n");
  refused("", "1;" + std::string(200, 'e') + "\r\nx\r\n");
}

TEST_CASE("around chunks a few octets are in order, and no more, however they come") {
  gateway_under_test g;
  accept_reports(g);
  const auto post = [&](std::string_view extension, std::string_view trailers, bool in_pieces) {
    auto c = g.connect();
    const auto text = fmt::format("{}{}{:x}{}\r\n{}\r\n0{}\r\n{}\r\n", head, chunked, report.size(),
                                  extension, report, extension, trailers);
    if (in_pieces) {
      for (const char octet : text)
        if (!c.send({&octet, 1})) break;
    } else {
      c.send(text);
    }
    const auto a = c.read_answer();
    CHECK((a.field("connection") == "close") == (a.status != 201));
    return a.status;
  };
  const auto limit = server_limits{}.header_octets;
  for (const bool in_pieces : {false, true}) {
    INFO(in_pieces);
    CHECK(post("", "", in_pieces) == 201);
    CHECK(post(";" + std::string(200, 'e'), "A: b\r\n", in_pieces) == 201);
    CHECK(post("", "A: " + std::string(10'000, 'b') + "\r\n", in_pieces) == 201);
    CHECK(post(";" + std::string(400, 'e'), "", in_pieces) == 400);
    CHECK(post("", "A: " + std::string(limit, 'b') + "\r\n", in_pieces) == 400);
  }
}

TEST_CASE("chunks of one octet each are a body like any other") {
  gateway_under_test g;
  accept_reports(g);
  auto c = g.connect();
  auto text = std::string(head) + std::string(chunked);
  for (const char octet : report) text += fmt::format("1\r\n{}\r\n", octet);
  const std::string blanks(60'000, ' ');
  for (const char octet : blanks) text += fmt::format("1\r\n{}\r\n", octet);
  c.send(text + "0\r\n\r\n");
  CHECK(c.read_answer().status == 201);
}

TEST_CASE("a body whose end nobody can tell ends the connection, and is not read as a request") {
  gateway_under_test g;
  accept_reports(g);
  const auto first_of = [&](std::string_view request) {
    auto c = g.connect();
    c.send(std::string(request) + std::string(inner));
    const auto a = c.read_answer();
    INFO(request);
    CHECK(a.field("content-type") == "application/problem+json");
    CHECK(a.field("connection") == "close");
    CHECK(c.ended());
    return a.status;
  };
  const auto coded = [&](std::string_view coding) {
    return first_of(fmt::format("{}Transfer-Encoding: {}\r\n\r\n", head, coding));
  };
  for (const auto* last : {"xchunked", "identity", "gzip", "chunked, gzip", "chunked, identity",
                           "chunked, chunked", "chunked,", "chunked;q=1", "", "gzip\r\n ,chunkedx"})
    CHECK(coded(last) == 400);
  for (const auto* unknown :
       {"gzip, chunked", "identity,chunked", "gzip\r\nTransfer-Encoding: chunked"})
    CHECK(coded(unknown) == 501);
  CHECK(coded("chunked\r\nTransfer-Encoding: gzip") == 400);
  CHECK(coded("chunked\r\nTransfer-Encoding: chunked") == 400);
  for (const auto* both :
       {"chunked\r\nContent-Length: 5", "gzip\r\nContent-Length: 0", "gzip\r\nContent-Length: 5"})
    CHECK(coded(both) == 400);
  CHECK(first_of(fmt::format("{}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", head)) ==
        400);
  CHECK(first_of(fmt::format("{}Content-Length: 0\r\nTransfer-Encoding: gzip\r\n\r\n", head)) ==
        400);
  auto old = std::string(head);
  old.replace(old.find("1.1"), 3, "1.0");
  CHECK(first_of(old + "Connection: keep-alive\r\n" + std::string(chunked)) == 400);
  // Wherever it goes: also where there is no such call, and no body is due.
  CHECK(first_of("GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n") == 400);
  CHECK(first_of("GET /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n") == 400);
  CHECK(g.node.asked() == 0);
  // How the one coding is written does not matter.
  auto c = g.connect();
  c.send(fmt::format("{}transfer-encoding:  Chunked \r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n{}", head,
                     report.size(), report, inner));
  CHECK(c.read_answer().status == 201);
  CHECK(c.read_answer().status == 200);
}

} // namespace loa::http::test
