#include <loa/base/runtime_thread.hpp>
#include <loa/sim/internal/stepped_engine.hpp>

#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

namespace loa::sim {

namespace {

/// What an actor runs on; what it wakes waits in the queue like everybody else.
class bench final : public caf::execution_unit {
public:
  explicit bench(caf::scheduler::test_coordinator& of)
      : caf::execution_unit(&of.system()),
        of_(of) {}
  void exec_later(caf::resumable* job) override { of_.jobs.push_back(job); }

private:
  caf::scheduler::test_coordinator& of_;
};

/// Of a node that starts or stops.
constexpr std::uint64_t most_steps = 1'000'000;

/// CAF takes the clock's zero for "no time at all".
caf::actor_clock::time_point time_point_of(micros t) {
  return caf::actor_clock::time_point(std::chrono::nanoseconds(t) + std::chrono::nanoseconds(1));
}

} // namespace

void stepped_engine::configure(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("testing"));
}

void stepped_engine::begin(caf::actor_system& system) {
  // Waiting for actors would be waiting for ever: nobody runs them meanwhile.
  system.await_actors_before_shutdown(false);
  coordinator_ = &dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  set_time(now_);
}

bool stepped_engine::work_until(const std::function<bool()>& done, duration) {
  // Time stands still meanwhile, so what waits for it would go round for ever.
  for (std::uint64_t steps = 0; !done(); ++steps) {
    if (steps == most_steps) return false;
    if (ready() > 0)
      step();
    else if (!more_())
      return false;
  }
  return true;
}

void stepped_engine::step() {
  auto& jobs = coordinator_->jobs;
  const auto chosen = jobs.size() == 1 ? 0 : static_cast<std::size_t>(random_.below(jobs.size()));
  std::swap(jobs[chosen], jobs.back());
  auto* job = jobs.back();
  jobs.pop_back();
  bench here(*coordinator_);
  const runtime_thread_scope working;
  switch (job->resume(&here, 1)) {
  case caf::resumable::resume_later:
    coordinator_->jobs.push_back(job);
    break;
  case caf::resumable::done:
  case caf::resumable::awaiting_message:
    caf::intrusive_ptr_release(job);
    break;
  case caf::resumable::shutdown_execution_unit:
    break;
  }
}

void stepped_engine::set_time(micros now) {
  now_ = now;
  if (coordinator_) coordinator_->clock().current_time = time_point_of(now);
}

std::optional<micros> stepped_engine::next_timer() const {
  if (!coordinator_) return std::nullopt;
  const auto& timers = coordinator_->clock().schedule();
  if (timers.empty()) return std::nullopt;
  return std::chrono::ceil<micros>(timers.begin()->first.time_since_epoch() -
                                   std::chrono::nanoseconds(1));
}

void stepped_engine::fire_timers() {
  if (coordinator_) coordinator_->advance_time(caf::timespan(0));
}

} // namespace loa::sim
