#include "otp_traces.hpp"

#include <loa/supervision/internal/supervisor.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include <optional>
#include <stdexcept>

using namespace loa;
using namespace loa::supervision;
using namespace std::chrono_literals;

namespace {

/// An actor system that runs only when it is told to, on a clock that only a test moves.
class world {
public:
  world() : system_(config()), self_(system_) {}

  caf::actor_system& system() { return system_; }
  std::vector<std::string> events;
  void note(const std::string& what) { events.push_back(what); }
  /// What happened since the last call.
  std::vector<std::string> taken() { return std::exchange(events, {}); }

  void run() { scheduler().run(); }
  void advance(duration by) {
    scheduler().advance_time(by);
    run();
  }

  /// A child that notes its start and stop and does not stop while `stubborn`.
  child make(child_spec spec, bool stubborn = false) {
    auto start = [this, id = spec.id, stubborn](caf::local_actor* parent) -> result<caf::actor> {
      if (failing[id] > 0) {
        --failing[id];
        note("fail " + id);
        return error{errc::unavailable, "on purpose"};
      }
      note("start " + id);
      auto made = parent->system().spawn(
          [this, stubborn](caf::event_based_actor* self, const std::string& called) {
            self->set_exit_handler([this, self, called, stubborn](caf::exit_msg& ordered) {
              note("stop " + called);
              if (!stubborn) self->quit(ordered.reason);
            });
            self->attach_functor([this, called](const caf::error& reason) {
              if (reason == caf::exit_reason::kill) note("killed " + called);
            });
            return caf::behavior{[self](caf::exit_reason why) { self->quit(why); }};
          },
          id);
      latest[id] = made;
      return made;
    };
    return {std::move(spec), start};
  }

  /// Spawns a supervisor and lets it start its children.
  caf::actor supervise(supervisor_spec spec, std::vector<child> children, reports to = {}) {
    auto made = make_supervisor(system_, std::move(spec), std::move(children), to);
    REQUIRE(made.has_value());
    watch(*made);
    run();
    return *made;
  }
  void watch(const caf::actor& actor) {
    actor->attach_functor([this](const caf::error& reason) { ended = reason; });
  }

  void fail(const std::string& id, caf::exit_reason why = caf::exit_reason::unhandled_exception) {
    caf::anon_send(latest.at(id), why);
    run();
  }

  template <class... Ts>
  child_reply ask(const caf::actor& supervisor, Ts... request) {
    child_reply out{error{errc::internal, "no answer"}};
    auto asked = self_->request(supervisor, caf::infinite, std::move(request)...);
    run();
    asked.receive([&](child_reply& reply) { out = std::move(reply); },
                  [&](caf::error&) {
                    out.child = error{errc::unavailable, "it has ended"};
                  });
    return out;
  }
  std::vector<child_info> children_of(const caf::actor& supervisor) {
    std::vector<child_info> out;
    auto asked = self_->request(supervisor, caf::infinite, which_children_atom::value);
    run();
    asked.receive([&](std::vector<child_info>& children) { out = std::move(children); },
                  [&](caf::error&) {});
    return out;
  }
  void shut_down(const caf::actor& supervisor) {
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
    run();
  }

