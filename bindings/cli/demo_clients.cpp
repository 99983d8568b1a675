#include <bindings/cli/demo_clients.hpp>
#include <loa/protocol/device.hpp>

namespace loa::cli {

namespace {
std::size_t number_of(std::uint64_t channel) {
  return channel & ~host::in_process;
}
} // namespace

bool demo_citizens::deliver(const name&, std::uint64_t channel, const node::feed_entry_ptr&) {
  seen_.note(number_of(channel));
  return true;
}

void demo_citizens::restarted(const name&) {
  restarts_.fetch_add(1);
}

void demo_loudspeakers::call(const name& who, std::uint64_t channel, const wire::value& what) {
  const auto* order = what.get<device::play>();
  if (!order) return;
  seen_.note(number_of(channel));
  if (auto* node = node_.load())
    node->tell(who, wire::value::of(
                        device::played{order->position, device::outcome::complete, std::nullopt}));
}

} // namespace loa::cli
