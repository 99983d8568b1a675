#include <loa/device/entity.hpp>
#include <loa/protocol/unit.hpp>

#include <support/bulletins.hpp>
#include <support/entity_rig.hpp>

using namespace loa;
using namespace loa::test;
using namespace std::chrono_literals;
using device::outcome;
using model::priority;
using rig_t = rig<device::entity>;

namespace {

const auto ward = unit_path("79.769.26794");

struct speaker : rig_t {
  explicit speaker(device::device_kind kind = device::device_kind::loudspeaker)
      : rig_t("device/79.769.26794/loa-0012") {
    tell(device::set_up{kind, "Cụm loa hẻm 12"});
    tell(device::attach{1});
  }
  decision gets(const model::bulletin& b, std::uint64_t position) {
    return enter(entry_of(b, position), "unit/79.769.26794");
  }
  decision says(std::uint64_t position, outcome how) {
    return tell(device::played{position, how, std::nullopt});
  }
  device::device_status look() { return ask<device::device_status>(device::get_device{}); }
  std::vector<outcome> outcomes_of(std::uint64_t position) {
    std::vector<outcome> out;
    for (const auto& l : look().log)
      if (l.position == position) out.push_back(l.outcome);
    return out;
  }
  model::bulletin routine(std::uint64_t n) { return make_bulletin(ward, local_id(n), now); }
  model::bulletin with(std::uint64_t n, priority p) {
    return make_bulletin(ward, local_id(n), now, p);
  }
};

std::vector<std::uint64_t> plays(const rig_t::decision& d) {
  std::vector<std::uint64_t> out;
  for (const auto& p : calls_of<device::play>(d)) out.push_back(p.position);
  return out;
}

using positions = std::vector<std::uint64_t>;
using outcomes = std::vector<outcome>;

} // namespace

TEST_CASE("a loudspeaker that is set up follows its unit on the loudspeaker channel") {
  rig_t d("device/79.769.26794/loa-1");
  const auto follows =
      effects_of<node::follow>(d.tell(device::set_up{device::device_kind::loudspeaker, "A"}));
  REQUIRE(follows.size() == 1);
  CHECK(follows[0].feed.str() == "unit/79.769.26794");
  CHECK(follows[0].channel == 2);
  CHECK(effects_of<node::follow>(node::decision<device::fact>()).empty());
  CHECK(d.state().on_wake(d.context()).size() == 1);
}

TEST_CASE("a device that was never set up refuses clients and ignores entries") {
  rig_t d("device/79.769.26794/loa-1");
  CHECK(d.refused(device::attach{1}).code == errc::not_found);
  CHECK(d.refused(device::get_device{}).code == errc::not_found);
  const auto b = make_bulletin(ward, local_id(1), d.now);
  CHECK(d.enter(entry_of(b, 1), "unit/79.769.26794").facts.empty());
}

TEST_CASE("started is part of the decision that tells the player to play") {
  speaker s;
  const auto d = s.gets(s.routine(1), 1);
  REQUIRE(plays(d) == positions{1});
  CHECK(std::ranges::any_of(
      d.facts, [](const auto& f) { return std::holds_alternative<device::started>(f); }));
  const auto call = calls_of<device::play>(d).front();
  CHECK(call.attempt == 1);
  CHECK_FALSE(call.repeated);
  REQUIRE(call.frame);
  CHECK(*call.frame == model::frame_body(s.routine(1)));
  s.check_lasting();
}

TEST_CASE("bulletins play one after the other, priority before routine") {
  speaker s;
  CHECK(plays(s.gets(s.routine(1), 1)) == positions{1});
  CHECK(plays(s.gets(s.routine(2), 2)).empty());
  CHECK(plays(s.gets(s.with(3, priority::priority), 3)).empty());
  CHECK(plays(s.says(1, outcome::complete)) == positions{3});
  CHECK(plays(s.says(3, outcome::complete)) == positions{2});
  CHECK(plays(s.says(2, outcome::complete)).empty());
  CHECK(s.look().log.size() == 3);
  CHECK(s.reminders.empty());
  s.check_lasting();
}

