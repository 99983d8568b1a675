#pragma once

#include <loa/node/runtime.hpp>
#include <loa/store/entity_log.hpp>
#include <loa/store/memory_journal.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

// Entities to try the runtime with, and a node in memory to run them on.
namespace loa::node::test {

#define LOA_TEST_TYPE(type_name)                                                                   \
  static constexpr wire::type_tag tag {                                                            \
    "test." type_name, 1                                                                           \
  }

// -- counter: keeps a number, and crashes when it is told to
// ----------------------------------------

struct add {
  LOA_TEST_TYPE("add");
  int n = 0;
  static void describe(auto& self, auto& f) { f("n", self.n); }
};
struct get_total {
  LOA_TEST_TYPE("get_total");
  static void describe(auto&, auto&) {}
};
struct explode {
  LOA_TEST_TYPE("explode");
  static void describe(auto&, auto&) {}
};
struct call_me {
  LOA_TEST_TYPE("call_me");
  instant at{};
  static void describe(auto& self, auto& f) { f("at", self.at); }
};
struct send_to {
  LOA_TEST_TYPE("send_to");
  loa::name to;
  int n = 0;
  bool wait = false;
  static void describe(auto& self, auto& f) {
    f("to", self.to);
    f("n", self.n);
    f("wait", self.wait);
  }
};
struct poison_to {
  LOA_TEST_TYPE("poison_to");
  loa::name to;
  static void describe(auto& self, auto& f) { f("to", self.to); }
};
struct beget {
  LOA_TEST_TYPE("beget");
  loa::name child;
  int n = 0;
  std::vector<std::string> reminders = {}; ///< Ids.
  instant at{};                            ///< When all of them are due.
  static void describe(auto& self, auto& f) {
    f("child", self.child);
    f("n", self.n);
    f("reminders", self.reminders);
    f("at", self.at);
  }
};
struct note_down {
  LOA_TEST_TYPE("note_down");
  std::string text;
  static void describe(auto& self, auto& f) { f("text", self.text); }
};
struct write_to {
  LOA_TEST_TYPE("write_to");
  loa::name to;
  std::string text;
  static void describe(auto& self, auto& f) {
    f("to", self.to);
    f("text", self.text);
  }
};
struct noted {
  LOA_TEST_TYPE("noted");
  std::string text;
  static void describe(auto& self, auto& f) { f("text", self.text); }
};
struct added {
  LOA_TEST_TYPE("added");
  int n = 0;
  static void describe(auto& self, auto& f) { f("n", self.n); }
};
struct total {
  LOA_TEST_TYPE("total");
  int n = 0;
  int reminded = 0;
  static void describe(auto& self, auto& f) {
    f("n", self.n);
    f("reminded", self.reminded);
  }
};
struct was_reminded {
  LOA_TEST_TYPE("was_reminded");
  static void describe(auto&, auto&) {}
};

struct counter {
  static constexpr std::string_view kind = "counter";
  using command = std::variant<add, get_total, explode, call_me, send_to, poison_to, beget,
                               note_down, write_to>;
  using fact = std::variant<added, was_reminded, noted>;
  using reply = std::variant<total, noted>;

  int n = 0;
  int reminded = 0;
  static void describe(auto& self, auto& f) {
    f("n", self.n);
    f("reminded", self.reminded);
  }

