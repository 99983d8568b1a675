#pragma once

#include <loa/base/time.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <cstddef>
#include <functional>
#include <memory>

namespace loa::node {

/// What runs the actors of one node: threads, or a simulation that lets one of them do one step at
/// a time. Outlives the node. Called by the runtime, from the threads that start and stop it.
class engine {
public:
  virtual ~engine() = default;

  /// Says how the actor system schedules, before there is one.
  virtual void configure(caf::actor_system_config& config) = 0;
  /// The actor system is there, and nothing runs in it yet.
  virtual void begin(caf::actor_system& system) = 0;
  /// Lets the actors work until `done` says true; false if that did not happen within `patience`.
  /// `done` may be called many times.
  virtual bool work_until(const std::function<bool()>& done, duration patience) = 0;
  /// True if actors work while the thread that asks for something waits.
  [[nodiscard]] virtual bool works_meanwhile() const noexcept { return true; }
  /// The actor system goes.
  virtual void end() = 0;
};

/// CAF's scheduler with threads that take work from each other; 0 takes one per core.
[[nodiscard]] std::unique_ptr<engine> threaded_engine(std::size_t threads);

} // namespace loa::node
