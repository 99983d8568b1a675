#include <loa/sim/internal/virtual_writer.hpp>

#include <utility>

namespace loa::sim {

namespace {
/// A thread that waits takes so long to wake, and to tell others.
constexpr micros wake_up{20};
} // namespace

void virtual_writer::submit(store::submission s) {
  if (dead_) return;
  inner_.submit(std::move(s));
  wake();
}

void virtual_writer::wake() {
  if (awake_ || inner_.queued() == 0) return;
  awake_ = true;
  after_(wake_up, [this] { take(); });
}

void virtual_writer::take() {
  if (!inner_.take()) { // somebody was in a hurry
    awake_ = false;
    return;
  }
  const auto spread = static_cast<std::uint64_t>((disk_.most_sync - disk_.least_sync).count());
  const micros takes = disk_.least_sync + micros(random_.below(spread + 1));
  after_(takes, [this] { commit(); });
}

void virtual_writer::commit() {
  inner_.commit();
  after_(wake_up, [this] { tell(); });
}

void virtual_writer::tell() {
  inner_.tell();
  awake_ = false;
  wake();
}

bool virtual_writer::hurry() {
  return !dead_ && inner_.step() > 0;
}

void virtual_writer::die() {
  dead_ = true;
  if (random_.chance(0.5)) inner_.commit();
  inner_.abandon();
}

} // namespace loa::sim
