#include <unit/node/held_writer.hpp>
#include <unit/node/world.hpp>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

namespace {

// -- petitioner: posts, and remembers what came back

struct petition {
  LOA_TEST_TYPE("petition");
  loa::name to;
  std::vector<int> all; ///< What to post: numbers to add; 0 crashes the receiver.
  bool wait = false;
  static void describe(auto& self, auto& f) {
    f("to", self.to);
    f("all", self.all);
    f("wait", self.wait);
  }
};
struct misspell {
  LOA_TEST_TYPE("misspell");
  loa::name to;
  static void describe(auto& self, auto& f) { f("to", self.to); }
};
struct what_came_back {
  LOA_TEST_TYPE("what_came_back");
  static void describe(auto&, auto&) {}
};
struct came_back {
  LOA_TEST_TYPE("came_back");
  std::string text;
  static void describe(auto& self, auto& f) { f("text", self.text); }
};
struct all_that_came_back {
  LOA_TEST_TYPE("all_that_came_back");
  std::vector<std::string> texts;
  static void describe(auto& self, auto& f) { f("texts", self.texts); }
};
struct petitioned {
  LOA_TEST_TYPE("petitioned");
  static void describe(auto&, auto&) {}
};

/// Crashes of a refused -13, and refuses to hear of a -14.
struct petitioner {
  static constexpr std::string_view kind = "petitioner";
  using command = std::variant<petition, misspell, what_came_back>;
  using fact = std::variant<came_back>;
  using reply = std::variant<petitioned>;

  std::vector<std::string> texts;
  static void describe(auto& self, auto& f) { f("texts", self.texts); }

  [[nodiscard]] decision<fact> decide(const command& c, const context&) const {
    decision<fact> d;
    if (const auto* p = std::get_if<petition>(&c)) {
      for (const int n : p->all)
        d.effects.emplace_back(
            post{p->to, n == 0 ? wire::value::of(explode{}) : wire::value::of(add{n}), p->wait});
      d.reply = wire::value::of(petitioned{});
    } else if (const auto* m = std::get_if<misspell>(&c)) {
      d.effects.emplace_back(post{m->to, wire::value::of(what_came_back{})});
    } else {
      d.reply = wire::value::of(all_that_came_back{texts});
    }
    return d;
  }
  [[nodiscard]] decision<fact> on_refused(const post& p, const error& why, const context&) const {
    const auto* a = p.message.get<add>();
    if (a && a->n == -13) throw std::runtime_error("an unlucky number");
    if (a && a->n == -14) return error{errc::rule, "I will not hear of it.", {}};
    decision<fact> d;
    d.facts.emplace_back(came_back{p.to.str() + ": " + (a ? std::to_string(a->n) : "?") + ": " +
                                   std::string(to_string(why.code)) + ": " + why.detail});
    return d;
  }
  void apply(const fact& f) { texts.push_back(std::get<came_back>(f).text); }
};

class town {
public:
  town() { boot(); }

  void reboot() {
    node.reset();
    slow.reset();
    writer.reset();
    REQUIRE(journal.restart());
    boot();
  }
  template <class T>
  result<wire::value> ask(T command, ask_options how = {}) {
    auto r = node->ask_and_wait(who, wire::value::of(command), how);
    while (!r && r.error().code == errc::unavailable)
      r = node->ask_and_wait(who, wire::value::of(command), how);
    return r;
  }
  std::vector<std::string> returned() {
    const auto r = ask(what_came_back{});
    REQUIRE(r);
    return r->get<all_that_came_back>()->texts;
  }

  const loa::name who = named("petitioner/a");
  const loa::name below = named("counter/a/b");
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  store::memory_journal journal;
  std::unique_ptr<store::threaded_writer> writer;
  std::unique_ptr<held_writer> slow;
  std::unique_ptr<runtime> node;

private:
  void boot() {
    writer = std::make_unique<store::threaded_writer>(journal);
    slow = std::make_unique<held_writer>(*writer);
    auto started = runtime::start(world::small(), {journal, *slow, clock},
                                  {kind_of<petitioner>(), kind_of<loa::node::test::counter>()});
    REQUIRE(started);
    node = *std::move(started);
  }
};

std::string no(int n) {
  return "counter/a/b: " + std::to_string(n) + ": rule: A counter does not count down.";
}

} // namespace

