// An entity is founded once, with a first fact that nothing takes the place of.

#include "world.hpp"

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using namespace std::chrono_literals;

namespace {

struct beget_two {
  LOA_TEST_TYPE("beget_two");
  loa::name child;
  bool post_first = false;
  bool twice = false;
  static void describe(auto& self, auto& f) {
    f("child", self.child);
    f("post_first", self.post_first);
    f("twice", self.twice);
  }
};

/// Founds a counter and posts to it in the same decision.
struct parent {
  static constexpr std::string_view kind = "parent";
  using command = std::variant<beget_two>;
  using fact = std::variant<noted>;
  [[nodiscard]] decision<fact> decide(const command& c, const context&) const {
    const auto& b = std::get<beget_two>(c);
    decision<fact> d;
    const found child{b.child, wire::encode_record(added{5})};
    const post hello{b.child, wire::value::of(add{2})};
    if (b.post_first)
      d.effects = {hello, child};
    else
      d.effects = {child, hello};
    if (b.twice) d.effects.push_back(child);
    return d;
  }
  void apply(const fact&) {}
};

class nursery {
public:
  nursery() {
    node = runtime::start(world::small(), {journal, writer, clock},
                          {kind_of<parent>(), kind_of<test::counter>()})
               .value();
  }
  template <class T>
  result<wire::value> ask(std::string_view who, T command) {
    return node->ask_and_wait(named(who), wire::value::of(std::move(command)));
  }
  int total_of(std::string_view who) {
    const auto r = ask(who, get_total{});
    REQUIRE(r);
    return r->get<total>()->n;
  }
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  store::memory_journal journal;
  store::threaded_writer writer{journal};
  std::unique_ptr<runtime> node;
};

} // namespace

TEST_CASE("a founding and a post to the founded are carried out in either order, in any load") {
  nursery n;
  constexpr int many = 2'000;
  std::atomic<int> answered{0}, refused{0};
  for (int i = 0; i < many; ++i)
    n.node->ask(
        named("parent/79"),
        wire::value::of(beget_two{named("counter/79/" + std::to_string(i)), i % 2 == 0, false}),
        [&](const auto& got) { ++(got ? answered : refused); });
  REQUIRE(eventually([&] { return answered + refused == many; }));
  REQUIRE(refused == 0);
  for (int i = 0; i < many; ++i) {
    const auto who = "counter/79/" + std::to_string(i);
    REQUIRE(eventually([&] { return n.total_of(who) == 7; }));
  }
  CHECK(n.node->read_figures().dead_letters == 0);
}

TEST_CASE("an entity that is active without a fact has its first fact as soon as it is founded") {
  nursery n;
  for (int i = 0; i < 50; ++i) {
    const auto who = "counter/79/" + std::to_string(i);
    CHECK(n.total_of(who) == 0); // somebody guessed the name
    REQUIRE(n.ask("parent/79", beget_two{named(who), false, false}));
    CHECK(n.total_of(who) >= 5);
  }
}

TEST_CASE("a name is founded once, also within one decision and by decisions under way") {
  nursery n;
  const auto twice = n.ask("parent/79", beget_two{named("counter/79/a"), false, true});
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == errc::conflict);
  CHECK(n.total_of("counter/79/a") == 0);

  std::atomic<int> founded{0}, taken{0}, other{0};
  constexpr int many = 200;
  for (int i = 0; i < many; ++i)
    n.node->ask(named("parent/79"), wire::value::of(beget_two{named("counter/79/b"), false, false}),
                [&](const auto& got) {
                  ++(got ? founded : got.error().code == errc::conflict ? taken : other);
                });
  REQUIRE(eventually([&] { return founded + taken + other == many; }));
  CHECK(founded == 1);
  CHECK(other == 0);
  REQUIRE(eventually([&] { return n.total_of("counter/79/b") == 7; }));
}

TEST_CASE(
    "of an entity's own first fact and a founding that cross one is refused, and none is lost") {
  for (int round = 0; round < 40; ++round) {
    nursery n;
    std::atomic<int> kept{-1}, founded{-1};
    n.node->ask(named("counter/79/x"), wire::value::of(add{100}),
                [&](const auto& got) { kept = got ? 1 : 0; });
    n.node->ask(named("parent/79"), wire::value::of(beget_two{named("counter/79/x"), false, false}),
                [&](const auto& got) { founded = got ? 1 : 0; });
    REQUIRE(eventually([&] { return kept != -1 && founded != -1; }));
    const int least = (kept == 1 ? 100 : 0) + (founded == 1 ? 5 : 0);
    REQUIRE(eventually([&] {
      const auto now = n.ask("counter/79/x", get_total{});
      return now && now->get<total>()->n >= least;
    }));
  }
}
