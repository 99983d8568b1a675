#include <loa/node/internal/timers.hpp>

#include <caf/event_based_actor.hpp>

namespace loa::node {

supervision::child_factory timers_factory(node_core& core) {
  return [&core](caf::local_actor* parent) -> result<caf::actor> {
    auto carrier = parent->spawn(
        [](caf::event_based_actor*, delayed_letters* letters) -> caf::behavior {
          return {[letters](hand_out_atom, std::uint64_t number) { letters->hand_out(number); }};
        },
        &core.delayed);
    core.delayed.carried_by(carrier);
    return carrier;
  };
}

} // namespace loa::node
