#include "cluster_rig.hpp"

#include <algorithm>

using namespace loa;
using namespace loa::sim::test;

namespace {

/// Sets a reminder each time that it wakes.
struct sleeper {
  static constexpr std::string_view kind = "sleeper";
  using command = std::variant<add, get_total>;
  using fact = std::variant<added>;
  using reply = std::variant<total>;
  int n = 0;

  [[nodiscard]] node::decision<fact> decide(const command& c, const node::context&) const {
    node::decision<fact> d;
    if (const auto* a = std::get_if<add>(&c)) d.facts.emplace_back(added{a->n});
    d.reply = wire::value::of(total{n, 0});
    return d;
  }
  [[nodiscard]] std::vector<node::effect> on_wake(const node::context& ctx) const {
    return {node::remind{"look", ctx.now + 1h}};
  }
  void apply(const fact& f) { n += std::get<added>(f).n; }
};

} // namespace

TEST_CASE(
    "who writes when he wakes does not spin while the disk is full, and works when it heals") {
  sim::world w(1);
  auto& m =
      w.add({"city", {}, [] { return std::vector{node::kind_of<sleeper>()}; }, {}, {}, {}, {}});
  REQUIRE(m.start());
  m.disk().fill();
  m.tell(named("sleeper/79"), wire::value::of(add{1}));
  w.run_until(600s);
  CHECK(w.steps() < 200'000);
  CHECK(m.stop());
  REQUIRE(m.start());
  m.disk().make_room();
  std::optional<result<wire::value>> got;
  m.ask(named("sleeper/79"), wire::value::of(get_total{}), [&](const auto& r) { got = r; });
  w.run_until(610s);
  REQUIRE(got);
  CHECK(*got);
}

TEST_CASE(
    "sessions that find no room for their slots do not spin, and are admitted when there is") {
  members c(2);
  c.say("city", "tower/79", "one");
  c.at("city").disk().fill();
  c.at("city").tell(named("session/s"), wire::value::of(open_session{named("tower/79")}));
  const auto before = c.w.steps();
  c.w.run_until(c.w.now() + 600s);
  CHECK(c.w.steps() - before < 200'000);
  c.at("city").disk().make_room();
  c.w.run_until(c.w.now() + 10s);
  CHECK(c.sessions.got(named("session/s")) == std::vector<std::string>{"one"});
}

TEST_CASE("every emergency that a full disk takes no more reaches sessions on other nodes, once") {
  members c(4);
  for (int i = 0; i < 3; ++i)
    REQUIRE(c.insist("district", "session/s" + std::to_string(i), open_session{named("tower/79")}));
  c.say("city", "tower/79", "before");
  REQUIRE(c.eventually([&] { return c.sessions.got(named("session/s2")).size() == 1; }));
  c.at("city").disk().fill(); // and what they acknowledge cannot be stored either
  for (int i = 0; i < 40; ++i) {
    const auto text = "flood " + std::to_string(i);
    INFO(text);
    c.at("city").ask(named("tower/79"), wire::value::of(announce{text, true, c.w.time() + 24h}),
                     [](const auto& r) { CHECK_FALSE(r); }, {{}, {}, store::urgency::emergency});
    c.w.run_until(c.w.now() + 10ms * (i % 7));
  }
  c.w.run_until(c.w.now() + 5s);
  for (int s = 0; s < 3; ++s) {
    const auto got = c.sessions.got(named("session/s" + std::to_string(s)));
    for (int i = 0; i < 40; ++i) CHECK(std::ranges::count(got, "flood " + std::to_string(i)) == 1);
  }
}

TEST_CASE("after the crash of a relay its sessions hear what comes") {
  members c(3);
  REQUIRE(c.insist("city", "session/s", open_session{named("tower/79.769")}));
  c.say("district", "tower/79.769", "one");
  REQUIRE(c.eventually([&] { return c.sessions.got(named("session/s")).size() == 1; }));
  c.at("city").crash(named("tower/79.769"));
  c.w.run_until(c.w.now() + 5s);
  c.say("district", "tower/79.769", "two");
  c.w.run_until(c.w.now() + 5s);
  CHECK(c.sessions.got(named("session/s")).back() == "two");
}
