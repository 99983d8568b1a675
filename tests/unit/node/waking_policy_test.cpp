#include <loa/node/internal/waking_policy.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/make_counted.hpp>
#include <caf/ref_counted.hpp>
#include <caf/scheduler/coordinator.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <future>
#include <thread>

using namespace loa::node;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;

class job final : public caf::ref_counted, public caf::resumable {
public:
  using work = std::function<void(caf::execution_unit&)>;
  explicit job(work w) : work_(std::move(w)) {}
  resume_result resume(caf::execution_unit* here, std::size_t) override {
    work_(*here);
    return done;
  }
  void intrusive_ptr_add_ref_impl() override { ref(); }
  void intrusive_ptr_release_impl() override { deref(); }

private:
  work work_;
};

caf::resumable* job_of(job::work w) {
  return caf::make_counted<job>(std::move(w)).release();
}

struct world {
  caf::actor_system_config config;
  caf::actor_system system;

  explicit world(std::size_t threads)
      : system(config.load<caf::scheduler::coordinator<waking_policy>>().set(
            "scheduler.max-threads", threads)) {}
  void run(job::work w) { system.scheduler().enqueue(job_of(std::move(w))); }
};

} // namespace

TEST_CASE("what a job makes is taken up by a thread that slept, while the job goes on") {
  world w(2);
  std::promise<bool> outcome;
  w.run([&](caf::execution_unit& here) {
    auto taken = std::make_shared<std::promise<void>>();
    here.exec_later(job_of([taken](caf::execution_unit&) { taken->set_value(); }));
    outcome.set_value(taken->get_future().wait_for(patience) == std::future_status::ready);
  });
  CHECK(outcome.get_future().get());
}

TEST_CASE("a job from outside finds threads that have just gone to sleep") {
  world w(2);
  for (int i = 0; i < 20'000; ++i) {
    const auto ran = std::make_shared<std::promise<void>>();
    w.run([ran](caf::execution_unit&) { ran->set_value(); });
    REQUIRE(ran->get_future().wait_for(patience) == std::future_status::ready);
  }
}

TEST_CASE("every job runs once, whoever makes it and whoever takes it") {
  constexpr int makers = 3;
  constexpr int each = 2000;
  constexpr int below = 5;
  std::atomic<int> ran{0};
  world w(3);
  std::vector<std::thread> all;
  for (int m = 0; m < makers; ++m)
    all.emplace_back([&] {
      for (int i = 0; i < each; ++i)
        w.run([&](caf::execution_unit& here) {
          for (int b = 0; b < below; ++b)
            here.exec_later(job_of([&](caf::execution_unit&) { ran.fetch_add(1); }));
          ran.fetch_add(1);
        });
    });
  for (auto& t : all) t.join();
  const auto until = std::chrono::steady_clock::now() + patience;
  while (ran.load() < makers * each * (below + 1) && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  CHECK(ran.load() == makers * each * (below + 1));
}

TEST_CASE("jobs that nobody has run are let go at the end") {
  const auto held = std::make_shared<int>();
  {
    world w(1);
    std::promise<void> go;
    w.run([&, opened = go.get_future().share()](caf::execution_unit& here) {
      here.exec_later(job_of([held](caf::execution_unit&) {}));
      opened.wait();
    });
    w.run([held](caf::execution_unit&) {});
    go.set_value();
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("nobody is woken who is not there, and each call wakes one") {
  sleepers s;
  s.wake_one();
  CHECK(s.waiting() == 0);
  s.announce();
  s.announce();
  s.wake_one();
  CHECK(s.waiting() == 1);
  s.wake_one();
  s.wake_one();
  CHECK(s.waiting() == 0);
  s.sleep(); // both were called, so neither sleeps
  s.sleep();
}

TEST_CASE("who was woken and then withdraws takes the call with him") {
  sleepers s;
  s.announce();
  s.wake_one();
  s.withdraw();
  s.announce();
  CHECK(s.waiting() == 1); // not called: the earlier call is gone
  s.withdraw();
  CHECK(s.waiting() == 0);
}
