#include "listener.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace loa::system_test;
using loa::http::opcode;

namespace {

/// The next text on a stream.
json next(loa::http::test::client& from) {
  const auto m = from.read_message();
  REQUIRE(m);
  INFO(m->second);
  REQUIRE(m->first == opcode::text);
  return json::parse(m->second);
}

std::string published(city& c, call what) {
  what.token = c.token("editor");
  const auto a = c.ask(what);
  INFO(a.body);
  REQUIRE(a.status == 202);
  return a.json()["id"];
}

json devices_of(city& c, const std::string& bulletin) {
  return c.get("/v1/bulletins/" + bulletin + "/delivery")["devices"];
}

const json all_done{{"targeted", 1}, {"delivered", 1}, {"left", 0}, {"late", 0}, {"played", 1}};

} // namespace

TEST_CASE("an alert reaches a device, and that it was played outlasts kill -9") {
  city c;
  c.start();
  c.install(a_commune, "spk-1", "loudspeaker");
  std::string first;
  {
    auto player = c.attend(a_commune, "spk-1");
    first = published(c, alert_of(the_city, "fire-1"));
    const auto frame = next(player);
    CHECK(frame["id"] == first);
    CHECK(frame["unit"] == the_city);
    CHECK(frame["feed"] == a_commune);
    CHECK(frame["priority"] == "emergency");
    CHECK(frame["headline"]["vi"] == "Cháy lớn tại chợ");
    // Sent is not yet received, and received is not yet played.
    CHECK(devices_of(c, first)["delivered"] == 0);
    player.say(json{{"ack", frame["position"]}}.dump());
    REQUIRE(soon([&] { return devices_of(c, first)["delivered"] == 1; }));
    CHECK(devices_of(c, first)["played"] == 0);
    player.say(play_to_the_end(frame));
    REQUIRE(soon([&] { return devices_of(c, first) == all_done; }));
  }
  c.node().kill();
  c.start();
  CHECK(devices_of(c, first) == all_done);
  auto player = c.attend(a_commune, "spk-1");
  const auto second = published(c, alert_of(the_city, "fire-2"));
  CHECK(next(player)["id"] == second); // and not the first once more
}

TEST_CASE("a device that nobody switched on is missing, by name, until it has the alert") {
  city c;
  c.start();
  c.install(a_commune, "spk-1", "loudspeaker");
  c.install(a_commune, "board-1", "board");
  const auto first = published(c, alert_of(the_city, "fire-1"));
  const auto missing = [&] {
    std::set<std::string> names;
    const auto seen = c.get("/v1/bulletins/" + first + "/delivery");
    for (const std::string name : seen["missing"]) // units stand there, too, until they have it
      if (name.starts_with("device/")) names.insert(name);
    return names;
  };
  const auto name = [](const std::string& id) {
    return "device/" + std::string(a_commune) + "/" + id;
  };
  CHECK(soon([&] { return missing() == std::set{name("spk-1"), name("board-1")}; }));
  CHECK(devices_of(c, first)["targeted"] == 2);
  CHECK(devices_of(c, first)["delivered"] == 0);
  {
    auto player = c.attend(a_commune, "spk-1");
    player.say(play_to_the_end(next(player)));
    CHECK(soon([&] { return missing() == std::set{name("board-1")}; }));
  }
  c.node().kill();
  c.start();
  CHECK(missing() == std::set{name("board-1")});
  auto board = c.attend(a_commune, "board-1");
  board.say(json{{"ack", next(board)["position"]}}.dump());
  CHECK(soon([&] { return missing().empty(); }));
  CHECK(devices_of(c, first)["delivered"] == 2);
}

TEST_CASE("kill -9 in the midst: the alert is played again from its start, then what it cut off") {
  city c;
  c.start();
  c.install(a_commune, "spk-1", "loudspeaker");
  std::string song, alert;
  {
    auto player = c.attend(a_commune, "spk-1");
    song = published(c, bulletin_of(a_commune, "Ca nhạc"));
    CHECK(next(player)["id"] == song);
    alert = published(c, alert_of(the_city, "fire-1"));
    const auto stop = next(player);
    CHECK(stop["control"] == "stop");
    CHECK(stop["id"] == song);
    CHECK(stop["reason"] == "preempted");
    const auto frame = next(player);
    CHECK(frame["id"] == alert);
    CHECK(frame["attempt"] == 1);
    CHECK_FALSE(frame.contains("repeated"));
    c.node().kill();
  }
  c.start();
  auto player = c.attend(a_commune, "spk-1");
  const auto again = next(player);
  CHECK(again["id"] == alert);
  CHECK(again["repeated"] == true);
  CHECK(again["attempt"] == 2);
  CHECK(again["headline"]["vi"] == "Cháy lớn tại chợ"); // the text, too, is there again
  player.say(play_to_the_end(again));
  const auto resumed = next(player);
  CHECK(resumed["id"] == song);
  CHECK(resumed["resumed"] == true);
  player.say(play_to_the_end(resumed));
  CHECK(soon([&] { return devices_of(c, alert) == all_done && devices_of(c, song) == all_done; }));
}

