#pragma once

#include <loa/node/internal/job_queue.hpp>
#include <loa/node/internal/sleepers.hpp>

#include <caf/policy/unprofiled.hpp>

#include <atomic>
#include <cstddef>

namespace loa::node {

/// How CAF's scheduler threads share the work: each has a queue, and who has nothing to do takes
/// from the others, as with CAF's own stealing. But CAF's threads do not hear of work that another
/// one makes: they look for it 20 000 times a second after work and 1000 times always, which with a
/// node in each of 23 processes takes a third of a core from those who work. Here they sleep until
/// they are woken.
///
/// Used as `caf::scheduler::coordinator<waking_policy>`.
class waking_policy : public caf::policy::unprofiled {
public:
  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {}
    std::atomic<std::size_t> next{0};
    sleepers idle;
  };

  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator*) {}
    worker_data(const worker_data&) {} // CAF gives each a copy of an empty one
    worker_data& operator=(const worker_data&) = delete;
    job_queue queue;
  };

  template <class Coordinator>
  void central_enqueue(Coordinator* self, caf::resumable* job) {
    self->worker_by_id(d(self).next.fetch_add(1) % self->num_workers())->external_enqueue(job);
  }

  template <class Worker>
  void external_enqueue(Worker* self, caf::resumable* job) {
    d(self).queue.push_back(job);
    d(self->parent()).idle.wake_one();
  }

  /// What a job makes comes next on the same core, while its memory is near; unless somebody who
  /// has nothing to do is quicker, since the job may take long, or its thread lose the core.
  template <class Worker>
  void internal_enqueue(Worker* self, caf::resumable* job) {
    d(self).queue.push_front(job);
    d(self->parent()).idle.wake_one();
  }

  template <class Worker>
  void resume_job_later(Worker* self, caf::resumable* job) {
    external_enqueue(self, job);
  }

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    auto& idle = d(self->parent()).idle;
    for (;;) {
      if (auto* job = find(self)) return job;
      idle.announce();
      if (auto* job = find(self)) {
        idle.withdraw();
        return job;
      }
      idle.sleep();
    }
  }

  template <class Worker, class Do>
  void foreach_resumable(Worker* self, Do f) {
    while (auto* job = d(self).queue.take_front()) f(job);
  }

  template <class Coordinator, class Do>
  void foreach_central_resumable(Coordinator*, Do) {}

private:
  template <class Worker>
  static caf::resumable* find(Worker* self) {
    if (auto* job = d(self).queue.take_front()) return job;
    auto* all = self->parent();
    const auto count = all->num_workers();
    for (std::size_t i = 1; i < count; ++i)
      if (auto* job = d(all->worker_by_id((self->id() + i) % count)).queue.take_back()) return job;
    return nullptr;
  }
};

} // namespace loa::node
