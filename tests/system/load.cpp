#include "load.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace loa::system_test {

namespace {
constexpr unsigned clients = 4;
} // namespace

std::vector<exchange> load_until(city& c, int signal, unsigned moment, unsigned seed) {
  const std::vector<std::string> tokens{c.token("editor"), c.token("administrator")};
  std::vector<std::vector<exchange>> all(clients);
  std::vector<std::thread> threads;
  std::atomic<unsigned> answers = 0;
  for (unsigned n = 0; n < clients; ++n)
    threads.emplace_back([&, n] {
      std::minstd_rand random(seed * clients + n + 1);
      try {
        caller to(c.node().port());
        for (unsigned i = 0; i < 10'000; ++i) {
          const auto name = fmt::format("s{}-c{}-{}", seed, n, i);
          exchange e;
          e.unit = all_units[random() % all_units.size()];
          switch (random() % 4) {
          case 0:
            e.asked = alert_of(e.unit, name);
            e.asked.token = tokens[0];
            break;
          case 1:
            e.asked = bulletin_of(e.unit, name);
            e.asked.token = tokens[0];
            break;
          case 2:
            e.asked = {.method = "PUT",
                       .target = "/v1/units/" + e.unit + "/devices/" + name,
                       .body = R"({"kind": "board", "name": "Bảng tin"})",
                       .token = tokens[1]};
            break;
          default:
            e.asked = report_of(e.unit, fmt::format("citizen-{}", n), name);
          }
          e.asked.key = name;
          auto& kept = all[n].emplace_back(std::move(e));
          auto said = to.send(kept.asked);
          if (said.status >= 300) return; // it stops
          kept.answered = std::move(said);
          if (++answers == moment) c.node().signal(signal);
        }
      } catch (const std::exception&) { // the node is gone
      }
    });
  for (auto& t : threads) t.join();
  std::vector<exchange> together;
  for (auto& one : all) std::ranges::move(one, std::back_inserter(together));
  return together;
}

void all_is_there_once(city& c, std::vector<exchange>& all) {
  caller to(c.node().port());
  std::map<std::string, std::map<std::string, std::uint64_t>> bulletins; // unit, id, position
  std::map<std::string, std::multiset<std::string>> devices;
  std::map<std::string, std::uint64_t> reports;
  for (auto& e : all) {
    const auto again = to.send(e.asked);
    INFO(e.asked.target << " " << e.asked.key << ": " << again.body);
    REQUIRE(again.status >= 200);
    REQUIRE(again.status < 300);
    const auto body = again.json();
    if (e.answered) CHECK(body == e.answered->json());
    e.answered = again;
    if (body.contains("code")) {
      ++reports[e.unit];
      const auto kept = c.get("/v1/reports/" + body["code"].get<std::string>());
      CHECK(kept["text"] == json::parse(e.asked.body)["text"]);
      CHECK(kept["history"].size() == 1);
    } else if (body.contains("position")) {
      CHECK(bulletins[e.unit].emplace(body["id"], body["position"]).second);
    } else {
      devices[e.unit].insert(body["id"].get<std::string>());
    }
  }
  for (const auto& unit : all_units) {
    INFO(unit);
    std::map<std::string, std::uint64_t> listed;
    std::set<std::string> seen;
    for (const auto& b : c.bulletins(unit)) {
      CHECK(seen.insert(b["id"]).second);
      if (b["unit"] == unit) listed.emplace(b["id"], b["position"]);
    }
    CHECK(listed == bulletins[unit]);
    std::multiset<std::string> there;
    const auto list = c.get("/v1/units/" + unit + "/devices");
    for (const auto& d : list["devices"]) there.insert(d["id"].get<std::string>());
    CHECK(there == devices[unit]);
    std::uint64_t below = 0;
    for (const auto& [home, n] : reports)
      if (home == unit || home.starts_with(unit + ".")) below += n;
    const auto f = c.get("/v1/units/" + unit + "/effectiveness")["reports"];
    CHECK(f["received"] == below);
    CHECK(f["received"].get<std::uint64_t>() ==
          f["processed"].get<std::uint64_t>() + f["in_progress"].get<std::uint64_t>());
  }
}

} // namespace loa::system_test
