#include "otp_traces.hpp"

#include <loa/supervision/decision.hpp>

#include <catch2/catch.hpp>

#include <deque>

using namespace loa;
using namespace loa::supervision;
using namespace std::chrono_literals;

namespace {

/// Drives the core as its header asks, with children that are nothing but names.
class pure_supervisor : public test::subject {
protected:
  std::string carry_out(const test::scenario& whole, const test::operation& next) override {
    reply_ = "ok";
    if (next.verb == "begin") {
      core_.emplace(whole.spec, whole.children);
      for (const auto& [key, child] : core_->children()) names_[key] = child.spec->id;
      follow(core_->begin());
      if (ended_) reply_ = "error";
    } else if (next.verb == "end") {
      follow(core_->stop());
    } else if (next.verb == "exit") {
      auto how = next.reason == "normal"     ? exit_kind::normal
                 : next.reason == "shutdown" ? exit_kind::shutdown
                                             : exit_kind::error;
      follow(core_->exited(key_of(next.child), how, 0s));
    } else if (next.verb == "start") {
      bool simple = whole.spec.strategy == strategy::simple_one_for_one;
      auto added = simple ? core_->add_dynamic() : core_->add(next.spec);
      if (!added) return std::string(to_string(added.error().code));
      names_[added->key] = next.child;
      follow(added->steps);
    } else if (next.verb == "delete") {
      if (auto done = core_->remove(key_of(next.child)); !done) refuse(done.error());
    } else {
      auto done = next.verb == "restart" ? core_->restart(key_of(next.child))
                                         : core_->terminate(key_of(next.child));
      if (done)
        follow(*done);
      else
        refuse(done.error());
    }
    return reply_;
  }
  bool ended() override { return ended_; }
  std::map<std::string, std::string> states() override {
    std::map<std::string, std::string> out;
    for (const auto& [key, child] : core_->children())
      out[names_[key]] = child.state == child_state::running   ? "running"
                         : child.state == child_state::stopped ? "stopped"
                                                               : "restarting";
    return out;
  }

private:
  void refuse(const error& e) { reply_ = to_string(e.code); }

  child_key key_of(const std::string& child) const {
    for (const auto& [key, entry] : core_->children())
      if (names_.at(key) == child) return key;
    return 0;
  }

  void follow(const steps& first) {
    std::deque<step> plan(first.begin(), first.end());
    std::deque<child_key> retries;
    while (!plan.empty() || !retries.empty()) {
      if (plan.empty()) {
        auto next = core_->retry(retries.front(), 0s);
        retries.pop_front();
        plan.assign(next.begin(), next.end());
        continue;
      }
      auto next = plan.front();
      plan.pop_front();
      switch (next.what) {
      case step::kind::stop:
        for (auto key : next.children) note("stop " + names_.at(key));
        break;
      case step::kind::start:
        if (start_fails(names_.at(next.children.front()))) {
          auto instead = core_->start_failed(next.children.front());
          plan.assign(instead.begin(), instead.end());
          if (instead.empty()) reply_ = "error";
        } else {
          core_->started(next.children.front());
        }
        break;
      case step::kind::retry:
        retries.push_back(next.children.front());
        break;
      case step::kind::finish:
        ended_ = true;
        return;
      }
    }
  }

  std::optional<decider> core_;
  std::map<child_key, std::string> names_;
  std::string reply_;
  bool ended_ = false;
};

decider running(strategy s, std::vector<child_spec> children, restart_limit limit = {10, 5s}) {
  decider out({"test", s, limit}, children);
  for (const auto& next : out.begin()) out.started(next.children.front());
  return out;
}

step start(child_key key) {
  return {step::kind::start, {key}};
}
step stop(std::vector<child_key> keys) {
  return {step::kind::stop, std::move(keys)};
}
step finish() {
  return {step::kind::finish, {}};
}
step retry(child_key key) {
  return {step::kind::retry, {key}};
}

} // namespace

