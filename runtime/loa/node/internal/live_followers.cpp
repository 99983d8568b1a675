#include <loa/node/internal/live_followers.hpp>

#include <caf/make_counted.hpp>

namespace loa::node {

void live_followers::send(const feed_entry_ptr& entry, caf::execution_unit* here) const {
  constexpr std::uint32_t ahead = 8;
  fan_out_ptr batch;
  for (std::uint32_t slot = 0; slot < extent(); ++slot) {
    if (slot + ahead < extent()) prefetch(by_slot_[slot + ahead].actor.get());
    if (!takes(slot, entry->entry)) continue;
    if (!batch) batch = caf::make_counted<fan_out>(entry);
    batch->add(*by_slot_[slot].actor);
    if (!batch->full()) continue;
    batch->send(here);
    batch.reset();
  }
  if (batch) batch->send(here);
}

} // namespace loa::node
