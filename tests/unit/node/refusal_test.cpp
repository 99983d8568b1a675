// What cannot be done or not be read back is refused before anything is kept.

#include "world.hpp"

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using namespace std::chrono_literals;

namespace {

enum class mood : std::uint8_t { calm, loud };

} // namespace

template <>
inline constexpr auto loa::wire::enum_names<mood> =
    std::to_array<std::pair<mood, std::string_view>>({{mood::calm, "calm"}, {mood::loud, "loud"}});

namespace {

/// A fact with something in it that may be unreadable.
struct kept {
  LOA_TEST_TYPE("kept");
  loa::name who;
  path where;
  mood how = mood::calm;
  bool operator==(const kept&) const = default;
  static void describe(auto& self, auto& f) {
    f("who", self.who);
    f("where", self.where);
    f("how", self.how);
  }
};
struct count_kept {
  LOA_TEST_TYPE("count_kept");
  static void describe(auto&, auto&) {}
};
struct kept_count {
  LOA_TEST_TYPE("kept_count");
  std::uint64_t n = 0;
  loa::name last;
  static void describe(auto& self, auto& f) {
    f("n", self.n);
    f.optional("last", self.last);
  }
};
/// Decides what the test wants.
struct carry_out {
  LOA_TEST_TYPE("carry_out");
  int number = 0;
  static void describe(auto& self, auto& f) { f("number", self.number); }
};
struct unheard_of {
  LOA_TEST_TYPE("unheard_of");
  static void describe(auto&, auto&) {}
};

/// What `carry_out` decides; set by a test before it asks.
std::function<decision<std::variant<kept>>(const context&)> wanted;

struct clerk {
  static constexpr std::string_view kind = "clerk";
  using command = std::variant<carry_out, count_kept, unheard_of>;
  using fact = std::variant<kept>;
  using reply = std::variant<kept_count>;

  std::uint64_t n = 0;
  static void describe(auto& self, auto& f) { f("n", self.n); }

  [[nodiscard]] decision<fact> decide(const command& c, const context& ctx) const {
    if (std::holds_alternative<carry_out>(c)) return wanted(ctx);
    if (std::holds_alternative<unheard_of>(c)) return error{errc::rule, "Never heard of it.", {}};
    return kept_count{n, {}};
  }
  void apply(const fact&) { ++n; }
};
/// Likewise, without a journal and without clients.
struct guest {
  static constexpr std::string_view kind = "guest";
  static constexpr bool durable = false;
  using command = std::variant<carry_out>;
  using fact = std::variant<kept>;
  [[nodiscard]] decision<fact> decide(const command&, const context& ctx) const {
    return wanted(ctx);
  }
  void apply(const fact&) {}
};
/// Has no reply types.
struct mute {
  static constexpr std::string_view kind = "mute";
  using command = std::variant<count_kept, carry_out>;
  using fact = std::variant<kept>;
  [[nodiscard]] decision<fact> decide(const command& c, const context&) const {
    if (std::holds_alternative<count_kept>(c)) return kept_count{1, {}};
    return {};
  }
  void apply(const fact&) {}
};

struct lines final : log_sink {
  void write(log_level level, std::string_view, std::string_view message,
             std::initializer_list<log_field> fields) override {
    if (level < log_level::warning) return;
    std::lock_guard lock(mutex);
    std::string line(message);
    for (const auto& f : fields) line.append(" ").append(f.key).append("=").append(f.value);
    all.push_back(std::move(line));
  }
  [[nodiscard]] bool has(std::string_view text) {
    std::lock_guard lock(mutex);
    return std::ranges::any_of(all, [&](const auto& l) { return l.find(text) != l.npos; });
  }
  std::mutex mutex;
  std::vector<std::string> all;
};

class office {
public:
  office() { boot(); }
  void boot() {
    node.reset();
    writer = std::make_unique<store::threaded_writer>(journal);
    node = runtime::start(world::small(), {journal, *writer, clock, system_random(), log, &metrics},
                          {kind_of<clerk>(), kind_of<guest>(), kind_of<mute>(), kind_of<tower>()},
                          {{"clerk", &sessions}})
               .value();
  }
  result<wire::value> ask(std::string_view who, wire::value command, ask_options how = {}) {
    return node->ask_and_wait(named(who), std::move(command), std::move(how));
  }
  /// What the entity says to a decision.
  error refusal_of(decision<std::variant<kept>> d, std::string_view who = "clerk/79") {
    wanted = [&](const context&) { return d; };
    const auto answer = ask(who, wire::value::of(carry_out{1}));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == errc::internal);
    return answer.error();
  }
  error refusal_of(effect e, std::string_view who = "clerk/79") {
    decision<std::variant<kept>> d;
    d.effects.push_back(std::move(e));
    return refusal_of(std::move(d), who);
  }
  std::uint64_t count(std::string_view who = "clerk/79") {
    const auto answer = ask(who, wire::value::of(count_kept{}));
    REQUIRE(answer);
    return answer->get<kept_count>()->n;
  }

  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  lines log;
  metric_registry metrics;
  store::memory_journal journal;
  client sessions;
  std::unique_ptr<store::threaded_writer> writer;
  std::unique_ptr<runtime> node;
};

