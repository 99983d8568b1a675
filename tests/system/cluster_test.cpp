#include "listener.hpp"
#include "metropolis.hpp"

#include <catch2/catch.hpp>

#include <csignal>

// Three nodes of one city as real processes.

using namespace loa::system_test;
using namespace std::chrono_literals;

namespace {

constexpr const char* second_commune = "79.761.26740";

bool hears(const listener& l, const std::string& id, std::chrono::seconds patience = 10s) {
  return soon([&] { return ids_in(l.heard()).contains(id); }, patience);
}

/// The bulletins of a unit's feed, each counted.
std::map<std::string, int> in_feed(metropolis& m, const std::string& node,
                                   const std::string& unit) {
  std::map<std::string, int> times;
  const auto page = m.get(node, "/v1/units/" + unit + "/bulletins?most=100");
  for (const auto& b : page["bulletins"]) ++times[b["id"]];
  return times;
}

} // namespace

TEST_CASE("an alert at the city reaches citizens of all nodes, at whichever node they are") {
  metropolis m;
  m.start_all();
  m.meet();
  listener at_home(m.follow(first_node, "at-home", a_commune), acknowledge);
  listener far_away(m.follow(city_node, "far-away", a_commune), acknowledge);
  listener elsewhere(m.follow(second_node, "elsewhere", second_commune), acknowledge);
  REQUIRE(soon([&] {
    const auto a = m.try_get(first_node, std::string("/v1/units/") + a_commune);
    const auto b = m.try_get(second_node, std::string("/v1/units/") + second_commune);
    return a && b && (*a)["citizens"]["count"] == 2 && (*b)["citizens"]["count"] == 1;
  }));

  const auto id = m.publish(city_node, alert_of(the_city, "A1"));
  CHECK(hears(at_home, id));
  CHECK(hears(far_away, id));
  CHECK(hears(elsewhere, id));
  CHECK(soon([&] {
    const auto d = m.get(second_node, "/v1/bulletins/" + id + "/delivery");
    return d["citizens"]["targeted"] == 3 && d["citizens"]["delivered"] == 3;
  }));
}

TEST_CASE("a call may be made at any node, and is answered by the unit's own") {
  metropolis m;
  m.start_all();
  const auto id = m.publish(second_node, bulletin_of(a_commune, "Họp tổ dân phố"));
  CHECK(in_feed(m, first_node, a_commune)[id] == 1);
  CHECK(in_feed(m, city_node, a_commune)[id] == 1);
  CHECK(m.get(second_node, std::string("/v1/units/") + a_commune)["node"] == first_node);

  const auto sent = m.ask(city_node, report_of(second_commune, "lan", "Ổ gà trước số 12"));
  REQUIRE(sent.status == 201);
  const std::string code = sent.json()["code"];
  for (const auto* node : {city_node, first_node, second_node})
    CHECK(m.get(node, "/v1/reports/" + code)["state"] == "received");

  CHECK(m.ask(city_node, {.target = std::string("/v1/units/") + a_commune}).status == 401);
}

TEST_CASE("kill -9 of a district's node loses nothing that was answered, and doubles nothing") {
  metropolis m;
  m.start_all();
  m.meet();
  auto listening = std::make_unique<listener>(m.follow(first_node, "lan", a_commune), acknowledge);
  std::map<std::string, int> published;
  for (int i = 0; i < 12; ++i) {
    auto c = i % 2 == 0 ? bulletin_of(a_commune, "Bản tin " + std::to_string(i))
                        : alert_of(the_city, "K" + std::to_string(i));
    if (i % 2 == 0) c.key = "k" + std::to_string(i);
    if (i == 4 || i == 9) {
      m.node(first_node).kill();
      if (i == 9) ++published[m.publish(city_node, alert_of(the_city, "while-away"))];
      m.start(first_node);
    }
    ++published[m.publish(i % 3 == 0 ? city_node : first_node, c)];
  }
  CHECK(soon([&] {
    const auto there = in_feed(m, first_node, a_commune);
    return there.size() == published.size();
  }));
  for (const auto& [id, times] : in_feed(m, first_node, a_commune)) {
    INFO(id);
    CHECK(times == 1);
    CHECK(published.contains(id));
  }
  listening = std::make_unique<listener>(m.follow(first_node, "lan", a_commune), acknowledge);
  for (const auto& [id, times] : published) CHECK(hears(*listening, id));
}

