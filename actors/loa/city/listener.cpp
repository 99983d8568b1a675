#include <loa/city/listener.hpp>
#include <loa/protocol/citizen.hpp>

#include <fmt/format.h>

namespace loa::city {

using namespace std::chrono_literals;

listener::listener(surroundings& in, std::size_t index) : caller(in), index_(index) {}

void listener::live() {
  if (settled_) return;
  come();
  in_.world.after(in_.between(1min, 30min), [this] {
    if (settled_) return;
    leave();
    in_.world.after(in_.between(1s, 10min), [this] { live(); });
  });
}

void listener::settle() {
  settled_ = true;
  come();
}

sim::machine& listener::choose_machine() {
  return in_.random.chance(0.8) ? in_.host(notes().units.front()) : in_.any_machine();
}

wire::value listener::attach_command(std::uint64_t channel) const {
  citizen::attach a;
  a.channel = channel;
  for (const auto& u : notes().units) a.units.push_back({u, std::nullopt});
  return wire::value::of(std::move(a));
}

wire::value listener::detach_command(std::uint64_t channel) const {
  return wire::value::of(citizen::detach{channel});
}

void listener::on_entry(const node::feed_entry_ptr& entry) {
  const auto& e = entry->entry;
  const receipt r{entry->feed->home(), e.on, e.position, e.id, in_.now()};
  ++notes().frames;
  if (notes().first.emplace(e.id, r).second) judge_order(r);
  if (const auto p = in_.notes.bulletins.find(r.id);
      r.position == 0 && p != in_.notes.bulletins.end())
    p->second.unstored = true;
  if (r.position == 0) return; // the feed could not store it, and nothing can be acknowledged
  // Now and then somebody's app shows a bulletin and is closed before it says so.
  if (!settled_ && in_.random.chance(0.03)) {
    leave();
    in_.world.after(in_.between(1s, 2min), [this] { come(); });
    return;
  }
  in_.world.after(in_.between(20ms, 3s), [this, r] {
    say(wire::value::of(citizen::ack{r.feed, r.position}));
  });
}

void listener::judge_order(const receipt& r) {
  if (r.position == 0) return;
  auto& last = highest_[{r.feed, r.on}];
  if (r.position <= last)
    in_.notes.accuse(3, who().str(),
                     fmt::format("{} of {} came after position {} of the same lane", r.position,
                                 r.feed.str(), last),
                     in_.now());
  last = std::max(last, r.position);
  const auto known = in_.notes.bulletins.find(r.id);
  if (known == in_.notes.bulletins.end()) {
    in_.notes.accuse(3, who().str(), "was shown " + r.id + ", which nobody published", in_.now());
    return;
  }
  if (!known->second.accepted()) return;
  const auto& unit = known->second.bulletin.unit;
  auto& of = highest_of_[{r.feed, r.on, unit}];
  if (known->second.position <= of)
    in_.notes.accuse(3, who().str(),
                     fmt::format("{} of {} came through {} after its position {}",
                                 known->second.position, unit.str(), r.feed.str(), of),
                     in_.now());
  of = std::max(of, known->second.position);
}

} // namespace loa::city