kept readable() {
  return {named("clerk/79"), *path::parse("79"), mood::loud};
}

publish entry() {
  return {link::lane::ordinary,
          {},
          link::every_channel,
          *parse_rfc3339("2026-09-02T05:00:00+07:00"),
          "id",
          std::make_shared<const bytes>("body")};
}

} // namespace

TEST_CASE("a fact that could not be read back is refused, and leaves nothing of its decision") {
  office o;
  wanted = [](const context&) {
    return decision<std::variant<kept>>(readable(), kept_count{1, {}});
  };
  REQUIRE(o.ask("clerk/79", wire::value::of(carry_out{1})));
  for (const auto& [change, where] :
       std::vector<std::pair<std::function<void(kept&)>, std::string>>{
           {[](kept& k) { k.who = {}; }, "/who"},
           {[](kept& k) { k.where = {}; }, "/where"},
           {[](kept& k) { k.how = static_cast<mood>(9); }, "/how"}}) {
    auto bad = readable();
    change(bad);
    decision<std::variant<kept>> d;
    d.facts = {readable(), bad};
    d.effects.emplace_back(entry());
    const auto why = o.refusal_of(d);
    CHECK(why.pointer == where);
    CHECK(why.detail.find("\"test.kept\"") != why.detail.npos);
  }
  CHECK(o.count() == 1);
  o.boot();
  CHECK(o.count() == 1);
}

TEST_CASE("an effect that names nothing is refused with a sentence, and the entity goes on") {
  office o;
  auto no_lane = entry();
  no_lane.on = static_cast<link::lane>(7);
  auto no_body = entry(), no_end = entry(), nowhere = entry(), large = entry();
  no_body.body = nullptr;
  no_end.expires = {};
  nowhere.audience = {*path::parse("79"), path{}};
  large.id = std::string(std::size_t{300} << 10, 'x');
  const auto message = wire::value::of(count_kept{});
  const auto seen = [&](effect e, std::string_view words) {
    const auto why = o.refusal_of(std::move(e));
    INFO(why.detail);
    CHECK(why.detail.find(words) != why.detail.npos);
  };
  seen(no_body, "without a body");
  seen(no_lane, "no lane 7");
  seen(acknowledge{named("tower/79"), static_cast<link::lane>(7), 1}, "no lane 7");
  seen(no_end, "when it expires");
  seen(nowhere, "empty path");
  seen(post{name{}, message}, "without a name");
  seen(post{named("nobody/79"), message}, "no kind of entity called \"nobody\"");
  seen(post{named("guest/79"), message}, "no journal");
  seen(post{named("clerk/79.1"), {}}, "without a message");
  seen(post{named("clerk/79.1"), wire::value::of(get_total{})}, "has the type");
  seen(follow{name{}}, "without a name");
  seen(follow{named("nobody/79")}, "no kind of entity");
  seen(follow{named("guest/79")}, "no journal");
  seen(follow{named("tower/79"), 16}, "no slot channel 16");
  seen(follow{named("clerk/79")}, "follow itself");
  seen(enrol{name{}}, "without a name");
  seen(enrol{named("nobody/79")}, "not known");
  seen(enrol{named("guest/79"), 200}, "no slot channel 200");
  seen(remind{"", o.clock.now()}, "1 to 64");
  seen(remind{std::string(65, 'x'), o.clock.now()}, "1 to 64");
  seen(remind{"x", instant::min()}, "1970");
  seen(remind{"x", instant::max()}, "9999");
  seen(drive{"nobody", 1, message}, "no driver called \"nobody\"");
  seen(deliver{1, nullptr}, "delivered");
  seen(found{name{}, wire::encode_record(readable())}, "without a name");
  seen(found{named("nobody/79/x"), wire::encode_record(readable())}, "no kind");
  seen(found{named("guest/79/x"), wire::encode_record(readable())}, "no journal");
  seen(found{named("clerk/80/x"), wire::encode_record(readable())}, "in the home of its founder");
  seen(found{named("clerk/79"), wire::encode_record(readable())}, "found itself");
  seen(found{named("clerk/79/x"), "garbage"}, "could not read its first fact");
  seen(found{named("clerk/79/x"), wire::encode_record(kept{})}, "could not read its first fact");
  wanted = [&](const context&) {
    decision<std::variant<kept>> d;
    d.effects.emplace_back(large);
    return d;
  };
  const auto too_much = o.ask("clerk/79", wire::value::of(carry_out{1}));
  REQUIRE_FALSE(too_much);
  CHECK(too_much.error().code == errc::too_large);
  CHECK(o.count() == 0);
  o.boot();
  CHECK(o.count() == 0);
  CHECK_FALSE(o.log.has("crashed"));
}