  std::map<std::string, caf::actor> latest;
  std::map<std::string, int> failing;
  std::optional<caf::error> ended;

private:
  static caf::actor_system_config& config() {
    thread_local std::unique_ptr<caf::actor_system_config> c;
    c = std::make_unique<caf::actor_system_config>();
    c->set("scheduler.policy", caf::atom("testing"));
    return *c;
  }
  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  caf::actor_system system_;
  caf::scoped_actor self_;
};

using list = std::vector<std::string>;

/// Plays recorded operations to a supervisor that is an actor.
class acting_supervisor : public test::subject {
public:
  explicit acting_supervisor(world& w) : world_(w) {}
  ~acting_supervisor() override {
    if (!ended_) world_.shut_down(supervisor_);
    world_.latest.clear();
  }

protected:
  std::string carry_out(const test::scenario& whole, const test::operation& next) override {
    bool simple = whole.spec.strategy == strategy::simple_one_for_one;
    if (next.verb == "begin") {
      std::vector<child> children;
      for (const auto& spec : whole.children)
        children.push_back({spec, simple ? child_factory() : factory(spec.id)});
      supervisor_ = *make_supervisor(world_.system(), whole.spec, children);
      supervisor_->attach_functor([this](const caf::error&) { ended_ = true; });
      world_.run();
      return ended_ ? "error" : "ok";
    }
    if (next.verb == "end" || next.verb == "exit") {
      if (next.verb == "end")
        world_.shut_down(supervisor_);
      else
        world_.fail(next.child, next.reason == "normal"     ? caf::exit_reason::normal
                                : next.reason == "shutdown" ? caf::exit_reason::user_shutdown
                                                            : caf::exit_reason::unknown);
      return "ok";
    }
    if (next.verb == "start" && simple)
      return word(world_.ask(supervisor_, start_child_atom::value, factory(next.child)));
    if (next.verb == "start")
      return word(
          world_.ask(supervisor_, start_child_atom::value, child{next.spec, factory(next.child)}));
    if (next.verb == "terminate" && simple)
      return word(
          world_.ask(supervisor_, terminate_child_atom::value, world_.latest.at(next.child)));
    if (next.verb == "terminate")
      return word(world_.ask(supervisor_, terminate_child_atom::value, next.child));
    if (next.verb == "restart")
      return word(world_.ask(supervisor_, restart_child_atom::value, next.child));
    return word(world_.ask(supervisor_, delete_child_atom::value, next.child));
  }
  bool ended() override { return ended_; }
  std::map<std::string, std::string> states() override {
    std::map<std::string, std::string> out;
    for (const auto& info : world_.children_of(supervisor_)) {
      auto id = info.id;
      if (id == "x")
        for (const auto& [name, actor] : world_.latest)
          if (actor == info.child) id = name;
      out[id] = info.state == child_state::running   ? "running"
                : info.state == child_state::stopped ? "stopped"
                                                     : "restarting";
    }
    return out;
  }

private:
  child_factory factory(const std::string& id) {
    return [this, id](caf::local_actor* parent) -> result<caf::actor> {
      if (start_fails(id)) return error{errc::unavailable, "on purpose"};
      auto made = parent->system().spawn(
          [this](caf::event_based_actor* self, const std::string& called) {
            self->set_exit_handler([this, self, called](caf::exit_msg& ordered) {
              note("stop " + called);
              self->quit(ordered.reason);
            });
            return caf::behavior{[self](caf::exit_reason why) { self->quit(why); }};
          },
          id);
      world_.latest[id] = made;
      return made;
    };
  }

  static std::string word(const child_reply& reply) {
    if (reply.child) return "ok";
    auto code = reply.child.error().code;
    return code == errc::unavailable ? "error" : std::string(to_string(code));
  }

  world& world_;
  caf::actor supervisor_;
  bool ended_ = false;
};

} // namespace

TEST_CASE("the supervisor does in 600 random situations what Erlang/OTP's does") {
  world w;
  for (const auto& scenario : test::recorded_scenarios()) {
    acting_supervisor supervisor(w);
    for (const auto& operation : scenario.operations) {
      INFO(scenario.operations.front().line);
      INFO(operation.line);
      REQUIRE(supervisor.play(scenario, operation) == operation.expected);
    }
  }
}

TEST_CASE("children are stopped in reverse order of their start, each before the next") {
  world w;
  auto s = w.supervise({"s"}, {w.make(worker("a")), w.make(worker("b")), w.make(worker("c"))});
  REQUIRE(w.taken() == list{"start a", "start b", "start c"});
  w.shut_down(s);
  REQUIRE(w.taken() == list{"stop c", "stop b", "stop a"});
  REQUIRE(w.ended == caf::make_error(caf::exit_reason::user_shutdown));
}

TEST_CASE("a failed child is restarted and its siblings notice nothing") {
  world w;
  counter restarts;
  auto s = w.supervise({"s"}, {w.make(worker("a")), w.make(worker("b"))},
                       {&no_log(), &restarts, nullptr});
  auto b = w.latest["b"];
  w.taken();
  w.fail("a");
  REQUIRE(w.taken() == list{"start a"});
  REQUIRE(w.children_of(s).at(1).child == b);
  REQUIRE(restarts.value() == 1);
  w.shut_down(s);
}

TEST_CASE(
    "one restart more than intensity within period stops the supervisor with reason shutdown") {
  world w;
  counter exhausted;
  auto s = w.supervise({"s", strategy::one_for_one, {2, 5s}},
                       {w.make(worker("a")), w.make(worker("b")), w.make(worker("c"))},
                       {&no_log(), nullptr, &exhausted});
  w.fail("a");
  w.fail("a");
  w.taken();
  w.fail("b");
  REQUIRE(w.taken() == list{"stop c", "stop a"});
  REQUIRE(w.ended == caf::make_error(caf::exit_reason::user_shutdown));
  REQUIRE(exhausted.value() == 1);
}

