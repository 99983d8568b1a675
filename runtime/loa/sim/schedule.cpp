#include <loa/sim/schedule.hpp>

#include <algorithm>

namespace loa::sim {

void schedule::add(micros at, action what) {
  heap_.push_back({at, ties_.next(), ++number_, std::move(what)});
  std::push_heap(heap_.begin(), heap_.end());
}

std::optional<micros> schedule::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().at;
}

schedule::action schedule::take() {
  std::pop_heap(heap_.begin(), heap_.end());
  auto what = std::move(heap_.back().what);
  heap_.pop_back();
  return what;
}

} // namespace loa::sim