TEST_CASE("the core decides in 600 random situations as Erlang/OTP does") {
  auto all = test::recorded_scenarios();
  REQUIRE(all.size() == 600);
  for (const auto& scenario : all) {
    pure_supervisor supervisor;
    for (const auto& operation : scenario.operations) {
      INFO(scenario.operations.front().line);
      INFO(operation.line);
      REQUIRE(supervisor.play(scenario, operation) == operation.expected);
    }
  }
}

TEST_CASE("children are started in order") {
  decider core({"test"}, {worker("a"), worker("b"), worker("c")});
  REQUIRE(core.begin() == steps{start(1), start(2), start(3)});
}

TEST_CASE("a child whose first start fails ends the supervisor after those before it are stopped") {
  decider core({"test"}, {worker("a"), worker("b"), worker("c")});
  REQUIRE(core.begin().size() == 3);
  core.started(1);
  core.started(2);
  REQUIRE(core.start_failed(3) == steps{stop({2}), stop({1}), finish()});
}

TEST_CASE("a child that chooses not to run is kept as stopped, and a temporary one is forgotten") {
  decider core({"test"}, {worker("a"), worker("b", restart_type::temporary)});
  REQUIRE(core.begin().size() == 2);
  core.ignored(1);
  core.ignored(2);
  REQUIRE(core.children().size() == 1);
  REQUIRE(core.children().at(1).state == child_state::stopped);
}

TEST_CASE("a permanent child is restarted however it ended") {
  for (auto how : {exit_kind::normal, exit_kind::shutdown, exit_kind::error}) {
    auto core = running(strategy::one_for_one, {worker("a")});
    REQUIRE(core.exited(1, how, 0s) == steps{start(1)});
  }
}

TEST_CASE("a transient child that exits normally is not restarted") {
  for (auto how : {exit_kind::normal, exit_kind::shutdown}) {
    auto core = running(strategy::one_for_all, {worker("a", restart_type::transient), worker("b")});
    REQUIRE(core.exited(1, how, 0s).empty());
    REQUIRE(core.children().at(1).state == child_state::stopped);
  }
  auto core = running(strategy::one_for_one, {worker("a", restart_type::transient)});
  REQUIRE(core.exited(1, exit_kind::error, 0s) == steps{start(1)});
}

TEST_CASE("a temporary child is never restarted, also not with its siblings") {
  for (auto s : {strategy::rest_for_one, strategy::one_for_all}) {
    auto core = running(s, {worker("a"), worker("b", restart_type::temporary), worker("c")});
    REQUIRE(core.exited(1, exit_kind::error, 0s) ==
            steps{stop({3}), stop({2}), start(1), start(3)});
    REQUIRE(core.children().size() == 2);
  }
  auto core = running(strategy::one_for_all, {worker("a", restart_type::temporary), worker("b")});
  REQUIRE(core.exited(1, exit_kind::error, 0s).empty());
  REQUIRE(core.children().size() == 1);
}

TEST_CASE("rest_for_one restarts the failed child and those after it, and nobody before") {
  auto core = running(strategy::rest_for_one, {worker("a"), worker("b"), worker("c"), worker("d")});
  REQUIRE(core.exited(2, exit_kind::error, 0s) ==
          steps{stop({4}), stop({3}), start(2), start(3), start(4)});
}

TEST_CASE("one_for_all restarts all children, stopped in reverse order and started in order") {
  auto core = running(strategy::one_for_all, {worker("a"), worker("b"), worker("c")});
  REQUIRE(core.exited(2, exit_kind::error, 0s) ==
          steps{stop({3}), stop({1}), start(1), start(2), start(3)});
}

TEST_CASE("one restart more than intensity within period stops the supervisor") {
  auto core = running(strategy::one_for_one, {worker("a"), worker("b")}, {2, 5s});
  for (auto now : {0s, 1s}) {
    REQUIRE(core.exited(1, exit_kind::error, now) == steps{start(1)});
    core.started(1);
  }
  REQUIRE(core.exited(2, exit_kind::error, 5s) == steps{stop({1}), finish()});
}