TEST_CASE("an entity without a journal is refused what it may not do, and a missing driver") {
  office o;
  const auto refused = [&](effect e) { return o.refusal_of(std::move(e), "guest/79").detail; };
  CHECK(refused(entry()).find("has no journal") != std::string::npos);
  CHECK(refused(remind{"x", o.clock.now()}).find("has no journal") != std::string::npos);
  CHECK(refused(post{named("clerk/79"), wire::value::of(count_kept{})}).find("has no journal") !=
        std::string::npos);
  CHECK(refused(drive{"nobody", 1, {}}).find("no driver") != std::string::npos);
  CHECK(refused(follow{named("tower/79"), 99}).find("channel 99") != std::string::npos);
  const auto e = std::make_shared<const feed_entry>();
  CHECK(refused(deliver{1, e}).find("no driver has that name") != std::string::npos);
}

TEST_CASE("an answer under a key that could not be kept is refused before anything is done") {
  office o;
  const ask_options keyed{"key", "content", store::urgency::ordinary};
  // A kind without reply types, and what is only done is kept all the same.
  const auto mute_one = o.ask("mute/79", wire::value::of(count_kept{}), keyed);
  REQUIRE_FALSE(mute_one);
  CHECK(mute_one.error().detail.find(
            "\"test.kept_count\" is not among the reply types of \"mute\"") != std::string::npos);
  CHECK(o.ask("mute/79", wire::value::of(count_kept{})));
  CHECK(o.ask("mute/79", wire::value::of(carry_out{}), keyed));
  CHECK(o.ask("mute/79", wire::value::of(carry_out{}), keyed));
  // A reply that could not be read.
  wanted = [](const context&) {
    return decision<std::variant<kept>>(readable(), kept_count{1, named("clerk/79")});
  };
  REQUIRE(o.ask("clerk/79", wire::value::of(carry_out{1}), keyed));
  CHECK(o.count() == 1);
  // An entity without a journal has nowhere to keep it.
  wanted = [](const context&) { return decision<std::variant<kept>>{}; };
  const auto passing = o.ask("guest/79", wire::value::of(carry_out{1}), keyed);
  REQUIRE_FALSE(passing);
  CHECK(passing.error().code == errc::unsupported);
}

TEST_CASE("a kind, a driver or a type that cannot be told apart keeps a node from starting") {
  store::memory_journal journal;
  store::threaded_writer writer(journal);
  const auto start = [&](std::vector<entity_kind> kinds,
                         std::vector<std::pair<std::string, driver*>> drivers = {}) {
    const auto up = runtime::start({}, {journal, writer}, std::move(kinds), std::move(drivers));
    return up ? std::string() : up.error().detail;
  };
  for (const std::string bad : {"Clerk", "my-clerk", "", "a/b", "abcdefghijklmnopq"}) {
    auto k = kind_of<clerk>();
    k.kind = bad;
    CHECK(start({k}).find("a kind has 1 to 16 lower-case letters") != std::string::npos);
  }
  CHECK(start({kind_of<clerk>(), kind_of<clerk>()}).find("twice") != std::string::npos);
  client sessions;
  CHECK(start({kind_of<clerk>()}, {{"a", &sessions}, {"a", &sessions}}).find("twice") !=
        std::string::npos);
  CHECK(start({kind_of<clerk>()}, {{"a", nullptr}}).find("null") != std::string::npos);
  CHECK(start({kind_of<clerk>()}) == "");
}

TEST_CASE("what is told to a kind that is not there is a dead letter") {
  office o;
  o.node->tell(named("nobody/79"), wire::value::of(count_kept{}));
  CHECK(o.node->read_figures().dead_letters == 1);
  CHECK(o.log.has("nobody/79"));
}
