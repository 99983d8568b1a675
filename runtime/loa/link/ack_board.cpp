#include <loa/link/ack_board.hpp>

#include <cassert>

namespace loa::link {

ack_board::~ack_board() {
  for (auto& b : branches_) {
    const std::unique_ptr<branch> held(b.load());
    if (!held) continue;
    for (auto& l : *held) delete l.load();
  }
}

void ack_board::reserve(std::uint32_t slots) {
  assert(slots <= most_slots);
  for (; room_ < slots; room_ += leaf_slots) {
    const auto leaf_number = room_ / leaf_slots;
    auto& place = branches_[leaf_number / branch_leaves];
    if (!place.load()) place.store(new branch{});
    (*place.load())[leaf_number % branch_leaves].store(new leaf{});
  }
}

bool ack_board::acknowledge(std::uint32_t slot, lane on, std::uint64_t position) noexcept {
  auto* in = find(slot);
  if (!in) return false;
  const auto i = slot % leaf_slots;
  auto& highest = in->position[i][index(on)];
  auto known = highest.load();
  do {
    if (position <= known) return false;
  } while (!highest.compare_exchange_weak(known, position));
  // The position is there before the mark, and the mark before the signal: a drain that misses the
  // position has cleared the signal before it looked, so we see it cleared and speak up.
  in->dirty[index(on)][i / 64].fetch_or(std::uint64_t{1} << (i % 64));
  return !signalled_.load() && !signalled_.exchange(true);
}

std::uint64_t ack_board::at(std::uint32_t slot, lane on) const noexcept {
  const auto* in = find(slot);
  return in ? in->position[slot % leaf_slots][index(on)].load() : 0;
}

void ack_board::mark_all() noexcept {
  each_leaf([](std::uint32_t, leaf& in) {
    for (std::uint32_t i = 0; i < leaf_slots; ++i)
      for (auto l : lanes)
        if (in.position[i][index(l)].load() != 0)
          in.dirty[index(l)][i / 64].fetch_or(std::uint64_t{1} << (i % 64));
  });
}

ack_board::leaf* ack_board::find(std::uint32_t slot) const noexcept {
  const auto leaf_number = slot / leaf_slots;
  if (slot >= most_slots) return nullptr;
  auto* in = branches_[leaf_number / branch_leaves].load();
  return in ? (*in)[leaf_number % branch_leaves].load() : nullptr;
}

} // namespace loa::link
