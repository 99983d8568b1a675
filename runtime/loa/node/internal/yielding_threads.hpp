#pragma once

#include <loa/base/thread_manners.hpp>

#include <caf/thread_hook.hpp>

namespace loa::node {

/// Makes the threads that run entities yield to those that bring results out.
class yielding_threads final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
  void thread_started() override { let_others_first(); }
  void thread_terminates() override {}
};

} // namespace loa::node
