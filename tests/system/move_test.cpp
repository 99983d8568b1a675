#include "listener.hpp"
#include "metropolis.hpp"
#include "program.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

// Units of real nodes that move from one to another.

using namespace loa::system_test;
using namespace std::chrono_literals;
using loa::http::opcode;

namespace {

constexpr const char* the_district = "79.760";

/// Citizens of a commune who report, one after the other, each until he is answered.
class reporters {
public:
  reporters(const metropolis& m, std::string node)
      : thread_([this, &m, node = std::move(node)] {
          while (!stop_) {
            auto c = report_of(a_commune, "lan", "Đèn hỏng " + std::to_string(answered_));
            c.key = node + std::to_string(answered_);
            const auto a = m.ask(node, c);
            if (a.status == 201)
              ++answered_;
            else if (a.status != 503)
              wrong_ = a.status;
          }
        }) {}
  ~reporters() { end(); }
  int end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return answered_;
  }
  [[nodiscard]] int answered() const { return answered_; }
  /// The last status that no client expects of a unit that moves; 0 if there was none.
  [[nodiscard]] int wrong() const { return wrong_; }

private:
  std::atomic<bool> stop_{false};
  std::atomic<int> answered_{0};
  std::atomic<int> wrong_{0};
  std::thread thread_;
};

outcome move(metropolis& m, const std::string& to, const std::string& asked = city_node) {
  return loa_says({"cluster", "move", the_district, "--to", to, "--config",
                   (m.home(asked) / "node.json").string(), "--authority", m.authority().string()});
}

std::string host(metropolis& m, const std::string& node) {
  const auto u = m.try_get(node, std::string("/v1/units/") + a_commune);
  return u ? (*u)["node"].get<std::string>() : std::string();
}

int received(metropolis& m, const std::string& node) {
  const auto e = m.try_get(node, std::string("/v1/units/") + a_commune + "/effectiveness");
  return e ? (*e)["reports"]["received"].get<int>() : -1;
}

} // namespace

TEST_CASE("a district moves to another node while its people use it, and back") {
  metropolis m;
  m.start_all();
  m.meet();
  listener lan(m.follow(first_node, "lan", a_commune), acknowledge);
  listener minh(m.follow(city_node, "minh", a_commune), acknowledge);
  REQUIRE(soon([&] {
    const auto u = m.try_get(first_node, std::string("/v1/units/") + a_commune);
    return u && (*u)["citizens"]["count"] == 2;
  }));
  std::set<std::string> published{m.publish(city_node, alert_of(the_city, "before"))};
  reporters near(m, first_node), far(m, city_node);
  REQUIRE(soon([&] { return near.answered() > 20 && far.answered() > 20; }));

  const auto there = move(m, second_node);
  INFO(there.err);
  REQUIRE(there.code == 0);
  CHECK(there.err.find("in epoch 2") != std::string::npos);
  for (const auto* node : {city_node, first_node, second_node})
    CHECK(soon([&] { return host(m, node) == second_node; }));
  published.insert(m.publish(city_node, alert_of(the_city, "between")));
  const auto now = near.answered();
  REQUIRE(soon([&] { return near.answered() > now + 20; }));

  const auto back = move(m, first_node, second_node);
  INFO(back.err);
  REQUIRE(back.code == 0);
  CHECK(soon([&] { return host(m, second_node) == first_node; }));
  published.insert(m.publish(first_node, alert_of(the_district, "after")));
  const auto all = near.end() + far.end();
  CHECK(near.wrong() == 0);
  CHECK(far.wrong() == 0);
  CHECK(soon([&] { return received(m, first_node) == all; }));

  for (const auto* l : {&lan, &minh}) {
    CHECK(soon([&] { return ids_in(l->heard()) == published; }, 20s));
  }
  const auto page = m.get(city_node, std::string("/v1/units/") + a_commune + "/bulletins?most=100");
  CHECK(page["bulletins"].size() == published.size());
  for (const auto& id : published)
    CHECK(soon([&] {
      const auto d = m.get(city_node, "/v1/bulletins/" + id + "/delivery")["citizens"];
      return d["targeted"] == 2 && d["delivered"] == 2;
    }));
}

TEST_CASE("a device whose unit moves is sent after it, and plays what comes") {
  metropolis m;
  m.start_all();
  m.meet();
  call add{.method = "PUT",
           .target = std::string("/v1/units/") + a_commune + "/devices/spk-1",
           .body = R"({"kind": "loudspeaker", "name": "Cụm loa hẻm 12"})",
           .token = m.token("administrator")};
  REQUIRE(m.ask(city_node, add).status == 201);
  auto player = m.attend(first_node, a_commune, "spk-1");
  REQUIRE(move(m, second_node).code == 0);
  // Its connection is closed with the reason, and what it asks there is where to go.
  for (;;) {
    const auto said = player.read_message();
    if (!said || said->first == opcode::close) break;
  }
  CHECK(m.ask(first_node, {.target = std::string("/v1/devices/") + a_commune + "/spk-1/stream",
                           .token = m.token("device")})
            .status >= 300);
  auto again = m.attend(second_node, a_commune, "spk-1");
  const auto id = m.publish(city_node, alert_of(the_city, "fire"));
  const auto frame = again.read_message();
  REQUIRE(frame);
  CHECK(json::parse(frame->second)["id"] == id);
}

TEST_CASE("kill -9 of either node in the midst of a move leaves the units with one of the two") {
  metropolis m;
  m.start_all();
  m.meet();
  int answered = 0;
  for (int i = 0; i < 40; ++i) {
    auto c = report_of(a_commune, "lan", std::string(3'000, 'x'));
    c.key = "r" + std::to_string(i);
    if (m.ask(first_node, c).status == 201) ++answered;
  }
  std::string from = first_node, to = second_node;
  for (int round = 0; round < 6; ++round) {
    INFO(round);
    const auto victim = round % 2 == 0 ? from : to;
    std::thread killer([&] {
      std::this_thread::sleep_for(round * 12ms);
      m.node(victim).kill();
    });
    static_cast<void>(move(m, to)); // whatever becomes of it
    killer.join();
    m.start(victim);
    m.meet();
    REQUIRE(soon([&] { return !host(m, city_node).empty(); }, 20s));
    REQUIRE(soon([&] { return received(m, city_node) == answered; }, 20s));
    if (host(m, city_node) == to) std::swap(from, to);
    auto c = report_of(a_commune, "lan", "Sau khi tắt nguồn");
    c.key = "after-" + std::to_string(round);
    REQUIRE(soon([&] { return m.ask(city_node, c).status == 201; }, 20s));
    ++answered;
  }
}

TEST_CASE("a move that cannot be says why, and nothing changes") {
  metropolis m;
  m.start_all();
  m.meet();
  CHECK(move(m, "nowhere").err.find("knows no node nowhere") != std::string::npos);
  CHECK(move(m, first_node).err.find("hosts 79.760 already") != std::string::npos);
  m.stop(second_node);
  const auto away = move(m, second_node);
  CHECK(away.code == 1);
  CHECK(away.err.find("go on at node district-760") != std::string::npos);
  CHECK(host(m, city_node) == first_node);
  CHECK(m.ask(first_node, {.method = "POST",
                           .target = std::string("/v1/units/") + the_district + "/move",
                           .body = "x",
                           .token = m.token("editor"),
                           .type = "application/octet-stream"})
            .status == 403);
}
