#include <loa/net/internal/watch.hpp>

namespace loa::net {

using caf::io::network::operation;

watch::watch(caf::io::network::default_multiplexer& by, descriptor what, watcher& who)
    : event_handler(by, what.release()),
      who_(&who) {}

void watch::want(bool reading, bool writing) {
  if (who_ == nullptr) return;
  const auto set = [this](bool& is, bool wanted, operation op) {
    if (std::exchange(is, wanted) == wanted) return;
    if (wanted)
      backend().add(op, fd(), this);
    else
      backend().del(op, fd(), this);
  };
  set(reading_, reading, operation::read);
  set(writing_, writing, operation::write);
}

void watch::leave() {
  want(false, false);
  who_ = nullptr;
}

void watch::handle_event(operation op) {
  if (who_ != nullptr) who_->on_ready();
  if (op == operation::propagate_error) reading_ = writing_ = false; // CAF takes it out itself
}

void watch::removed_from_loop(operation) {}

void watch::graceful_shutdown() {}

} // namespace loa::net