TEST_CASE("a sender hears once of each post that was refused, and why") {
  town t;
  REQUIRE(t.ask(petition{t.below, {1, -2, 3, -4}}));
  const std::vector<std::string> expected{no(-2), no(-4)};
  CHECK(eventually([&] { return t.returned() == expected; }));
  t.reboot();
  CHECK(t.returned() == expected);
}

TEST_CASE("a post that its receiver does not know comes back") {
  town t;
  REQUIRE(t.ask(misspell{t.below}));
  REQUIRE(eventually([&] { return !t.returned().empty(); }));
  CHECK(t.returned().front().starts_with("counter/a/b: ?: unsupported: "));
}

TEST_CASE("a post that crashes its receiver every time comes back") {
  town t;
  REQUIRE(t.ask(petition{t.below, {0, -1}}));
  CHECK(eventually([&] {
    return t.returned() ==
           std::vector{std::string("counter/a/b: ?: internal: It crashed its receiver every time."),
                       no(-1)};
  }));
}

TEST_CASE("a refusal that its sender cannot handle ends as a dead letter, and the line goes on") {
  town t;
  REQUIRE(t.ask(petition{t.below, {-13, -14, -15, 5}}));
  CHECK(eventually([&] { return t.returned() == std::vector{no(-15)}; }));
  // Three at the receiver, two at the sender.
  CHECK(t.node->read_figures().dead_letters == 5);
}

TEST_CASE("each refusal is heard of once and in order though both sides crash") {
  town t;
  std::vector<std::string> expected;
  for (int i = 1; i <= 60; ++i) {
    const int n = i % 3 == 0 ? i : -i - 20;
    if (n < 0) expected.push_back(no(n));
    // A key, since the sender may crash between commit and answer.
    REQUIRE(t.ask(petition{t.below, {n}}, {.key = std::to_string(i), .content = "the same"}));
    if (i % 7 == 4) t.node->kill(t.below);
    if (i % 11 == 5) t.node->kill(t.who);
    if (i % 29 == 0) t.reboot();
  }
  CHECK(eventually([&] { return t.returned() == expected; }));
}

TEST_CASE("a reply that waits for its posts is the first refusal among them") {
  town t;
  const auto refused = t.ask(petition{t.below, {1, -2, 3}, true});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == error{errc::rule, "A counter does not count down.", {}});
  CHECK(t.returned() == std::vector{no(-2)});
  CHECK(t.ask(petition{t.below, {1, 3}, true}));
  CHECK(t.ask(petition{t.below, {-1}, false}));
}

TEST_CASE("a repeated key gets the refusal that the first answer was, also after a restart") {
  town t;
  const ask_options how{.key = "k", .content = "the same"};
  const error no_counting_down{errc::rule, "A counter does not count down.", {}};
  const auto ask = [&] { return t.ask(petition{t.below, {-1, -2, 3}, true}, how); };
  CHECK(ask().error() == no_counting_down);
  CHECK(ask().error() == no_counting_down);
  t.reboot();
  CHECK(ask().error() == no_counting_down);
  CHECK(t.returned() == std::vector{no(-1), no(-2)});
}

TEST_CASE("a repeated key waits for the post that its first answer waits for, after a crash too") {
  town t;
  const ask_options how{.key = "k", .content = "the same"};
  t.slow->hold(t.below);
  std::atomic<int> answered{0};
  std::optional<error> last;
  const auto ask = [&](int n) {
    t.node->ask(
        t.who, wire::value::of(petition{t.below, {n}, true}),
        [&](result<wire::value> r) {
          last = r ? std::nullopt : std::optional(r.error());
          ++answered;
        },
        how);
  };
  const bool again = GENERATE(false, true);
  const int n = GENERATE(1, -1);
  ask(n);
  REQUIRE(eventually([&] { return t.slow->held_of(t.below) == 1; }));
  if (again) {
    t.node->kill(t.who);
    REQUIRE(eventually([&] { return answered == 1; }));
    CHECK(last->code == errc::unavailable);
    answered = 0;
    ask(n);
  } else {
    ask(n);
  }
  CHECK(t.returned().empty()); // comes after the repetition
  CHECK(answered == 0);
  t.slow->let_go(t.below);
  REQUIRE(eventually([&] { return answered == (again ? 1 : 2); }));
  CHECK(last.has_value() == (n < 0));
  if (last) CHECK(last->detail == "A counter does not count down.");
  CHECK(t.returned().empty() == (n > 0));
}