  [[nodiscard]] decision<fact> decide(const command& c, const context&) const {
    decision<fact> d;
    if (const auto* a = std::get_if<add>(&c)) {
      if (a->n < 0) return error{errc::rule, "A counter does not count down.", {}};
      d.facts.emplace_back(added{a->n});
      d.reply = wire::value::of(total{n + a->n, reminded});
    } else if (std::holds_alternative<get_total>(c)) {
      d.reply = wire::value::of(total{n, reminded});
    } else if (std::holds_alternative<explode>(c)) {
      throw std::runtime_error("boom");
    } else if (const auto* r = std::get_if<call_me>(&c)) {
      d.effects.emplace_back(remind{"call", r->at});
    } else if (const auto* s = std::get_if<send_to>(&c)) {
      d.facts.emplace_back(added{0});
      d.effects.emplace_back(post{s->to, wire::value::of(add{s->n}), s->wait});
    } else if (const auto* p = std::get_if<poison_to>(&c)) {
      d.effects.emplace_back(post{p->to, wire::value::of(explode{})});
    } else if (const auto* b = std::get_if<beget>(&c)) {
      found child{b->child, wire::encode_record(added{b->n})};
      for (const auto& id : b->reminders) child.reminders.push_back({id, b->at});
      d.effects.emplace_back(std::move(child));
    } else if (const auto* t = std::get_if<note_down>(&c)) {
      d.facts.emplace_back(noted{t->text});
      d.reply = wire::value::of(noted{t->text + t->text});
    } else if (const auto* w = std::get_if<write_to>(&c)) {
      d.effects.emplace_back(post{w->to, wire::value::of(note_down{w->text})});
    }
    return d;
  }
  [[nodiscard]] decision<fact> on_reminder(const std::string&, const context&) const {
    decision<fact> d;
    d.facts.emplace_back(was_reminded{});
    return d;
  }
  void apply(const fact& f) {
    if (const auto* a = std::get_if<added>(&f))
      n += a->n;
    else if (std::holds_alternative<was_reminded>(f))
      ++reminded;
  }
};

// -- tower: has a feed
// ------------------------------------------------------------------------------

struct announce {
  LOA_TEST_TYPE("announce");
  std::string text;
  bool urgent = false;
  instant expires{};
  static void describe(auto& self, auto& f) {
    f("text", self.text);
    f("urgent", self.urgent);
    f("expires", self.expires);
  }
};
struct announced {
  LOA_TEST_TYPE("announced");
  std::uint64_t position = 0;
  static void describe(auto& self, auto& f) { f("position", self.position); }
};
struct get_figures {
  LOA_TEST_TYPE("get_figures");
  std::uint64_t position = 0;
  static void describe(auto& self, auto& f) { f("position", self.position); }
};
struct tower_figures {
  LOA_TEST_TYPE("tower_figures");
  std::vector<link::channel_figures> all;
  std::vector<std::string> missing;
  static void describe(auto& self, auto& f) {
    f("all", self.all);
    f("missing", self.missing);
  }
};
struct listen_to {
  LOA_TEST_TYPE("listen_to");
  loa::name feed;
  static void describe(auto& self, auto& f) { f("feed", self.feed); }
};
struct heard {
  LOA_TEST_TYPE("heard");
  std::string text;
  static void describe(auto& self, auto& f) { f("text", self.text); }
};
struct what_heard {
  LOA_TEST_TYPE("what_heard");
  static void describe(auto&, auto&) {}
};
struct all_heard {
  LOA_TEST_TYPE("all_heard");
  std::vector<std::string> texts;
  static void describe(auto& self, auto& f) { f("texts", self.texts); }
};

inline publish entry_of(const announce& a) {
  return {a.urgent ? link::lane::emergency : link::lane::ordinary,
          {},
          link::every_channel,
          a.expires,
          a.text.substr(0, 64),
          std::make_shared<const bytes>(a.text)};
}

/// Publishes, and relays what it follows: a unit in small.
struct tower {
  static constexpr std::string_view kind = "tower";
  using command = std::variant<announce, get_figures, listen_to, what_heard, explode>;
  using fact = std::variant<heard>;
  using reply = std::variant<announced>;

  std::vector<std::string> texts;
  static void describe(auto& self, auto& f) { f("texts", self.texts); }

