#include "counted_heap.hpp"

#include <loa/citizen/entity.hpp>

#include <support/bulletins.hpp>
#include <support/entity_rig.hpp>

#include <set>

using namespace loa;
using namespace loa::test;

namespace {

const auto ward = unit_path("79.769.26794");
const auto other = unit_path("79.760.26740");
constexpr auto ordinary = link::lane::ordinary;
constexpr auto emergency = link::lane::emergency;

/// A session outside a node: facts are applied, nothing is stored.
struct session {
  using decision = node::decision<citizen::fact>;

  template <class Command>
  decision tell(Command c) {
    return carry_out(state.decide(citizen::command(std::move(c)), context()));
  }
  decision gets(const path& unit, std::uint64_t position, std::string id,
                link::lane on = ordinary) {
    link::entry e;
    e.position = position;
    e.on = on;
    e.id = std::move(id);
    e.body = std::make_shared<const bytes>("\"id\":1");
    return carry_out(state.on_entry(std::make_shared<const node::feed_entry>(node::feed_entry{
                                        std::make_shared<const name>(name::of("unit", unit)), e}),
                                    context()));
  }
  decision carry_out(decision d) {
    for (const auto& f : d.facts) state.apply(f);
    return d;
  }
  node::context context() { return {self, nobody, instant(), random, 0, feed}; }

  name self = *name::parse("citizen/c-1");
  name nobody;
  seeded_random random{1};
  fake_feed feed;
  citizen::entity state;
};

struct ack_of {
  std::string unit;
  link::lane on;
  std::uint64_t position;
  bool operator==(const ack_of&) const = default;
};
std::ostream& operator<<(std::ostream& to, const ack_of& a) {
  return to << a.unit << (a.on == emergency ? " emergency " : " ordinary ") << a.position;
}

std::vector<ack_of> acks(const session::decision& d) {
  std::vector<ack_of> out;
  for (const auto& a : effects_of<node::acknowledge>(d))
    out.push_back({std::string(a.feed.home_text()), a.on, a.position});
  return out;
}

std::size_t delivered(const session::decision& d) {
  return effects_of<node::deliver>(d).size();
}

using all = std::vector<ack_of>;

} // namespace

TEST_CASE("a session follows its units on the citizens' channel while somebody is connected") {
  session s;
  CHECK_FALSE(s.state.busy());
  const auto d = s.tell(citizen::attach{7, {{ward, {}}, {other, link::cursor{0, {5, 5}}}}});
  const auto follows = effects_of<node::follow>(d);
  REQUIRE(follows.size() == 2);
  CHECK(follows[0].feed.str() == "unit/79.769.26794");
  CHECK(follows[0].channel == 1);
  CHECK_FALSE(follows[0].from);
  CHECK(follows[1].from->upto.ordinary == 5);
  CHECK(s.state.busy());
  const auto end = s.tell(citizen::detach{7});
  CHECK(effects_of<node::unfollow>(end).size() == 2);
  CHECK_FALSE(effects_of<node::unfollow>(end)[0].leave);
  CHECK_FALSE(s.state.busy());
}

TEST_CASE("every connection gets every bulletin") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}}});
  s.tell(citizen::attach{8, {{ward, {}}}});
  const auto d = s.gets(ward, 1, "a");
  REQUIRE(delivered(d) == 2);
  CHECK(effects_of<node::deliver>(d)[0].channel == 7);
  CHECK(effects_of<node::deliver>(d)[1].channel == 8);
  s.tell(citizen::detach{7});
  CHECK(delivered(s.gets(ward, 2, "b")) == 1);
  CHECK(s.tell(citizen::detach{7}).facts.empty());
}

TEST_CASE("each connection gets what its own units publish, and that once") {
  session s;
  s.tell(citizen::attach{1, {{ward, {}}}});              // a phone
  s.tell(citizen::attach{2, {{other, {}}}});             // a tablet
  s.tell(citizen::attach{3, {{ward, {}}, {other, {}}}}); // a screen
  const auto to = [](const session::decision& d) {
    std::set<std::uint64_t> channels;
    for (const auto& each : effects_of<node::deliver>(d)) channels.insert(each.channel);
    return channels;
  };
  using channels = std::set<std::uint64_t>;
  CHECK(to(s.gets(ward, 1, "a")) == channels{1, 3});
  CHECK(to(s.gets(other, 1, "b")) == channels{2, 3});
  CHECK(to(s.gets(ward, 2, "both")) == channels{1, 3});
  CHECK(to(s.gets(other, 2, "both")) == channels{2});
  SECTION("also when it is sent again") {
    CHECK(to(s.gets(other, 2, "both")) == channels{2});
    CHECK(to(s.gets(ward, 2, "both")) == channels{1, 3});
  }
  SECTION("and what one of them acknowledges counts for all") {
    CHECK(acks(s.tell(citizen::ack{other, 2})) == all{{other.str(), ordinary, 2}});
    CHECK(acks(s.tell(citizen::ack{ward, 1})) == all{{ward.str(), ordinary, 2}});
  }
  SECTION("and nothing of a unit that nobody follows any more") {
    CHECK(effects_of<node::unfollow>(s.tell(citizen::detach{1})).empty());
    const auto d = s.tell(citizen::detach{3});
    REQUIRE(effects_of<node::unfollow>(d).size() == 1);
    CHECK(effects_of<node::unfollow>(d)[0].feed.str() == "unit/" + ward.str());
    const auto late = s.gets(ward, 3, "c");
    CHECK(late.facts.empty());
    CHECK(late.effects.empty());
  }
}

