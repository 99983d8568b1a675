#include "listener.hpp"
#include "load.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>
#include <set>

using namespace loa::system_test;
using namespace std::chrono_literals;

namespace {

constexpr unsigned connections = 6;
constexpr unsigned requests = 16; // as many as the node reads ahead on one connection

/// What came back on a connection: whole answers, and whatever else before its end.
struct replies {
  std::vector<answer> whole;
  std::string rest;
};

void read_on(loa::http::test::client& from, replies& r) {
  const auto text = from.read_to_end();
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = text.find("\r\n\r\n", at);
    const auto length = text.find("Content-Length: ", at);
    if (end == std::string::npos || length == std::string::npos || length > end) break;
    const auto size = std::stoul(text.substr(length + 16));
    if (text.size() < end + 4 + size) break;
    answer a;
    a.status = std::stoi(text.substr(at + 9, 3));
    a.body = text.substr(end + 4, size);
    r.whole.push_back(std::move(a));
    at = end + 4 + size;
  }
  r.rest = text.substr(at);
}

std::string as_text(const call& c) {
  return fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
                     "Idempotency-Key: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                     c.method, c.target, c.token, c.key, c.type, c.body.size(), c.body);
}

} // namespace

TEST_CASE("SIGTERM with requests in flight: each is answered whole or not at all, and kept if so") {
  city c;
  const auto editor = c.token("editor");
  c.configure({{"http", {{"limits", {{"linger", "100 ms"}}}}}});
  c.start();
  std::vector<std::vector<call>> asked(connections);
  std::vector<loa::http::test::client> clients;
  for (unsigned n = 0; n < connections; ++n) {
    clients.emplace_back(c.node().port());
    for (unsigned i = 0; i < requests; ++i) {
      asked[n].push_back(
          bulletin_of(all_units[(n + i) % all_units.size()], fmt::format("{}-{}", n, i)));
      asked[n].back().key = fmt::format("key-{}-{}", n, i);
      asked[n].back().token = editor;
    }
  }
  std::vector<replies> said(connections);
  for (unsigned n = 0; n < connections; ++n) {
    std::string together;
    for (const auto& one : asked[n]) together += as_text(one);
    REQUIRE(clients[n].send(together));
    // In the midst of it: some are answered, some have been read, some have not.
    if (n == connections / 2) said[0].whole.push_back(clients[0].read_answer());
    if (n == connections - 2) c.node().signal(SIGTERM);
  }
  for (unsigned n = 0; n < connections; ++n) read_on(clients[n], said[n]);
  REQUIRE(c.node().ended_within(20s) == 0);
  CHECK_THAT(c.node().said(), Catch::Contains("The node has stopped."));

  c.start();
  std::size_t answered = 0;
  for (unsigned n = 0; n < connections; ++n) {
    INFO(n << ": " << said[n].whole.size() << " answers, then " << said[n].rest);
    CHECK(said[n].rest.empty());
    REQUIRE(said[n].whole.size() <= requests);
    for (std::size_t i = 0; i < said[n].whole.size(); ++i) {
      const auto& a = said[n].whole[i];
      INFO(a.body);
      CHECK((a.status == 202 || a.status == 503));
      if (a.status != 202) continue;
      ++answered;
      CHECK(c.ask(asked[n][i]).json() == a.json());
    }
  }
  CHECK(answered > 0);
  // Each of the others is there or not; repeated, all are there once.
  std::map<std::string, std::set<std::string>> there;
  for (unsigned n = 0; n < connections; ++n)
    for (const auto& one : asked[n]) {
      const auto a = c.ask(one);
      REQUIRE(a.status == 202);
      CHECK(there[a.json()["unit"]].insert(a.json()["id"]).second);
    }
  for (const auto& [unit, ids] : there) {
    std::set<std::string> own;
    for (const auto& b : c.bulletins(unit))
      if (b["unit"] == unit) own.insert(b["id"].get<std::string>());
    CHECK(own == ids);
  }
}

TEST_CASE(
    "SIGTERM tells streams to come back later, and who sends half a request delays it little") {
  city c;
  c.configure({{"http", {{"limits", {{"body", "1 s"}, {"linger", "100 ms"}}}}}});
  c.start();
  listener an(c.follow("an", a_commune), acknowledge);
  loa::http::test::client half(c.node().port());
  half.send(
      "POST /v1/units/79/bulletins HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{");
  loa::http::test::client idle(c.node().port());
  c.node().signal(SIGTERM);
  CHECK(an.dismissed() == 1001);
  CHECK(idle.ended());
  CHECK(c.node().ended_within(20s) == 0);
}
