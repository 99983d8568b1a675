#include <loa/node/internal/receiver.hpp>

#include <caf/actor_system.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace loa::node {

void receiver::enqueue(mail m) {
  if (mailbox_.push(std::move(m)) != mailbox::pushed::first) return;
  ref(); // the scheduler's
  system_.scheduler().enqueue(this);
}

void receiver::enqueue(mail m, caf::execution_unit* here) {
  if (!here) return enqueue(std::move(m));
  if (mailbox_.push(std::move(m)) != mailbox::pushed::first) return;
  ref();
  here->exec_later(this);
}

caf::resumable::resume_result receiver::resume(caf::execution_unit* here, std::size_t most) {
  unit_ = here;
  for (std::size_t n = 0; n < most && !ended_;) {
    if (auto m = mailbox_.next()) {
      read(*m);
      ++n;
    } else if (mailbox_.try_block()) {
      return awaiting_message; // and perhaps running again already: nothing may be touched here
    }
  }
  if (!ended_) return resume_later;
  mailbox_.close();
  return done;
}

} // namespace loa::node