TEST_CASE("what one connection has not acknowledged comes once to another that follows more") {
  session s;
  s.tell(citizen::attach{1, {{ward, {}}}});
  s.gets(ward, 1, "both");
  s.tell(citizen::attach{2, {{ward, {}}, {other, {}}}}); // the units send again what is due
  const auto count = [](const session::decision& d, std::uint64_t channel) {
    return std::ranges::count(effects_of<node::deliver>(d), channel, &node::deliver::channel);
  };
  long came = 0;
  const auto send = [&](const path& unit) { came += count(s.gets(unit, 1, "both"), 2); };
  SECTION("first from the unit that both follow") {
    send(ward);
    send(other);
  }
  SECTION("first from the other one") {
    send(other);
    send(ward);
  }
  CHECK(came == 1);
  CHECK(acks(s.tell(citizen::ack{ward, 1})) ==
        all{{ward.str(), ordinary, 1}, {other.str(), ordinary, 1}});
}

TEST_CASE(
    "one connection after the other may follow other units, as many at once as there may be") {
  session s;
  s.tell(citizen::attach{1, {{ward, {}}}});
  for (std::uint64_t round = 0; round < 10; ++round) {
    citizen::attach a{100 + round, {}};
    for (int n = 0; n < 15; ++n)
      a.units.push_back({unit_path("79." + std::to_string(700 + 15 * round + n)), {}});
    CHECK_FALSE(s.tell(a).refusal);
    CHECK(delivered(s.gets(ward, round + 1, std::to_string(round))) == 1);
    for (const auto& u : a.units) CHECK(delivered(s.gets(u.unit, 1, u.unit.str())) == 1);
    CHECK(effects_of<node::unfollow>(s.tell(citizen::detach{a.channel})).size() == 15);
  }
  CHECK(acks(s.tell(citizen::ack{ward, 10})) == all{{ward.str(), ordinary, 10}});
}

TEST_CASE("an acknowledgement goes to the lane of its position, up to there") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}}});
  s.gets(ward, 1, "a");
  s.gets(ward, 2, "b", emergency);
  s.gets(ward, 3, "c");
  CHECK(acks(s.tell(citizen::ack{{}, 2})) == all{{ward.str(), emergency, 2}});
  CHECK(acks(s.tell(citizen::ack{ward, 3})) == all{{ward.str(), ordinary, 3}});
  CHECK(acks(s.tell(citizen::ack{{}, 3})).empty());
}

TEST_CASE("what was not delivered cannot be acknowledged") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}}});
  s.gets(ward, 1, "a");
  CHECK(acks(s.tell(citizen::ack{{}, 99})).empty());
  CHECK(acks(s.tell(citizen::ack{{}, 0})).empty());
  CHECK(s.tell(citizen::ack{other, 1}).refusal->code == errc::rule);
  CHECK(acks(s.tell(citizen::ack{{}, 1})).size() == 1);
}

TEST_CASE("who follows several units must say whose position he acknowledges") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}, {other, {}}}});
  s.gets(ward, 1, "a");
  CHECK(s.tell(citizen::ack{{}, 1}).refusal->code == errc::rule);
  CHECK(acks(s.tell(citizen::ack{ward, 1})).size() == 1);
}

TEST_CASE("a bulletin that several units carry is delivered once and acknowledged in each") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}, {other, {}}}});
  CHECK(delivered(s.gets(ward, 4, "storm", emergency)) == 1);
  const auto second = s.gets(other, 9, "storm", emergency);
  CHECK(delivered(second) == 0);
  CHECK(acks(second).empty()); // the client has not said that it has it
  CHECK(acks(s.tell(citizen::ack{ward, 4})) ==
        all{{ward.str(), emergency, 4}, {other.str(), emergency, 9}});
  SECTION("also when the second copy comes after the acknowledgement") {
    s.gets(ward, 5, "flood");
    s.tell(citizen::ack{ward, 5});
    const auto late = s.gets(other, 10, "flood");
    CHECK(delivered(late) == 0);
    CHECK(acks(late) == all{{other.str(), ordinary, 10}});
  }
}