TEST_CASE("restarts count only within the period, in virtual time") {
  world w;
  auto s = w.supervise({"s", strategy::one_for_one, {1, 5s}}, {w.make(worker("a"))});
  for (int i = 0; i < 100; ++i) {
    w.fail("a");
    w.advance(5001ms);
  }
  REQUIRE(!w.ended);
  w.fail("a");
  w.advance(5000ms);
  REQUIRE(!w.ended);
  w.fail("a");
  REQUIRE(w.ended);
}

TEST_CASE("a child that does not stop in time is killed, and not before") {
  world w;
  auto late = worker("late");
  late.shutdown = shutdown_mode::within(200ms);
  auto s = w.supervise({"s"}, {w.make(worker("a")), w.make(late, true)});
  w.taken();
  w.shut_down(s);
  w.advance(199ms);
  REQUIRE(w.taken() == list{"stop late"});
  REQUIRE(!w.ended);
  w.advance(1ms);
  REQUIRE(w.taken() == list{"killed late", "stop a"});
  REQUIRE(w.ended);
}

TEST_CASE("a child with brutal_kill is not asked") {
  world w;
  auto spec = worker("a");
  spec.shutdown = shutdown_mode::brutal_kill();
  auto s = w.supervise({"s"}, {w.make(spec)});
  w.taken();
  w.shut_down(s);
  REQUIRE(w.taken() == list{"killed a"});
}

TEST_CASE("a child with infinity is waited for") {
  world w;
  auto spec = worker("a");
  spec.shutdown = shutdown_mode::infinity();
  auto s = w.supervise({"s"}, {w.make(spec, true)});
  w.shut_down(s);
  w.advance(24h);
  REQUIRE(!w.ended);
  w.fail("a", caf::exit_reason::normal);
  REQUIRE(w.ended);
}

TEST_CASE("the time of an earlier stop does not kill a child of a later one") {
  world w;
  auto quick = worker("quick");
  quick.shutdown = shutdown_mode::within(100ms);
  auto patient = worker("patient");
  patient.shutdown = shutdown_mode::infinity();
  auto s = w.supervise({"s"}, {w.make(patient, true), w.make(quick)});
  w.taken();
  w.shut_down(s);
  w.advance(1h);
  REQUIRE(w.taken() == list{"stop quick", "stop patient"});
  w.fail("patient");
  REQUIRE(w.ended);
}

TEST_CASE("a child that fails while its siblings are being stopped is not restarted twice") {
  world w;
  auto s = w.supervise({"s", strategy::one_for_all, {1, 5s}},
                       {w.make(worker("a")), w.make(worker("b")), w.make(worker("c"), true)});
  w.taken();
  w.fail("a");
  REQUIRE(w.taken() == list{"stop c"});
  w.fail("b");
  w.fail("c");
  REQUIRE(w.taken() == list{"start a", "start b", "start c"});
  REQUIRE(!w.ended);
  w.latest.at("c") = nullptr;
  w.shut_down(s);
  w.advance(5s);
}

TEST_CASE("what is asked while children are being stopped is done afterwards, in order") {
  world w;
  auto s = w.supervise({"s"}, {w.make(worker("a"), true)});
  w.taken();
  caf::anon_send(s, terminate_child_atom::value, std::string("a"));
  caf::anon_send(s, start_child_atom::value, w.make(worker("b")));
  caf::anon_send(s, restart_child_atom::value, std::string("a"));
  w.run();
  REQUIRE(w.taken() == list{"stop a"});
  w.advance(5s);
  REQUIRE(w.taken() == list{"killed a", "start b", "start a"});
  w.shut_down(s);
  w.advance(5s);
  REQUIRE(w.ended);
}

TEST_CASE("a factory that throws is a failed start") {
  world w;
  child bad{worker("bad"), [](caf::local_actor*) -> result<caf::actor> {
              throw std::runtime_error("thrown on purpose");
            }};
  auto s = w.supervise({"s"}, {w.make(worker("a"))});
  auto reply = w.ask(s, start_child_atom::value, bad);
  REQUIRE(!reply.child);
  REQUIRE(reply.child.error().detail.find("thrown on purpose") != std::string::npos);
  REQUIRE(w.children_of(s).size() == 1);
  w.shut_down(s);
}

TEST_CASE("a child that chooses not to run is no failure") {
  world w;
  child absent{worker("absent"),
               [](caf::local_actor*) { return result<caf::actor>(caf::actor()); }};
  auto s = w.supervise({"s"}, {absent, w.make(worker("a"))});
  auto children = w.children_of(s);
  REQUIRE(children.size() == 2);
  REQUIRE(children[0].state == child_state::stopped);
  w.shut_down(s);
  REQUIRE(w.ended);
}