TEST_CASE("an emergency cuts off what plays, which resumes afterwards and is logged") {
  speaker s;
  s.gets(s.routine(1), 1);
  const auto d = s.gets(s.with(2, priority::emergency), 2);
  REQUIRE(calls_of<device::stop>(d).size() == 1);
  CHECK(calls_of<device::stop>(d)[0].position == 1);
  CHECK(calls_of<device::stop>(d)[0].reason == device::stop_reason::preempted);
  CHECK(plays(d) == positions{2});
  // The player calls it interrupted, too; that is no second end.
  CHECK(s.says(1, outcome::interrupted).facts.empty());
  const auto after = s.says(2, outcome::complete);
  REQUIRE(plays(after) == positions{1});
  CHECK(calls_of<device::play>(after)[0].resumed);
  CHECK(calls_of<device::play>(after)[0].attempt == 2);
  s.says(1, outcome::complete);
  CHECK(s.outcomes_of(1) == outcomes{outcome::interrupted, outcome::complete});
  s.check_lasting();
}

TEST_CASE("emergencies play in their order and before everything that waits") {
  speaker s;
  s.gets(s.with(1, priority::emergency), 1);
  CHECK(plays(s.gets(s.with(2, priority::priority), 2)).empty());
  CHECK(plays(s.gets(s.with(3, priority::emergency), 3)).empty());
  CHECK(plays(s.says(1, outcome::complete)) == positions{3});
  CHECK(plays(s.says(3, outcome::complete)) == positions{2});
}

TEST_CASE("an Update takes the place of the alert that is being played, at once") {
  speaker s;
  const auto alert = as_alert(s.routine(1), "A1", "Alert");
  s.gets(alert, 1);
  s.now += 1min;
  const auto update = as_alert(s.routine(2), "A2", "Update", {reference_to(alert)});
  const auto d = s.gets(update, 2);
  REQUIRE(calls_of<device::stop>(d).size() == 1);
  CHECK(calls_of<device::stop>(d)[0].reason == device::stop_reason::superseded);
  CHECK(plays(d) == positions{2});
  CHECK(s.outcomes_of(1) == outcomes{outcome::interrupted});
  CHECK(plays(s.says(2, outcome::complete)).empty());
}

TEST_CASE("who has heard Cancel never plays the alert, though it comes later") {
  speaker s;
  const auto alert = as_alert(s.routine(1), "A1", "Alert");
  const auto cancel = as_alert(s.routine(2), "A2", "Cancel", {reference_to(alert)});
  CHECK(plays(s.gets(cancel, 1)) == positions{1});
  s.says(1, outcome::complete);
  const bool crash = GENERATE(false, true);
  if (crash) s.restart();
  CHECK(plays(s.gets(alert, 2)).empty());
  CHECK(s.outcomes_of(2) == outcomes{outcome::missed});
  s.check_lasting();
}

TEST_CASE("what replaces a waiting bulletin makes it missed") {
  speaker s;
  s.gets(s.routine(1), 1);
  s.gets(s.routine(2), 2);
  auto better = s.routine(3);
  better.replaces = {s.routine(2).id};
  s.gets(better, 3);
  CHECK(plays(s.says(1, outcome::complete)) == positions{3});
  CHECK(s.outcomes_of(2) == outcomes{outcome::missed});
}

TEST_CASE("what has expired is never played and is recorded as missed") {
  speaker s;
  auto old = s.with(1, priority::emergency);
  SECTION("when it comes too late") {
    s.now = old.expires;
    CHECK(plays(s.gets(old, 1)).empty());
  }
  SECTION("when nobody was there to play it") {
    s.tell(device::detach{1});
    s.gets(old, 1);
    s.advance(25h);
    CHECK(plays(s.tell(device::attach{2})).empty());
  }
  SECTION("when it expires in the very moment in which a player comes") {
    s.tell(device::detach{1});
    s.gets(old, 1);
    s.now = old.expires; // the reminder is late
    CHECK(plays(s.tell(device::attach{2})).empty());
  }
  CHECK(s.outcomes_of(1) == outcomes{outcome::missed});
  CHECK(s.look().waiting.empty());
  s.check_lasting();
}

TEST_CASE("a bulletin that is not yet effective waits for its time") {
  speaker s;
  auto later = s.routine(1);
  later.effective = s.now + 2h;
  CHECK(plays(s.gets(later, 1)).empty());
  s.advance(1h);
  CHECK(s.look().waiting.size() == 1);
  s.advance(1h);
  CHECK(s.look().playing == later.id);
}

TEST_CASE("a clock that was set back silences a loudspeaker no longer than that") {
  speaker s;
  s.tell(device::detach{1});
  s.advance(10min);
  const auto waiting = s.routine(1);
  s.gets(waiting, 1);
  s.now -= 5min; // the bulletin is of the future now
  s.tell(device::attach{2});
  CHECK(s.look().playing != waiting.id);
  s.advance(5min);
  CHECK(s.look().playing == waiting.id);
}

