#include "listener.hpp"
#include "load.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

using namespace loa::system_test;
using namespace std::chrono_literals;

namespace {

/// Somebody with a stream, over all connections.
struct follower {
  std::string citizen; ///< Empty for a device.
  std::vector<std::string> units;
  bool keeps_position = false; ///< Names it when coming back, instead of relying on the unit.
  listener::manner say = acknowledge;
  std::vector<std::vector<json>> connections{}; ///< What came on each that has ended.
  std::unique_ptr<listener> now{};

  [[nodiscard]] std::vector<json> all() const {
    std::vector<json> together;
    for (const auto& c : connections) together.insert(together.end(), c.begin(), c.end());
    if (now) std::ranges::copy(now->heard(), std::back_inserter(together));
    return together;
  }

  void connect(city& c) {
    if (citizen.empty()) {
      now = std::make_unique<listener>(c.attend(units[0], "board-1"), say);
      return;
    }
    std::string which;
    for (const auto& u : units) which += (which.empty() ? "" : ",") + u;
    if (keeps_position) which += fmt::format("@{}", safe_position(all()));
    now = std::make_unique<listener>(c.follow(citizen, which), say);
  }

  void cut_off() {
    static_cast<void>(now->dismissed());
    connections.push_back(now->heard());
    now.reset();
  }

  [[nodiscard]] std::set<std::string> due(city& c) const {
    std::set<std::string> ids;
    for (const auto& u : units) ids.merge(ids_in(c.bulletins(u)));
    return ids;
  }
};

/// What is new to the client comes in its order, and nobody gets what is not his. What was not
/// acknowledged for good may come again.
void check_order(const follower& f, const std::set<std::string>& due) {
  INFO(f.citizen);
  std::set<std::string> known;
  std::vector<json> fresh;
  for (const auto& frame : f.all())
    if (known.insert(frame["id"]).second) fresh.push_back(frame);
  CHECK(known == due);
  if (!f.citizen.empty()) CHECK(in_order(fresh)); // a board shows all of it at once
}

/// targeted = delivered + missing + left, for every bulletin, at whatever instant.
void figures_add_up(city& c) {
  std::set<std::string> ids;
  for (const auto& u : all_units) ids.merge(ids_in(c.bulletins(u)));
  for (const auto& id : ids) {
    const auto d = c.get("/v1/bulletins/" + id + "/delivery");
    const auto sum = [&](const char* what) {
      return d["citizens"][what].get<std::size_t>() + d["devices"][what].get<std::size_t>();
    };
    // Units that have not yet passed it on are named, too, and are nobody's figure.
    const auto missing = std::ranges::count_if(
        d["missing"], [](const json& who) { return !who.get<std::string>().starts_with("unit/"); });
    INFO(d.dump());
    CHECK(d["more_missing"] == 0);
    CHECK(sum("targeted") == sum("delivered") + sum("left") + static_cast<std::size_t>(missing));
  }
}

/// Nobody of those who acknowledge is missing anywhere.
bool all_counted(city& c, const std::set<std::string>& ids) {
  return std::ranges::all_of(ids, [&](const std::string& id) {
    const auto missing = c.get("/v1/bulletins/" + id + "/delivery")["missing"];
    return std::ranges::none_of(missing, [](const json& who) {
      return who == "citizen/an" || who == "citizen/binh" || who == "device/79.760.26734/board-1";
    });
  });
}

} // namespace

TEST_CASE(
    "streams under kill -9 and load: all that was accepted comes, in order, once for each id") {
  city c;
  c.start();
  c.install(a_commune, "board-1", "board");
  std::vector<follower> all;
  all.push_back({"an", {a_commune}});
  all.push_back({"binh", {a_commune}, true});
  all.push_back({"dung", {a_commune}, false, say_nothing});
  all.push_back({"", {a_commune}, false, play_to_the_end});

  for (unsigned round = 0; round < 3; ++round) {
    INFO("round " << round);
    for (auto& f : all) f.connect(c);
    static_cast<void>(load_until(c, SIGKILL, 120 + 40 * round, 500 + round));
    REQUIRE(c.node().ended_within(10s) == -SIGKILL);
    for (auto& f : all) f.cut_off();
    c.start();
    figures_add_up(c);
  }
  for (auto& f : all) f.connect(c);
  // Acknowledges for good, on both lanes, what was acknowledged and not yet counted when the node
  // was killed: who names his position is not asked again.
  for (auto last : {alert_of(a_commune, "the-last"), bulletin_of(a_commune, "Tin cuối")}) {
    last.token = c.token("editor");
    REQUIRE(c.ask(last).status == 202);
  }
  for (auto& f : all) {
    INFO(f.citizen);
    const auto due = f.due(c);
    REQUIRE(due.size() > 50);
    CHECK(soon([&] { return ids_in(f.all()) == due; }));
    check_order(f, due);
  }
  const auto due = all[0].due(c);
  CHECK(soon([&] { return all_counted(c, due); }));
  figures_add_up(c);
}

TEST_CASE("who follows two units gets each bulletin once, also through kill -9") {
  city c;
  c.start();
  follower chi{"chi", {a_commune, a_district}};
  for (unsigned round = 0; round < 2; ++round) {
    chi.connect(c);
    static_cast<void>(load_until(c, SIGKILL, 100, 600 + round));
    REQUIRE(c.node().ended_within(10s) == -SIGKILL);
    chi.cut_off();
    c.start();
  }
  chi.connect(c);
  const auto due = chi.due(c);
  CHECK(soon([&] { return ids_in(chi.all()) == due; }));
  check_order(chi, due);
}

TEST_CASE("an acknowledgement that is counted survives kill -9: nothing of it comes again") {
  city c;
  c.start();
  const auto editor = c.token("editor");
  const auto publish = [&](call what) {
    what.token = editor;
    const auto a = c.ask(what);
    REQUIRE(a.status == 202);
    return a.json()["id"].get<std::string>();
  };
  std::set<std::string> counted;
  {
    listener an(c.follow("an", a_commune), acknowledge);
    REQUIRE(soon([&] { // the stream is open before the unit has taken him in
      counted.insert(publish(bulletin_of(a_district, fmt::format("Tin {}", counted.size()))));
      return !an.heard().empty();
    }));
    counted.insert(publish(alert_of(the_city, "fire-1")));
    counted.insert(publish(bulletin_of(a_commune, "Tin cuối")));
    REQUIRE(soon([&] { return an.heard().size() == counted.size(); }));
    const auto delivered = [&](const std::string& id) {
      const auto d = c.get("/v1/bulletins/" + id + "/delivery")["citizens"];
      return d["delivered"].get<unsigned>() + d["late"].get<unsigned>() == 1;
    };
    REQUIRE(soon([&] { return std::ranges::all_of(counted, delivered); }));
    c.node().kill();
    c.start();
    CHECK(std::ranges::all_of(counted, delivered));
  }
  listener an(c.follow("an", a_commune), acknowledge);
  const auto fresh = publish(alert_of(the_city, "fire-2"));
  CHECK(soon([&] { return !an.heard().empty(); }));
  CHECK(ids_in(an.heard()) == std::set{fresh});
}
