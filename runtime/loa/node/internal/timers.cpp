#include <loa/node/internal/timers.hpp>

#include <caf/event_based_actor.hpp>

namespace loa::node {

supervision::child_factory timers_factory(node_core& core) {
  return [&core](caf::local_actor* parent) -> result<caf::actor> {
    core.timers = parent->spawn([](caf::event_based_actor*) -> caf::behavior {
      return {[](timed_letter& l) { l.to->enqueue(mail_of(std::move(*l.content))); }};
    });
    return core.timers;
  };
}

} // namespace loa::node