TEST_CASE("after a crash an emergency is played again and logged as repeated") {
  speaker s;
  const auto alert = s.with(1, priority::emergency);
  s.gets(alert, 1);
  s.restart();
  // The client may not have been told: the same playing is said again.
  const auto woken = s.state().on_wake(s.context());
  const auto said = std::ranges::find_if(
      woken, [](const auto& e) { return std::holds_alternative<node::drive>(e); });
  REQUIRE(said != woken.end());
  const auto* again = std::get<node::drive>(*said).call.get<device::play>();
  REQUIRE(again);
  CHECK(again->attempt == 1);
  CHECK_FALSE(again->frame); // to be had from the unit
  // The client is gone with the node, and another one comes.
  const auto d = s.tell(device::attach{2});
  REQUIRE(plays(d) == positions{1});
  CHECK(calls_of<device::play>(d)[0].repeated);
  CHECK(calls_of<device::play>(d)[0].attempt == 2);
  s.says(1, outcome::complete);
  CHECK(s.outcomes_of(1) == outcomes{outcome::interrupted, outcome::repeated, outcome::complete});
  s.check_lasting();
}

TEST_CASE("after a crash anything but an emergency is logged as interrupted and not played again") {
  speaker s;
  s.gets(s.routine(1), 1);
  s.tell(device::ack{1});
  s.gets(s.routine(2), 2);
  s.restart();
  CHECK(plays(s.tell(device::attach{1})) == positions{2}); // the same number, another connection
  CHECK(s.outcomes_of(1) == outcomes{outcome::interrupted});
}

TEST_CASE(
    "what a client never said it has comes to the next one, and counts as it did not before") {
  speaker s;
  REQUIRE(plays(s.gets(s.routine(1), 1)) == positions{1}); // to a client that is gone already
  s.gets(s.routine(2), 2);
  SECTION("after a crash") {
    s.restart();
  }
  SECTION("after its connection was found to be dead") {
    s.tell(device::detach{1});
  }
  SECTION("while the dead connection still counts as one") {}
  const auto d = s.tell(device::attach{2});
  REQUIRE(plays(d) == positions{1});
  CHECK_FALSE(calls_of<device::play>(d)[0].repeated);
  CHECK_FALSE(calls_of<device::play>(d)[0].resumed);
  CHECK(s.outcomes_of(1) == outcomes{outcome::interrupted});
  CHECK(effects_of<node::acknowledge>(s.says(1, outcome::complete)).at(0).position == 1);
  CHECK(effects_of<node::acknowledge>(s.says(2, outcome::complete)).at(0).position == 2);
  s.check_lasting();
}

TEST_CASE(
    "what waits for a client to come back is not delivered by a receipt for what is behind it") {
  speaker s;
  s.gets(s.routine(1), 1);
  s.tell(device::detach{1}); // without a word
  s.gets(s.with(2, priority::priority), 2);
  REQUIRE(plays(s.tell(device::attach{2})) == positions{2}); // priority before routine
  for (const auto& a : effects_of<node::acknowledge>(s.tell(device::ack{2}))) CHECK(a.position < 1);
  REQUIRE(plays(s.says(2, outcome::complete)) == positions{1});
  CHECK(effects_of<node::acknowledge>(s.tell(device::ack{1})).at(0).position == 2);
}

TEST_CASE("the client that attached last plays; the one before is released") {
  speaker s;
  const auto d = s.tell(device::attach{7});
  REQUIRE(calls_of<device::release>(d).size() == 1);
  CHECK(effects_of<node::drive>(d).front().channel == 1);
  CHECK(s.tell(device::detach{1}).facts.empty());
  CHECK(effects_of<node::drive>(s.gets(s.routine(1), 1)).front().channel == 7);
}

TEST_CASE("a bulletin that comes twice is taken once, played or not") {
  speaker s;
  const auto b = s.routine(1);
  s.gets(b, 1);
  CHECK(s.gets(b, 2).facts.empty());
  s.says(1, outcome::complete);
  CHECK(s.gets(b, 3).facts.empty());
  s.restart();
  CHECK(s.gets(b, 4).facts.empty());
}