TEST_CASE(
    "what a loudspeaker was playing when the node was killed counts as received, not played") {
  city c;
  c.start();
  c.install(a_commune, "spk-1", "loudspeaker");
  std::string song;
  {
    auto player = c.attend(a_commune, "spk-1");
    song = published(c, bulletin_of(a_commune, "Ca nhạc"));
    const auto frame = next(player);
    CHECK(frame["id"] == song);
    player.say(json{{"ack", frame["position"]}}.dump());
    REQUIRE(soon([&] { return devices_of(c, song)["delivered"] == 1; }));
    c.node().kill();
  }
  c.start();
  auto player = c.attend(a_commune, "spk-1");
  const auto after = published(c, bulletin_of(a_commune, "Thời sự"));
  CHECK(next(player)["id"] == after);
  CHECK(devices_of(c, song)["delivered"] == 1);
  CHECK(devices_of(c, song)["played"] == 0);
}

TEST_CASE("what comes after kill -9 and before a loudspeaker is back is not lost to it") {
  city c;
  c.start();
  c.install(a_commune, "spk-1", "loudspeaker");
  const auto song = [&] {
    auto player = c.attend(a_commune, "spk-1");
    const auto id = published(c, bulletin_of(a_commune, "Ca nhạc"));
    const auto frame = next(player);
    CHECK(frame["id"] == id);
    player.say(play_to_the_end(frame));
    REQUIRE(soon([&] { return devices_of(c, id) == all_done; }));
    c.node().kill();
    return id;
  }();
  c.start(); // the node believes that the loudspeaker is there
  std::vector<std::string> meanwhile;
  for (const auto* what : {"Thời sự", "Thời tiết"}) {
    meanwhile.push_back(published(c, bulletin_of(a_commune, what)));
    CHECK(devices_of(c, meanwhile.back())["delivered"] == 0);
  }
  auto player = c.attend(a_commune, "spk-1");
  for (const auto& id : meanwhile) {
    const auto frame = next(player);
    CHECK(frame["id"] == id);
    player.say(play_to_the_end(frame));
    CHECK(soon([&] { return devices_of(c, id) == all_done; }));
  }
  CHECK(devices_of(c, song) == all_done);
}

TEST_CASE("a board shows everything in force again after kill -9") {
  city c;
  c.start();
  c.install(a_commune, "board-1", "board");
  std::set<std::string> shown;
  {
    auto board = c.attend(a_commune, "board-1");
    for (int i = 0; i < 3; ++i) {
      shown.insert(published(c, bulletin_of(a_district, "Tin " + std::to_string(i))));
      const auto frame = next(board);
      CHECK(shown.contains(frame["id"]));
      board.say(play_to_the_end(frame));
    }
    c.node().kill();
  }
  c.start();
  auto board = c.attend(a_commune, "board-1");
  std::set<std::string> again;
  for (std::size_t i = 0; i < shown.size(); ++i) again.insert(next(board)["id"].get<std::string>());
  CHECK(again == shown);
}

TEST_CASE("after a restart no device is told what is for another one's connection") {
  city c;
  c.start();
  c.install(a_commune, "spk-1", "loudspeaker");
  c.install(a_commune, "spk-2", "loudspeaker");
  c.start(); // so that connections are numbered from the beginning
  {
    auto one = c.attend(a_commune, "spk-1");
    auto two = c.attend(a_commune, "spk-2");
    const auto alert = published(c, alert_of(the_city, "fire-1"));
    for (auto* player : {&one, &two}) {
      const auto frame = next(*player);
      CHECK(frame["id"] == alert);
      player->say(play_to_the_end(frame));
    }
    REQUIRE(soon([&] { return devices_of(c, alert)["played"] == 2; }));
    c.node().kill();
  }
  c.start();
  auto two = c.attend(a_commune, "spk-2"); // now the other way round
  auto one = c.attend(a_commune, "spk-1");
  const auto alert = published(c, alert_of(the_city, "fire-2"));
  CHECK(next(one)["id"] == alert);
  CHECK(next(two)["id"] == alert);
}
