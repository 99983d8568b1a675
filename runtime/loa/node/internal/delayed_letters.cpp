#include <loa/node/internal/delayed_letters.hpp>

#include <caf/send.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace loa::node {

namespace {

/// The multiple of `grain` that is not before `at`.
instant next_multiple(instant at, duration grain) {
  const auto over = at.time_since_epoch() % grain;
  return over == duration(0) ? at : at + (grain - over);
}

} // namespace

void delayed_letters::add(receiver_ptr to, duration delay, letter l) {
  const auto exact = clock_.now() + delay;
  const auto due = delay < grain ? exact : next_multiple(exact, grain);
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  all_.emplace(due, waiting{std::move(to), std::move(l)});
  if (!asked_for_ || due < *asked_for_) ask_for_next();
}

void delayed_letters::carried_by(caf::actor carrier) {
  const std::lock_guard lock(mutex_);
  carrier_ = std::move(carrier);
  ask_for_next();
}

void delayed_letters::hand_out(std::uint64_t number) {
  const auto now = clock_.now();
  std::vector<waiting> due;
  {
    const std::lock_guard lock(mutex_);
    if (number != number_) return;
    const auto end = all_.upper_bound(now);
    for (auto at = all_.begin(); at != end; ++at) due.push_back(std::move(at->second));
    all_.erase(all_.begin(), end);
    ask_for_next();
  }
  for (auto& w : due) w.to->enqueue(mail_of(std::move(w.content)));
}

void delayed_letters::close() {
  decltype(all_) dropped; // goes after the lock
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(all_);
  carrier_ = nullptr;
}

void delayed_letters::ask_for_next() {
  asked_for_.reset();
  if (all_.empty() || !carrier_) return;
  asked_for_ = all_.begin()->first;
  caf::delayed_anon_send(carrier_, std::max(duration(0), duration(*asked_for_ - clock_.now())),
                         hand_out_atom::value, ++number_);
}

} // namespace loa::node