TEST_CASE("a bulletin for a unit below or beside is none of this device's business") {
  rig_t s("device/79.769/loa-1");
  s.tell(device::set_up{device::device_kind::loudspeaker, "Quận"});
  s.tell(device::attach{1});
  auto b = make_bulletin(unit_path("79"), local_id(1), s.now, priority::emergency);
  b.target = {unit_path("79.769.26794")};
  CHECK(s.enter(entry_of(b, 1), "unit/79.769").facts.empty());
  b.target = {unit_path("79")};
  CHECK(plays(s.enter(entry_of(b, 2), "unit/79.769")) == positions{2});
}

TEST_CASE("playing to the end is told to the unit before it is answered, and once") {
  speaker s;
  s.gets(s.routine(1), 1);
  const auto d = s.says(1, outcome::complete);
  const auto posts = effects_of<node::post>(d);
  REQUIRE(posts.size() == 1);
  CHECK(posts[0].to.str() == "unit/79.769.26794");
  CHECK(posts[0].before_reply);
  CHECK(s.says(1, outcome::complete).effects.empty());
  s.gets(s.routine(2), 2);
  CHECK(effects_of<node::post>(s.says(2, outcome::failed)).empty());
  CHECK(s.refused(device::played{2, outcome::repeated, {}}).code == errc::rule);
}

TEST_CASE("a player that says nothing is given up when others have waited for half an hour") {
  speaker s;
  s.gets(s.routine(1), 1);
  s.gets(s.routine(2), 2);
  s.advance(31min);
  CHECK(s.look().playing == s.routine(2).id);
  CHECK(s.outcomes_of(1) == outcomes{outcome::failed});
}

TEST_CASE("beyond its limit a waiting list drops the oldest routine, never an emergency") {
  speaker s;
  s.tell(device::detach{1});
  s.gets(s.with(1, priority::emergency), 1);
  s.gets(s.with(2, priority::priority), 2);
  for (std::uint64_t n = 3; n < 3 + device::playlist::max_items; ++n) s.gets(s.routine(n), n);
  CHECK(s.look().waiting.size() == 1 + device::playlist::max_items);
  CHECK(s.outcomes_of(3) == outcomes{outcome::missed});
  CHECK(s.outcomes_of(1).empty());
  CHECK(s.outcomes_of(2).empty());
  for (std::uint64_t n = 1000; n < 1010; ++n) s.gets(s.with(n, priority::emergency), n);
  CHECK(s.look().waiting.size() == 11 + device::playlist::max_items);
}

TEST_CASE("a board shows everything at once and takes off what has expired or was replaced") {
  speaker s(device::device_kind::board);
  CHECK(plays(s.gets(s.routine(1), 1)) == positions{1});
  CHECK(plays(s.gets(s.with(2, priority::emergency), 2)) == positions{2});
  CHECK(effects_of<node::post>(s.says(1, outcome::complete)).size() == 1);
  CHECK(effects_of<node::post>(s.says(1, outcome::complete)).empty());
  auto third = s.routine(3);
  third.replaces = {s.routine(1).id};
  const auto d = s.gets(third, 3);
  REQUIRE(calls_of<device::stop>(d).size() == 1);
  CHECK(calls_of<device::stop>(d)[0].position == 1);
  CHECK(plays(d) == positions{3});
  s.check_lasting();
  s.restart();
  CHECK(plays(s.tell(device::attach{2})) == positions{2, 3}); // all that is shown, to who comes
  std::size_t stopped = 0;
  for (const auto& each : s.advance(25h)) stopped += calls_of<device::stop>(each).size();
  CHECK(stopped == 2);
  CHECK(s.look().waiting.empty());
  CHECK(s.reminders.empty());
}

TEST_CASE("a removed device stops, releases its client and takes nothing more") {
  speaker s;
  s.gets(s.routine(1), 1);
  const auto d = s.tell(device::retire{});
  CHECK(calls_of<device::stop>(d).size() == 1);
  CHECK(calls_of<device::release>(d).size() == 1);
  CHECK(effects_of<node::unfollow>(d).size() == 1);
  CHECK(s.gets(s.routine(2), 2).facts.empty());
  CHECK(s.refused(device::attach{2}).code == errc::not_found);
  s.check_lasting();
}

TEST_CASE("an acknowledgement of what was never sent is none") {
  speaker s;
  s.gets(s.routine(1), 1);
  s.gets(s.routine(2), 2); // waits for its turn
  for (const std::uint64_t position : {2, 99}) {
    const auto d = s.tell(device::ack{position});
    CHECK(d.facts.empty());
    CHECK(d.effects.empty());
  }
  CHECK(s.look().acked == 0);
  s.tell(device::ack{1});
  CHECK(s.look().acked == 1);
  CHECK(s.tell(device::ack{1}).facts.empty());
}

