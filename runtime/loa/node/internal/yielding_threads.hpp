#pragma once

#include <loa/base/runtime_thread.hpp>
#include <loa/base/thread_manners.hpp>

#include <caf/thread_hook.hpp>

namespace loa::node {

/// Makes the threads that run entities known as such, and yield to those that bring results out.
class yielding_threads final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
  void thread_started() override {
    become_runtime_thread();
    let_others_first();
  }
  void thread_terminates() override {}
};

} // namespace loa::node