  [[nodiscard]] decision<fact> decide(const command& c, const context& ctx) const {
    decision<fact> d;
    if (const auto* a = std::get_if<announce>(&c)) {
      d.effects.emplace_back(entry_of(*a));
      d.reply = wire::value::of(announced{ctx.next_position});
    } else if (const auto* g = std::get_if<get_figures>(&c)) {
      d.reply = wire::value::of(
          tower_figures{ctx.feed.figures(g->position), ctx.feed.missing(g->position, 100).names});
    } else if (const auto* l = std::get_if<listen_to>(&c)) {
      d.effects.emplace_back(follow{l->feed, 0, {}});
    } else if (std::holds_alternative<what_heard>(c)) {
      d.reply = wire::value::of(all_heard{texts});
    } else {
      throw std::runtime_error("boom");
    }
    return d;
  }
  [[nodiscard]] decision<fact> on_entry(const feed_entry_ptr& e, const context&) const {
    if (*e->entry.body == "poison") throw std::runtime_error("poisoned");
    decision<fact> d;
    d.facts.emplace_back(heard{*e->entry.body});
    d.effects.emplace_back(publish{e->entry.on, e->entry.audience, e->entry.channels,
                                   e->entry.expires, e->entry.id, e->entry.body});
    return d;
  }
  void apply(const fact& f) { texts.push_back(std::get<heard>(f).text); }
};

/// Tells its driver of each entry that it hears, as a loudspeaker does.
struct siren {
  static constexpr std::string_view kind = "siren";
  using command = std::variant<listen_to>;
  using fact = std::variant<heard>;

  std::vector<std::string> texts;
  static void describe(auto& self, auto& f) { f("texts", self.texts); }

  [[nodiscard]] decision<fact> decide(const command& c, const context&) const {
    decision<fact> d;
    d.effects.emplace_back(follow{std::get<listen_to>(c).feed, 0, {}});
    return d;
  }
  [[nodiscard]] decision<fact> on_entry(const feed_entry_ptr& e, const context&) const {
    decision<fact> d;
    d.facts.emplace_back(heard{*e->entry.body});
    d.effects.emplace_back(drive{"session", 1, wire::value::of(announced{e->entry.position})});
    return d;
  }
  void apply(const fact& f) { texts.push_back(std::get<heard>(f).text); }
};

// -- session: volatile, hands entries to the driver
// -------------------------------------------------

struct open_session {
  LOA_TEST_TYPE("open_session");
  loa::name feed;
  std::optional<link::cursor> from = {};
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f.optional("from", self.from);
  }
};
struct close_session {
  LOA_TEST_TYPE("close_session");
  loa::name feed;
  bool leave = false;
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f("leave", self.leave);
  }
};
struct nothing_happened {
  LOA_TEST_TYPE("nothing_happened");
  static void describe(auto&, auto&) {}
};

struct session {
  static constexpr std::string_view kind = "session";
  static constexpr bool durable = false;
  using command = std::variant<open_session, close_session, explode>;
  using fact = std::variant<nothing_happened>;

  [[nodiscard]] decision<fact> decide(const command& c, const context&) const {
    decision<fact> d;
    if (const auto* o = std::get_if<open_session>(&c))
      d.effects.emplace_back(follow{o->feed, 1, o->from});
    else if (const auto* x = std::get_if<close_session>(&c))
      d.effects.emplace_back(unfollow{x->feed, x->leave});
    else
      throw std::runtime_error("boom");
    return d;
  }
  [[nodiscard]] decision<fact> on_entry(const feed_entry_ptr& e, const context&) const {
    decision<fact> d;
    d.effects.emplace_back(deliver{1, e});
    return d;
  }
  void apply(const fact&) {}
  [[nodiscard]] bool busy() const { return true; }
};

/// Remembers what sessions were handed.
class client : public driver {
public:
  void call(const loa::name&, std::uint64_t, const wire::value& what) override {
    std::lock_guard lock(mutex_);
    if (const auto* a = what.get<announced>()) told_.push_back(a->position);
  }
  bool deliver(const loa::name& who, std::uint64_t, const feed_entry_ptr& e) override {
    std::lock_guard lock(mutex_);
    got_[who.str()].push_back(*e->entry.body);
    return acknowledges;
  }
  void restarted(const loa::name& who) override {
    std::lock_guard lock(mutex_);
    restarts_.push_back(who.str());
  }
  [[nodiscard]] std::vector<std::string> got(const loa::name& who) const {
    std::lock_guard lock(mutex_);
    const auto found = got_.find(who.str());
    return found == got_.end() ? std::vector<std::string>{} : found->second;
  }
  void turned_away(const loa::name& who, const loa::name&) override {
    std::lock_guard lock(mutex_);
    turned_away_.push_back(who.str());
  }
  /// The positions of what sirens told their clients.
  [[nodiscard]] std::vector<std::uint64_t> told() const {
    std::lock_guard lock(mutex_);
    return told_;
  }
  [[nodiscard]] std::vector<std::string> restarts() const {
    std::lock_guard lock(mutex_);
    return restarts_;
  }
  [[nodiscard]] std::vector<std::string> all_turned_away() const {
    std::lock_guard lock(mutex_);
    return turned_away_;
  }
  std::atomic<bool> acknowledges{true};

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> got_;
  std::vector<std::uint64_t> told_;
  std::vector<std::string> restarts_;
  std::vector<std::string> turned_away_;
};