TEST_CASE("a bulletin counts as delivered when the client has it, and not before") {
  rig_t d("device/79.769.26794/loa-0012");
  const auto follows =
      effects_of<node::follow>(d.tell(device::set_up{device::device_kind::loudspeaker, "A"}));
  REQUIRE(follows.size() == 1);
  CHECK(follows[0].for_another);
  const auto taken =
      d.enter(entry_of(make_bulletin(ward, local_id(1), d.now), 1), "unit/79.769.26794");
  CHECK(effects_of<node::acknowledge>(taken).empty());
  CHECK(effects_of<node::acknowledge>(d.tell(device::attach{1})).empty());
  const auto receipts = effects_of<node::acknowledge>(d.tell(device::ack{1}));
  REQUIRE(receipts.size() == 1);
  CHECK(receipts[0].feed.str() == "unit/79.769.26794");
  CHECK(receipts[0].on == link::lane::ordinary);
  CHECK(receipts[0].position == 1);
}

TEST_CASE("a client that only says what it has played has got it, too") {
  speaker s;
  s.gets(s.with(1, priority::emergency), 1);
  const auto receipts = effects_of<node::acknowledge>(s.says(1, outcome::complete));
  REQUIRE(receipts.size() == 1);
  CHECK(receipts[0].on == link::lane::emergency);
  CHECK(receipts[0].position == 1);
}

TEST_CASE("what still waits for its turn is not delivered, whatever came after it") {
  speaker s;
  s.gets(s.routine(1), 1); // plays
  s.gets(s.routine(2), 2);
  s.gets(s.with(3, priority::priority), 3); // comes before 2
  REQUIRE(effects_of<node::acknowledge>(s.tell(device::ack{1})).at(0).position == 1);
  REQUIRE(plays(s.says(1, outcome::complete)) == positions{3});
  CHECK(effects_of<node::acknowledge>(s.tell(device::ack{3})).at(0).position == 1);
  REQUIRE(plays(s.says(3, outcome::complete)) == positions{2});
  CHECK(effects_of<node::acknowledge>(s.tell(device::ack{2})).at(0).position == 3);
  s.check_lasting();
}

TEST_CASE("what was replaced before its turn holds no receipt back any longer") {
  speaker s;
  auto later = s.with(1, priority::emergency);
  later.effective = s.now + 2h;
  s.gets(later, 1);
  REQUIRE(plays(s.gets(s.with(2, priority::emergency), 2)) == positions{2});
  CHECK(effects_of<node::acknowledge>(s.says(2, outcome::complete)).at(0).position == 0);
  auto better = s.with(3, priority::emergency);
  better.replaces = {later.id};
  const auto receipts = effects_of<node::acknowledge>(s.gets(better, 3));
  REQUIRE(receipts.size() == 1);
  CHECK(receipts[0].on == link::lane::emergency);
  CHECK(receipts[0].position == 2);
  s.check_lasting();
}

TEST_CASE(
    "what expired unplayed counts as delivered neither before nor after, and delays no other") {
  speaker s;
  auto first = s.routine(1);
  first.effective = s.now + 1h;
  first.expires = s.now + 2h;
  s.gets(first, 1);
  REQUIRE(plays(s.gets(s.routine(2), 2)) == positions{2});
  CHECK(effects_of<node::acknowledge>(s.says(2, outcome::complete)).at(0).position == 0);
  s.tell(device::detach{1});
  std::vector<std::uint64_t> during, after;
  s.advance(2h, [&](const auto& d) {
    for (const auto& a : effects_of<node::acknowledge>(d)) during.push_back(a.position);
  });
  CHECK(s.outcomes_of(1) == outcomes{outcome::missed});
  CHECK(std::ranges::all_of(during, [](auto p) { return p == 0; }));
  s.check_lasting();
  s.advance(5min, [&](const auto& d) { // the figures of the first are closed
    for (const auto& a : effects_of<node::acknowledge>(d)) after.push_back(a.position);
  });
  CHECK(after == positions{2});
  CHECK(s.reminders.empty());
  s.check_lasting();
}

TEST_CASE("who only says what it has played has got what it played out of order, too") {
  speaker s;
  s.gets(s.routine(1), 1); // plays
  s.gets(s.routine(2), 2);
  s.gets(s.with(3, priority::priority), 3); // comes before 2
  CHECK(effects_of<node::acknowledge>(s.says(1, outcome::complete)).at(0).position == 1);
  CHECK(effects_of<node::acknowledge>(s.says(3, outcome::complete)).at(0).position == 1);
  CHECK(effects_of<node::acknowledge>(s.says(2, outcome::complete)).at(0).position == 3);
  s.check_lasting();
}

