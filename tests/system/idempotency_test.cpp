#include "load.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>
#include <latch>
#include <set>

using namespace loa::system_test;
using namespace std::chrono_literals;

namespace {

constexpr unsigned connections = 8;

/// Sends calls at the same moment, each on a connection of its own; no answer where it broke.
std::vector<std::optional<answer>> at_once(city& c, const std::vector<call>& calls) {
  std::vector<std::optional<answer>> answers(calls.size());
  std::latch start(static_cast<std::ptrdiff_t>(calls.size()));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < calls.size(); ++i)
    threads.emplace_back([&, i] {
      std::optional<caller> from;
      try {
        from.emplace(c.node().port());
      } catch (const std::exception&) { // the node is gone
      }
      start.arrive_and_wait();
      try {
        if (from) answers[i] = from->send(calls[i]);
      } catch (const std::exception&) { // likewise
      }
    });
  for (auto& t : threads) t.join();
  return answers;
}

/// The same call, answered alike wherever it was answered; gives the answer's body.
json one_answer(const std::vector<std::optional<answer>>& answers, int status) {
  std::set<std::string> bodies;
  for (const auto& a : answers) {
    REQUIRE(a);
    INFO(a->body);
    CHECK(a->status == status);
    bodies.insert(a->body);
  }
  REQUIRE(bodies.size() == 1);
  return json::parse(*bodies.begin());
}

std::size_t listed(city& c, const std::string& unit, const json& id) {
  const auto all = c.bulletins(unit);
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const json& b) { return b["id"] == id; }));
}

call keyed(call c, const std::string& key, const std::string& token) {
  c.key = key;
  c.token = token;
  return c;
}

} // namespace

TEST_CASE(
    "one key from eight connections at once: one answer and one bulletin, also after kill -9") {
  city c;
  const auto editor = c.token("editor");
  c.start();
  std::map<std::string, json> first;
  for (unsigned i = 0; i < 6; ++i) {
    const auto key = fmt::format("key-{}", i);
    const auto one = keyed(bulletin_of(a_district, key), key, editor);
    first[key] = one_answer(at_once(c, std::vector(connections, one)), 202);
    CHECK(listed(c, a_commune, first[key]["id"]) == 1);
  }
  CHECK(c.bulletins(a_district).size() == first.size());
  const auto all_again = [&] {
    for (const auto& [key, said] : first) {
      const auto one = keyed(bulletin_of(a_district, key), key, editor);
      CHECK(one_answer(at_once(c, {one, one}), 202) == said);
      const auto other = c.ask(keyed(bulletin_of(a_district, "khác"), key, editor));
      CHECK(other.status == 409);
      CHECK_THAT(other.json()["detail"].get<std::string>(), Catch::Contains("other content"));
    }
    CHECK(c.bulletins(a_district).size() == first.size());
  };
  all_again();
  c.node().kill();
  c.start();
  all_again();
}

TEST_CASE("two contents race for one key: one wins everywhere, the other conflicts everywhere") {
  city c;
  const auto editor = c.token("editor");
  c.start();
  for (unsigned i = 0; i < 6; ++i) {
    const auto key = fmt::format("key-{}", i);
    std::vector<call> calls;
    for (unsigned n = 0; n < connections; ++n)
      calls.push_back(
          keyed(bulletin_of(a_commune, fmt::format("{}: {}", key, n % 2)), key, editor));
    const auto answers = at_once(c, calls);
    std::vector<std::set<int>> statuses(2);
    for (unsigned n = 0; n < connections; ++n) {
      REQUIRE(answers[n]);
      statuses[n % 2].insert(answers[n]->status);
    }
    INFO(key);
    CHECK(statuses[0].size() == 1);
    CHECK(statuses[1].size() == 1);
    CHECK(*statuses[0].begin() + *statuses[1].begin() == 202 + 409);
  }
  CHECK(c.bulletins(a_commune).size() == 6);
}

TEST_CASE("kill -9 while one key comes from eight connections: repeated, it is one bulletin") {
  city c;
  const auto editor = c.token("editor");
  for (unsigned i = 0; i < 3; ++i) {
    c.start();
    const auto key = fmt::format("key-{}", i);
    const std::vector calls(connections, keyed(bulletin_of(a_commune, key), key, editor));
    std::thread killer([&] { c.node().signal(SIGKILL); });
    const auto before = at_once(c, calls);
    killer.join();
    REQUIRE(c.node().ended_within(10s) == -SIGKILL);
    c.start();
    const auto after = one_answer(at_once(c, calls), 202);
    for (const auto& a : before)
      if (a) CHECK(a->json() == after);
    CHECK(listed(c, a_commune, after["id"]) == 1);
  }
  CHECK(c.bulletins(a_commune).size() == 3);
}

TEST_CASE("an alert is named by sender, identifier and sent: repeated it is the same, also after "
          "kill -9") {
  city c;
  const auto editor = c.token("editor");
  c.start();
  auto alert = alert_of(the_city, "fire-1");
  alert.token = editor;
  const auto said = one_answer(at_once(c, std::vector(connections, alert)), 202);
  const auto again = [&] {
    CHECK(one_answer(at_once(c, std::vector(connections, alert)), 202) == said);
    auto other = alert;
    other.body.replace(other.body.find("Cháy lớn"), std::string("Cháy lớn").size(), "Cháy nhỏ");
    CHECK(c.ask(other).status == 409);
    CHECK(listed(c, a_commune, said["id"]) == 1);
    CHECK(c.bulletins(the_city).size() == 1);
  };
  again();
  c.node().kill();
  c.start();
  again();
  auto next = alert_of(the_city, "fire-2");
  next.token = editor;
  CHECK(c.ask(next).status == 202);
  CHECK(c.bulletins(the_city).size() == 2);
}

TEST_CASE("one report under one key from eight connections is one report with one code") {
  city c;
  c.start();
  const auto report = keyed(report_of(a_commune, "an", "Ngập nước"), "report-1", {});
  const auto said = one_answer(at_once(c, std::vector(connections, report)), 201);
  c.node().kill();
  c.start();
  CHECK(one_answer(at_once(c, std::vector(connections, report)), 201)["code"] == said["code"]);
  CHECK(c.get("/v1/units/79/effectiveness")["reports"]["received"] == 1);
  CHECK(c.ask(keyed(report_of(a_commune, "an", "Khác"), "report-1", {})).status == 409);
}