TEST_CASE("a held back copy does not acknowledge what came before it and is still awaited") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}, {other, {}}}});
  s.gets(other, 8, "only here");
  s.gets(ward, 4, "both");
  s.gets(other, 9, "both");
  CHECK(acks(s.tell(citizen::ack{ward, 4})) == all{{ward.str(), ordinary, 4}});
  CHECK(acks(s.tell(citizen::ack{other, 8})) == all{{other.str(), ordinary, 9}});
}

TEST_CASE("what was not acknowledged goes out again when it is sent again, a copy does not") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}, {other, {}}}});
  s.gets(ward, 4, "both");
  s.gets(other, 9, "both");
  s.tell(citizen::attach{8, {{ward, {}}, {other, {}}}});
  CHECK(delivered(s.gets(ward, 4, "both")) == 2);
  CHECK(delivered(s.gets(other, 9, "both")) == 0);
}

TEST_CASE("an emergency that its unit could not store comes again and stops no acknowledgement") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}, {other, {}}}});
  s.gets(ward, 4, "storm", emergency);
  CHECK(delivered(s.gets(ward, 0, "flood", emergency)) == 1);
  CHECK(acks(s.tell(citizen::ack{ward, 4})) == all{{ward.str(), emergency, 4}});
  CHECK(delivered(s.gets(ward, 5, "flood", emergency)) == 1);
  CHECK(acks(s.tell(citizen::ack{ward, 5})) == all{{ward.str(), emergency, 5}});
  SECTION("whoever was sent the stored one is not sent the other") {
    CHECK(delivered(s.gets(other, 0, "flood", emergency)) == 0);
    CHECK(delivered(s.gets(ward, 0, "flood", emergency)) == 0);
  }
  SECTION("what one unit could not store is awaited when another stores it") {
    CHECK(delivered(s.gets(ward, 0, "fire", emergency)) == 1);
    const auto stored = s.gets(other, 9, "fire", emergency);
    CHECK(delivered(stored) == 1);
    CHECK(acks(stored).empty());
  }
}

TEST_CASE("a session whose driver acknowledges keeps nothing of what it delivers") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}}, false});
  CHECK(s.gets(ward, 1, "a").facts.empty());
  s.tell(citizen::attach{7, {{ward, {}}, {other, {}}}, false});
  CHECK(delivered(s.gets(ward, 2, "b")) == 1);
  const auto copy = s.gets(other, 2, "b");
  CHECK(delivered(copy) == 0);
  CHECK(acks(copy) == all{{other.str(), ordinary, 2}});
}

TEST_CASE("a client that never acknowledges costs a bounded session") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}}});
  for (std::uint64_t p = 1; p <= 1000; ++p)
    CHECK(delivered(s.gets(ward, p, "x" + std::to_string(p))) == 1);
  CHECK(acks(s.tell(citizen::ack{{}, 100})).empty());
  CHECK(acks(s.tell(citizen::ack{{}, 1000})) == all{{ward.str(), ordinary, 1000}});
}

TEST_CASE("a flood of emergencies makes no session forget what it has of the other lane") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}}});
  s.gets(ward, 1, "a");
  for (std::uint64_t p = 2; p <= 100; ++p) s.gets(ward, p, "x" + std::to_string(p), emergency);
  CHECK(acks(s.tell(citizen::ack{{}, 1})) == all{{ward.str(), ordinary, 1}});
  CHECK(acks(s.tell(citizen::ack{{}, 100})) == all{{ward.str(), emergency, 100}});
}

TEST_CASE("connections and units of one session are limited") {
  session s;
  CHECK(s.tell(citizen::attach{1, {}}).refusal->code == errc::rule);
  citizen::attach many{1, {}};
  for (int n = 0; n <= 16; ++n)
    many.units.push_back({unit_path("79." + std::to_string(700 + n)), {}});
  CHECK(s.tell(many).refusal->code == errc::rule);
  for (std::uint64_t c = 1; c <= 8; ++c)
    CHECK_FALSE(s.tell(citizen::attach{c, {{ward, {}}}}).refusal);
  CHECK(s.tell(citizen::attach{9, {{ward, {}}}}).refusal->code == errc::too_many);
  CHECK_FALSE(s.tell(citizen::attach{8, {{ward, {}}}}).refusal);
}