TEST_CASE("a receipt that comes after a stop still counts") {
  speaker s;
  const auto old = s.routine(1);
  s.gets(old, 1);
  auto update = s.routine(2);
  update.replaces = {old.id};
  s.gets(update, 2);
  CHECK(effects_of<node::acknowledge>(s.tell(device::ack{1})).at(0).position == 1);
  s.check_lasting();
}

TEST_CASE("an emergency behind one whose player says nothing gets its turn in minutes") {
  speaker s;
  s.gets(s.with(1, priority::emergency), 1);
  const auto d = s.gets(s.with(2, priority::emergency), 2);
  CHECK(plays(d).empty());
  const auto looks = effects_of<node::remind>(d);
  REQUIRE(looks.size() == 1);
  CHECK(looks[0].due >= s.now + 1min);
  CHECK(looks[0].due <= s.now + 5min);
  s.now = looks[0].due;
  CHECK(plays(s.remind("look")) == positions{2});
  CHECK(s.outcomes_of(1) == outcomes{outcome::failed});
}

TEST_CASE("an entry that cannot be read is refused and changes nothing") {
  speaker s;
  auto e = entry_of(s.routine(1), 1);
  e.body = std::make_shared<const bytes>("\"id\":");
  CHECK(s.enter(e, "unit/79.769.26794").refusal);
  e.body = nullptr;
  CHECK(s.enter(e, "unit/79.769.26794").facts.empty());
}

TEST_CASE("whatever happens to a loudspeaker, its rules hold") {
  const auto seed = GENERATE(range(1, 41));
  seeded_random dice(static_cast<std::uint64_t>(seed));
  speaker s;
  std::uint64_t position = 0;
  std::uint64_t channel = 1;
  std::map<std::uint64_t, model::bulletin> sent;
  std::optional<std::uint64_t> playing;
  const auto watch = [&](const rig_t::decision& d) {
    for (const auto& c : effects_of<node::drive>(d)) {
      if (const auto* p = c.call.get<device::play>()) {
        const auto& b = sent.at(p->position);
        REQUIRE(s.now < b.expires);
        REQUIRE(s.now >= b.effective);
        playing = p->position;
      } else if (c.call.get<device::stop>()) {
        playing.reset();
      }
    }
  };
  for (int n = 0; n < 300; ++n) {
    switch (dice.below(7)) {
    case 0:
    case 1:
    case 2: {
      auto b = s.with(++position, static_cast<priority>(dice.below(3)));
      b.expires = s.now + duration(1min) * static_cast<int>(1 + dice.below(120));
      if (dice.chance(0.2)) b.effective = s.now + 30s;
      if (dice.chance(0.3))
        b.replaces = {ward.str() + "-" + local_id(1 + dice.below(position + 3))};
      sent[position] = b;
      watch(s.gets(b, position));
      break;
    }
    case 3:
      if (position > 0) {
        const auto which = playing.value_or(1 + dice.below(position));
        if (playing == which) playing.reset();
        watch(s.says(which, static_cast<outcome>(dice.below(4))));
      }
      break;
    case 4:
      playing.reset();
      watch(s.tell(device::attach{++channel}));
      break;
    case 5:
      if (dice.chance(0.5)) s.restart();
      if (dice.chance(0.3)) {
        playing.reset();
        watch(s.tell(device::detach{channel}));
      }
      break;
    default:
      s.advance(duration(1s) * static_cast<int>(dice.below(1800)), watch);
    }
    // Never is an emergency kept waiting by anything that is none.
    const auto now = s.look();
    if (now.playing && now.attached) {
      const auto is_emergency = [&](const std::string& id) {
        return std::ranges::any_of(sent, [&](const auto& b) {
          return b.second.id == id && b.second.priority == priority::emergency &&
                 b.second.effective <= s.now && s.now < b.second.expires;
        });
      };
      const auto plays_one = std::ranges::any_of(sent, [&](const auto& b) {
        return b.second.id == *now.playing && b.second.priority == priority::emergency;
      });
      REQUIRE((plays_one || std::ranges::none_of(now.waiting, is_emergency)));
    }
  }
  s.check_lasting();
  // Every bulletin has ended, in one way or another, or is still before it.
  s.advance(24h);
  s.tell(device::detach{channel});
  CHECK(s.look().waiting.empty());
}