TEST_CASE("a district that cannot reach the city warns its own, and both reconcile afterwards") {
  metropolis m;
  m.start_all();
  m.meet();
  listener lan(m.follow(first_node, "lan", a_commune), acknowledge);
  m.node(city_node).signal(SIGSTOP); // it stands still for longer than anybody's patience
  const auto own = m.publish(first_node, alert_of(a_district, "island"));
  CHECK(hears(lan, own, 2s));
  const auto report = m.ask(first_node, report_of(a_commune, "lan", "Nước ngập"));
  CHECK(report.status == 201);
  CHECK(soon([&] { return !m.peer(first_node, a_district, city_node).value("up", true); }, 40s));
  const auto seen = m.peer(first_node, a_district, city_node);
  CHECK_FALSE(seen.value("why", "").empty());

  m.node(city_node).signal(SIGCONT);
  const auto later = m.publish(city_node, alert_of(the_city, "back"));
  CHECK(hears(lan, later, 40s));
  CHECK(soon(
      [&] {
        const auto e = m.try_get(city_node, "/v1/units/79/effectiveness");
        return e && (*e)["reports"]["received"] == 1;
      },
      40s));
}

TEST_CASE("a node that was killed serves again and its followers catch up") {
  metropolis m;
  m.start_all();
  m.meet();
  listener lan(m.follow(first_node, "lan", a_commune), acknowledge);
  m.node(city_node).kill();
  const auto refused = m.ask(first_node, {.target = "/v1/units/79", .token = m.token("approver")});
  CHECK(refused.status == 503);
  CHECK(refused.json()["detail"].get<std::string>().find(city_node) != std::string::npos);
  m.start(city_node);
  const auto id = m.publish(first_node, alert_of(the_city, "again"));
  CHECK(hears(lan, id, 20s));
}

TEST_CASE("a lost node's units are adopted by another, and it is shut out when it returns") {
  metropolis m;
  m.start_all();
  m.meet();
  static_cast<void>(m.publish(city_node, bulletin_of(a_commune, "trước")));
  m.stop(first_node); // for good, as everybody thinks
  m.stop(city_node);
  const auto adopt = [&] {
    return loa_says(
        {"cluster", "adopt", a_district, "--config", (m.home(city_node) / "node.json").string()});
  };
  const auto too_early = adopt();
  CHECK(too_early.code == 1);
  CHECK(too_early.err.find("higher epoch") != std::string::npos);

  const auto placement = (m.home(city_node) / "placement.json").string();
  const auto shown = loa_says({"cluster", "show", placement, "--authority",
                               (m.authority() / "authority.pem").string(), "--json"});
  REQUIRE(shown.code == 0);
  auto places = json::parse(shown.out)["content"];
  for (auto& n : places["nodes"])
    if (n["node"] == first_node)
      n["hosts"] = json::array();
    else if (n["node"] == city_node)
      n["hosts"].push_back({{"prefix", a_district}, {"epoch", 2}});
  m.write("new.json", places.dump());
  const auto made = loa_says({"cluster", "sign", "placement", m.file("new.json").string(),
                              "--after", placement, "--authority", m.authority().string(), "--out",
                              m.file("placement-2.json").string()});
  INFO(made.err);
  REQUIRE(made.code == 0);
  std::filesystem::rename(m.file("placement-2.json"), placement);
  const auto said = adopt();
  INFO(said.err);
  REQUIRE(said.code == 0);

  m.start(city_node);
  listener lan(m.follow(second_node, "lan", a_commune), acknowledge);
  const auto id = m.publish(second_node, alert_of(a_district, "new-home"));
  CHECK(hears(lan, id, 20s));
  CHECK(m.get(second_node, std::string("/v1/units/") + a_commune)["node"] == city_node);

  m.start(first_node); // it was not dead after all
  CHECK(soon(
      [&] {
        const auto u = m.try_get(first_node, std::string("/v1/units/") + a_commune);
        return u && (*u)["node"] == city_node;
      },
      20s));
}