TEST_CASE("a supervisor that gives up is restarted by its own supervisor, children and all") {
  world w;
  auto inner = supervisor_factory({"inner", strategy::one_for_one, {0, 5s}},
                                  {w.make(worker("a")), w.make(worker("b"))});
  auto s = w.supervise({"outer", strategy::one_for_one, {1, 5s}},
                       {{supervisor("inner"), inner}, w.make(worker("c"))});
  REQUIRE(w.taken() == list{"start a", "start b", "start c"});
  w.fail("a");
  REQUIRE(w.taken() == list{"stop b", "start a", "start b"});
  REQUIRE(!w.ended);
  w.fail("b");
  REQUIRE(w.taken() == list{"stop a", "stop c"});
  REQUIRE(w.ended);
}

TEST_CASE("a supervisor is started when its children are, so what comes after it finds them") {
  world w;
  auto innermost = supervisor_factory({"innermost"}, {w.make(worker("a"))});
  auto inner =
      supervisor_factory({"inner"}, {{supervisor("innermost"), innermost}, w.make(worker("b"))});
  auto s = w.supervise({"outer"}, {{supervisor("inner"), inner}, w.make(worker("c"))});
  REQUIRE(w.taken() == list{"start a", "start b", "start c"});
  w.shut_down(s);
  REQUIRE(w.taken() == list{"stop c", "stop b", "stop a"});
  REQUIRE(w.ended);
}

TEST_CASE(
    "a failed start deep in the tree ends the whole tree, what was started in reverse order") {
  world w;
  w.failing["b"] = 1;
  auto inner = supervisor_factory({"inner"}, {w.make(worker("a")), w.make(worker("b"))});
  w.supervise({"outer"}, {w.make(worker("c")), {supervisor("inner"), inner}, w.make(worker("d"))});
  REQUIRE(w.taken() == list{"start c", "start a", "fail b", "stop a", "stop c"});
  REQUIRE(w.ended == caf::make_error(caf::exit_reason::user_shutdown));
}

TEST_CASE("when a supervisor is killed its children end too") {
  world w;
  auto inner = supervisor_factory({"inner"}, {w.make(worker("a"))});
  auto s = w.supervise({"outer"}, {{supervisor("inner"), inner}, w.make(worker("b"))});
  w.taken();
  caf::anon_send_exit(s, caf::exit_reason::kill);
  w.run();
  auto stopped = w.taken();
  std::sort(stopped.begin(), stopped.end());
  REQUIRE(stopped == list{"stop a", "stop b"});
}

TEST_CASE("when nobody holds a supervisor any more its children end") {
  world w;
  w.supervise({"s"}, {w.make(worker("a"))});
  w.run();
  REQUIRE(w.taken() == list{"start a", "stop a"});
}

TEST_CASE("who waits for a supervisor that ends gets an answer") {
  world w;
  auto s = w.supervise({"s"}, {w.make(worker("a"), true)});
  caf::anon_send_exit(s, caf::exit_reason::user_shutdown);
  caf::scoped_actor self(w.system());
  auto asked = self->request(s, caf::infinite, terminate_child_atom::value, std::string("a"));
  w.run();
  w.advance(5s);
  REQUIRE(w.ended);
  bool answered = false;
  asked.receive([&](child_reply& reply) { answered = !reply.child; },
                [&](caf::error&) { answered = true; });
  REQUIRE(answered);
}

TEST_CASE("one of 10 000 dynamic children fails, is restarted, and its siblings notice nothing") {
  world w;
  auto s = w.supervise({"s", strategy::simple_one_for_one}, {{worker("session"), {}}});
  for (int i = 0; i < 10'000; ++i)
    caf::anon_send(s, start_child_atom::value, w.make(worker(std::to_string(i))).start);
  w.run();
  REQUIRE(w.taken().size() == 10'000);
  w.fail("5000");
  REQUIRE(w.taken() == list{"start 5000"});
  REQUIRE(w.ask(s, terminate_child_atom::value, w.latest["17"]).child.has_value());
  REQUIRE(w.taken() == list{"stop 17"});
  REQUIRE(w.children_of(s).size() == 9'999);
  w.shut_down(s);
  REQUIRE(w.taken().size() == 9'999);
  REQUIRE(w.ended);
}

TEST_CASE("a supervisor whose specs contradict themselves is not made") {
  world w;
  auto twice = make_supervisor(w.system(), {"s"}, {w.make(worker("a")), w.make(worker("a"))});
  REQUIRE(twice.error().pointer == "/children/1/id");
  auto nothing = make_supervisor(w.system(), {"s"}, {{worker("a"), {}}});
  REQUIRE(nothing.error().code == errc::rule);
}