TEST_CASE("an entry without a body, or for a session that nobody uses, goes nowhere") {
  session s;
  CHECK(delivered(s.gets(ward, 1, "a")) == 0);
  s.tell(citizen::attach{7, {{ward, {}}}});
  link::entry e;
  e.position = 3;
  const auto nothing = std::make_shared<const node::feed_entry>(
      node::feed_entry{std::make_shared<const name>(name::of("unit", ward)), e});
  CHECK(s.state.on_entry(nothing, s.context()).effects.empty());
  CHECK(delivered(s.gets(other, 1, "b")) == 0);
}

TEST_CASE("a session with one unit and one connection takes no heap, and an entry one allocation") {
  session s;
  const citizen::command attach = citizen::attach{7, {{ward, {}}}, false};
  const auto ctx = s.context();
  const auto d = s.state.decide(attach, ctx);
  const auto heap_of_session = [&] {
    const counted_heap heap;
    s.state.apply(d.facts.front());
    return heap.octets();
  }();
  CHECK(heap_of_session == 0);
  CHECK(sizeof(citizen::entity) <= 128);
  link::entry e;
  e.position = 1;
  e.body = std::make_shared<const bytes>("x");
  const auto entry = std::make_shared<const node::feed_entry>(
      node::feed_entry{std::make_shared<const name>(name::of("unit", ward)), e});
  const auto allocations = [&] {
    const counted_heap heap;
    const auto delivered_one = s.state.on_entry(entry, ctx).effects.size() == 1;
    return delivered_one ? heap.allocations() : 0;
  }();
  CHECK(allocations == 1);
}

TEST_CASE(
    "a session whose client acknowledges nothing stays small, and a late word counts for all") {
  session s;
  s.tell(citizen::attach{7, {{ward, {}}}});
  const auto heap_now = [&] {
    const counted_heap heap;
    const auto copy = s.state;
    return heap.octets();
  };
  std::uint64_t position = 0;
  const auto get_up_to = [&](std::uint64_t last) {
    for (; position < last; ++position) s.gets(ward, position + 1, std::to_string(position));
  };
  get_up_to(25);
  CHECK(heap_now() <= 25 * 24);
  get_up_to(2'000);
  CHECK(heap_now() <= 1'536);
  // The oldest are no longer told apart: alone they say nothing, with a later one they count.
  CHECK(s.tell(citizen::ack{{}, 1}).effects.empty());
  const auto acks = effects_of<node::acknowledge>(s.tell(citizen::ack{{}, position}));
  REQUIRE(acks.size() == 1);
  CHECK(acks[0].position == position);
  CHECK(heap_now() == 0);
}

TEST_CASE("whatever comes in whatever order, each unit's cursor tells only what the client has") {
  const auto seed = GENERATE(range(1, 61));
  seeded_random dice(static_cast<std::uint64_t>(seed));
  session s;
  const std::vector<path> units{ward, other, unit_path("79.771")};
  citizen::attach a{7, {}};
  for (const auto& u : units) a.units.push_back({u, {}});
  s.tell(a);

  struct sent {
    std::uint64_t position;
    link::lane on;
    std::string id;
  };
  std::map<std::string, std::vector<sent>> carried;
  std::map<std::string, std::uint64_t> head;
  std::vector<std::pair<std::string, sent>> in_flight; // on the client's connection, in order
  std::set<std::string> has;
  const auto check = [&](const session::decision& d) {
    for (const auto& k : acks(d))
      for (const auto& e : carried[k.unit])
        if (e.on == k.on && e.position <= k.position) REQUIRE(has.contains(e.id));
  };
  for (int n = 0; n < 200; ++n) {
    if (dice.chance(0.6)) {
      const auto id = "b" + std::to_string(dice.below(60));
      const auto on = dice.chance(0.3) ? emergency : ordinary;
      const auto& u = units[dice.below(3)];
      auto& its = carried[u.str()];
      if (std::ranges::find(its, id, &sent::id) != its.end()) continue;
      const sent e{++head[u.str()], on, id};
      its.push_back(e);
      const auto d = s.gets(u, e.position, id, on);
      if (delivered(d) == 1) in_flight.emplace_back(u.str(), e);
      check(d);
    } else if (!in_flight.empty()) {
      const auto k = dice.below(in_flight.size());
      for (std::size_t i = 0; i <= k; ++i) has.insert(in_flight[i].second.id);
      check(s.tell(citizen::ack{unit_path(in_flight[k].first), in_flight[k].second.position}));
      in_flight.erase(in_flight.begin(), in_flight.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
}
