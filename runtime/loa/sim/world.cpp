#include <loa/sim/world.hpp>

#include <algorithm>

namespace loa::sim {

world::world(std::uint64_t seed, const world_options& options)
    : begins_(options.begins),
      random_(seed),
      order_(random_.next()),
      schedule_(random_.next()),
      trace_(options.trace_lines),
      network_(*this, random_.next()) {}

world::~world() {
  // What is under way hears that its machine is gone, as long as there is one.
  ended_ = true;
  schedule_.clear();
}

machine& world::add(machine_plan plan) {
  machines_.push_back(std::make_unique<machine>(*this, std::move(plan), random_.next()));
  return *machines_.back();
}

machine* world::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(machines_, [&](const auto& m) { return m->name() == name; });
  return found == machines_.end() ? nullptr : found->get();
}

machine* world::choose_ready() {
  std::size_t chosen = 0;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (machines_[i]->ready() && (++seen == 1 || order_.below(seen) == 0)) chosen = i;
  if (seen == 0) return nullptr;
  trace_.decided(chosen);
  return machines_[chosen].get();
}

std::optional<micros> world::next() const {
  auto first = schedule_.next();
  for (const auto& m : machines_)
    if (const auto at = m->next(); at && (!first || *at < *first)) first = at;
  return first;
}

void world::begin_next(micros when) {
  if (when > now_) {
    now_ = when;
    steps_now_ = 0;
  }
  const auto due = [this](const std::optional<micros>& at) { return at && *at <= now_; };
  constexpr std::size_t the_schedule = ~std::size_t{0};
  std::size_t chosen = the_schedule;
  std::uint64_t seen = due(schedule_.next()) ? 1 : 0;
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (due(machines_[i]->next()) && (++seen == 1 || order_.below(seen) == 0)) chosen = i;
  trace_.decided(chosen);
  if (chosen == the_schedule)
    schedule_.take()();
  else
    machines_[chosen]->wake();
}

bool world::step() {
  ++steps_;
  if (++steps_now_ > most_steps_at_once) {
    steps_now_ = 0;
    say("world", "has so much to do at one instant that time goes on");
    now_ += micros(1);
  }
  if (auto* m = choose_ready()) {
    m->step();
    return true;
  }
  const auto when = next();
  if (!when) return false;
  begin_next(std::max(*when, now_));
  return true;
}

void world::run_until(micros when) {
  for (;;) {
    const bool at_work = std::ranges::any_of(machines_, [](const auto& m) { return m->ready(); });
    if (!at_work) {
      const auto coming = next();
      if (!coming || *coming > when) break;
    }
    step();
  }
  now_ = std::max(now_, when);
}

} // namespace loa::sim