TEST_CASE("restarts that lie further apart than the period go on for ever") {
  auto core = running(strategy::one_for_one, {worker("a")}, {1, 5s});
  for (auto now = 0ms; now < 1h; now += 5001ms) {
    REQUIRE(core.exited(1, exit_kind::error, now) == steps{start(1)});
    core.started(1);
  }
}

TEST_CASE("a restart that fails is tried again, and every try counts") {
  auto core = running(strategy::one_for_one, {worker("a"), worker("b")}, {2, 5s});
  REQUIRE(core.exited(1, exit_kind::error, 0s) == steps{start(1)});
  REQUIRE(core.start_failed(1) == steps{retry(1)});
  REQUIRE(core.children().at(1).state == child_state::restarting);
  REQUIRE(core.retry(1, 0s) == steps{start(1)});
  REQUIRE(core.start_failed(1) == steps{retry(1)});
  REQUIRE(core.retry(1, 0s) == steps{stop({2}), finish()});
}

TEST_CASE("a child that was terminated while its restart was to be tried again stays stopped") {
  auto core = running(strategy::one_for_one, {worker("a")}, {9, 5s});
  REQUIRE(core.exited(1, exit_kind::error, 0s) == steps{start(1)});
  REQUIRE(core.start_failed(1) == steps{retry(1)});
  REQUIRE(core.terminate(1)->empty());
  REQUIRE(core.retry(1, 0s).empty());
  REQUIRE(core.children().at(1).state == child_state::stopped);
}

TEST_CASE("a child under simple_one_for_one that fails is restarted alone, all stop at once") {
  auto core = running(strategy::simple_one_for_one, {worker("session")});
  for (int i = 0; i < 3; ++i) core.started(core.add_dynamic()->key);
  REQUIRE(core.exited(2, exit_kind::error, 0s) == steps{start(2)});
  core.started(2);
  REQUIRE(core.stop() == steps{stop({1, 2, 3}), finish()});
}

TEST_CASE("keys are never used again") {
  auto core = running(strategy::one_for_one, {worker("a")});
  REQUIRE(core.terminate(1).has_value());
  REQUIRE(core.remove(1).has_value());
  REQUIRE(core.add(worker("a"))->key == 2);
}

TEST_CASE("specs that contradict themselves are refused with the place of the mistake") {
  auto pointer = [](const supervisor_spec& spec, const std::vector<child_spec>& children) {
    auto ok = check(spec, children);
    return ok ? std::string("ok") : ok.error().pointer;
  };
  REQUIRE(pointer({"s"}, {worker("a"), worker("b")}) == "ok");
  REQUIRE(pointer({"s"}, {}) == "ok");
  REQUIRE(pointer({"s"}, {worker("a"), worker("a")}) == "/children/1/id");
  REQUIRE(pointer({"s"}, {worker("")}) == "/children/0/id");
  REQUIRE(pointer({"s", strategy::one_for_one, {1, 0s}}, {}) == "/limit/period");
  REQUIRE(pointer({"s", strategy::simple_one_for_one}, {}) == "/children");
  auto late = worker("a");
  late.shutdown = shutdown_mode::within(-1ms);
  REQUIRE(pointer({"s"}, {late}) == "/children/0/shutdown");
}

TEST_CASE("dynamic children have no specs that could be started again or deleted") {
  auto core = running(strategy::simple_one_for_one, {worker("session")});
  auto key = core.add_dynamic()->key;
  core.started(key);
  REQUIRE(core.restart(key).error().code == errc::rule);
  REQUIRE(core.remove(key).error().code == errc::rule);
  REQUIRE(core.add(worker("other")).error().code == errc::rule);
  REQUIRE(*core.terminate(key) == steps{stop({key})});
  REQUIRE(core.children().empty());
}
