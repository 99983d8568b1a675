#pragma once

#include <loa/node/internal/mailbox.hpp>

#include <caf/execution_unit.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/ref_counted.hpp>
#include <caf/resumable.hpp>

namespace caf {
class actor_system;
}

namespace loa::node {

/// What an actor is to those who write to it: a mailbox, and a job for CAF's scheduler when there
/// is something in it. It runs on one thread at a time, and not at all while the mailbox is empty.
///
/// Entities are these and not `caf::event_based_actor`s, because a million of them are awake at
/// once: such an actor takes 1.1 kB and touches most of it for every message, while an entity needs
/// none of its behaviors, requests, monitors and streams.
class receiver : public caf::ref_counted, public caf::resumable {
public:
  explicit receiver(caf::actor_system& system) noexcept : system_(system) {}

  /// Any thread. The mail is disposed of if the receiver has ended.
  void enqueue(mail m);
  /// Like `enqueue`, from an actor that runs on `here`: what it wakes stays on the same core until
  /// another one steals it.
  void enqueue(mail m, caf::execution_unit* here);

  resume_result resume(caf::execution_unit* here, std::size_t most) final;
  void intrusive_ptr_add_ref_impl() final { ref(); }
  void intrusive_ptr_release_impl() final { deref(); }

protected:
  /// Takes what was in one envelope. Must not throw.
  virtual void read(envelope& e) = 0;

  /// After what is being read nothing more is: the rest is disposed of, and what comes is refused.
  void end() noexcept { ended_ = true; }
  [[nodiscard]] caf::execution_unit* unit() const noexcept { return unit_; }

private:
  friend class fan_out;

  mailbox mailbox_;
  caf::actor_system& system_;
  caf::execution_unit* unit_ = nullptr; ///< While it runs.
  bool ended_ = false;
};

using receiver_ptr = caf::intrusive_ptr<receiver>;

} // namespace loa::node
