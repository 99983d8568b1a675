#include <loa/node/internal/timers.hpp>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

namespace loa::node {

namespace {

/// A class, since CAF follows a null pointer when it spawns a function without arguments.
class timers final : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;

protected:
  caf::behavior make_behavior() override {
    return {[](timed_letter& l) { l.to->enqueue(mail_of(std::move(*l.content))); }};
  }
};

} // namespace

void send_later(node_core& core, receiver_ptr to, duration delay, letter l) {
  caf::delayed_anon_send(core.timers, delay,
                         timed_letter{std::move(to), std::make_shared<letter>(std::move(l))});
}

supervision::child_factory timers_factory(node_core& core) {
  return [&core](caf::local_actor* parent) -> result<caf::actor> {
    core.timers = parent->spawn<timers>();
    return core.timers;
  };
}

} // namespace loa::node