// -- the node
// ---------------------------------------------------------------------------------------

inline name named(std::string_view text) {
  return *name::parse(text);
}

/// Waits for something that other threads bring about; false after half a minute, which a busy
/// machine may need. Asks ever less often, since asking may itself be work for those threads.
template <class F>
bool eventually(F&& holds) {
  using namespace std::chrono_literals;
  const auto until = std::chrono::steady_clock::now() + 30s;
  for (auto pause = 20us; !holds(); pause = std::min(2 * pause, std::chrono::microseconds(2ms))) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

class world {
public:
  /// How a node joins its cluster, each time that it starts.
  using joining = std::function<std::optional<cluster_parts>()>;

  explicit world(runtime_options o = small(), joining j = {}) : options(o), join(std::move(j)) {
    boot();
  }

  static runtime_options small() {
    runtime_options o;
    o.threads = 2;
    o.gather = duration(1);
    return o;
  }

  /// The process ends and comes again; what the journal has not synced is lost if `losing`.
  void reboot(bool losing = false, std::optional<instant> at = {}) {
    node.reset();
    writer.reset();
    if (losing) journal.crash();
    if (at) clock.set(*at);
    REQUIRE(journal.restart());
    boot();
  }

  template <class T>
  result<wire::value> ask(std::string_view who, T command, ask_options how = {}) {
    return node->ask_and_wait(named(who), wire::value::of(std::move(command)), std::move(how));
  }
  /// Asks again while the entity is not there, as after a kill, whose mailbox is lost.
  template <class T>
  result<wire::value> insist(std::string_view who, T command) {
    auto r = ask(who, command);
    while (!r && r.error().code == errc::unavailable) r = ask(who, command);
    return r;
  }
  int total_of(std::string_view who) {
    auto r = insist(who, get_total{});
    REQUIRE(r);
    return r->get<total>()->n;
  }
  std::vector<std::string> heard_by(std::string_view who) {
    auto r = insist(who, what_heard{});
    REQUIRE(r);
    return r->get<all_heard>()->texts;
  }
  std::uint64_t say(std::string_view who, std::string text, bool urgent = false) {
    auto r = insist(who, announce{std::move(text), urgent, clock.now() + std::chrono::hours(1)});
    REQUIRE(r);
    return r->get<announced>()->position;
  }

  runtime_options options;
  joining join;
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  store::memory_journal journal;
  client sessions;
  metric_registry metrics;
  std::unique_ptr<store::threaded_writer> writer;
  std::unique_ptr<runtime> node;

private:
  void boot() {
    writer = std::make_unique<store::threaded_writer>(journal);
    auto started =
        runtime::start(options, {journal, *writer, clock, system_random(), no_log(), &metrics},
                       {kind_of<counter>(), kind_of<tower>(), kind_of<siren>(), kind_of<session>()},
                       {{"session", &sessions}}, join ? join() : std::nullopt);
    REQUIRE(started);
    node = *std::move(started);
    // The node notes the time once it runs; no failure that a test orders is to fall on that.
    (void)eventually([&] {
      const auto noted = journal.get(store::table::meta, "node/last_time");
      return noted && *noted &&
             from_millis(static_cast<std::int64_t>(from_big_endian(**noted))) >= clock.now();
    });
  }
};

} // namespace loa::node::test
