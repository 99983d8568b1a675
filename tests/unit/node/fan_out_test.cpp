#include <loa/node/internal/fan_out.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/make_counted.hpp>
#include <catch2/catch.hpp>

#include <deque>

using namespace loa::node;

namespace {

/// Runs what it is given when told to.
class by_hand final : public caf::execution_unit {
public:
  void exec_later(caf::resumable* job) override { jobs.push_back(job); }
  void run_all() {
    while (!jobs.empty()) {
      auto* job = jobs.front();
      jobs.pop_front();
      if (job->resume(this, 2) == caf::resumable::resume_later)
        jobs.push_back(job);
      else
        intrusive_ptr_release(job);
    }
  }
  void forget_all() {
    for (auto* job : jobs) intrusive_ptr_release(job);
    jobs.clear();
  }
  std::deque<caf::resumable*> jobs;
};

class collector final : public receiver {
public:
  using receiver::receiver;
  std::vector<feed_entry_ptr> got;
  int end_after = 1000;

private:
  void read(envelope& e) override {
    got.push_back(entry_in(e));
    if (--end_after == 0) end();
  }
};

feed_entry_ptr entry_at(std::uint64_t position) {
  auto e = std::make_shared<feed_entry>();
  e->entry.position = position;
  return e;
}

struct world {
  caf::actor_system_config config;
  caf::actor_system system{config.set("scheduler.max-threads", std::size_t{1})};
  by_hand core;
  std::vector<caf::intrusive_ptr<collector>> all;

  explicit world(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) all.push_back(caf::make_counted<collector>(system));
  }
  void send(const feed_entry_ptr& e) {
    auto batch = caf::make_counted<fan_out>(e);
    for (auto& c : all) batch->add(*c);
    batch->send(&core);
  }
};

} // namespace

TEST_CASE("a fan-out reaches each receiver once, and is one job for the scheduler") {
  world w(fan_out::most);
  const auto e = entry_at(1);
  w.send(e);
  CHECK(w.core.jobs.size() == 1);
  w.core.run_all();
  for (const auto& c : w.all) CHECK(c->got == std::vector{e});
  for (auto& c : w.all) c->got.clear();
  CHECK(e.use_count() == 1);
}

TEST_CASE("fan-outs reach a receiver in the order in which they were sent") {
  world w(3);
  const auto first = entry_at(1);
  const auto second = entry_at(2);
  const auto third = entry_at(3);
  w.send(first);
  w.send(second); // all are about to run already, so this wakes nobody
  w.send(third);
  CHECK(w.core.jobs.size() == 1);
  w.core.run_all();
  for (const auto& c : w.all) CHECK(c->got == std::vector{first, second, third});
}

TEST_CASE("a receiver that ended gets nothing, and the others in the fan-out do") {
  world w(3);
  w.all[1]->end_after = 1;
  w.send(entry_at(1));
  w.core.run_all();
  const auto second = entry_at(2);
  w.send(second);
  w.core.run_all();
  CHECK(w.all[0]->got.size() == 2);
  CHECK(w.all[1]->got.size() == 1);
  CHECK(w.all[2]->got.size() == 2);
}

TEST_CASE("a fan-out that never ran gives everything back") {
  const auto e = entry_at(1);
  {
    world w(5);
    w.send(e);
    CHECK(e.use_count() == 2);
    w.core.forget_all();
    for (auto& c : w.all) CHECK(c->get_reference_count() == 1);
  }
  CHECK(e.use_count() == 1);
}
