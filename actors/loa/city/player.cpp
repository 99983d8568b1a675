#include <loa/city/player.hpp>

#include <fmt/format.h>

namespace loa::city {

using namespace std::chrono_literals;

void player::live() {
  if (settled_) return;
  come();
  in_.world.after(in_.between(10min, 60min), [this] {
    if (settled_) return;
    leave();
    in_.world.after(in_.between(1s, 5min), [this] { live(); });
  });
}

void player::settle() {
  settled_ = true;
  come();
}

wire::value player::attach_command(std::uint64_t channel) const {
  return wire::value::of(device::attach{channel});
}

wire::value player::detach_command(std::uint64_t channel) const {
  return wire::value::of(device::detach{channel});
}

void player::on_offline() {
  notes().online_since.reset();
  notes().playing.clear();
  playing_ = 0;
  known_.clear();
}

void player::on_call(const wire::value& what) {
  if (const auto* p = what.get<device::play>())
    play(*p);
  else if (const auto* s = what.get<device::stop>())
    stop(*s);
  else if (what.get<device::release>())
    turned_out();
}

void player::play(const device::play& p) {
  if (p.position == 0)
    if (const auto b = in_.notes.bulletins.find(p.id); b != in_.notes.bulletins.end())
      b->second.unstored = true;
  if (!known_.emplace(p.position, p.attempt).second) return say_again(p);
  judge(p);
  notes().told.emplace(p.id, in_.now());
  if (settled_ || in_.random.chance(0.7))
    in_.world.after(in_.between(10ms, 2s),
                    [this, at = p.position] { say(wire::value::of(device::ack{at})); });
  if (notes().kind == device::device_kind::board) {
    in_.world.after(in_.between(100ms, 3s), [this, at = p.position] {
      say(wire::value::of(device::played{at, device::outcome::complete, std::nullopt}));
    });
    return;
  }
  notes().playing = p.id;
  playing_ = ++last_;
  in_.world.after(in_.between(3s, 25s),
                  [this, number = playing_, at = p.position] { finish(number, at); });
}

void player::say_again(const device::play& p) {
  // The device began anew, and what we said of it may be lost.
  say(wire::value::of(device::ack{p.position}));
  if (notes().kind == device::device_kind::board || notes().playing != p.id)
    say(wire::value::of(device::played{p.position, device::outcome::complete, std::nullopt}));
}

void player::finish(std::uint64_t number, std::uint64_t position) {
  if (playing_ != number) return;
  playing_ = 0;
  notes().playing.clear();
  const bool fails = !settled_ && in_.random.chance(0.03);
  if (!fails) ++notes().played;
  say(wire::value::of(device::played{
      position, fails ? device::outcome::failed : device::outcome::complete, std::nullopt}));
}

void player::stop(const device::stop& s) {
  if (notes().kind == device::device_kind::board || notes().playing != s.id) return;
  playing_ = 0;
  notes().playing.clear();
  if (in_.random.chance(0.7))
    say(wire::value::of(device::played{s.position, device::outcome::interrupted, std::nullopt}));
}

void player::judge(const device::play& p) {
  const auto known = in_.notes.bulletins.find(p.id);
  if (known == in_.notes.bulletins.end())
    return in_.notes.accuse(4, who().str(), "was told to play " + p.id + ", which nobody published",
                            in_.now());
  const auto& b = known->second.bulletin;
  for (const auto& [id, when] : notes().told) {
    const auto later = in_.notes.bulletins.find(id);
    if (id != p.id && later != in_.notes.bulletins.end() && !later->second.unstored &&
        model::supersedes(later->second.bulletin, b))
      in_.notes.accuse(4, who().str(),
                       fmt::format("was told to play {} after {}, which took its place", p.id, id),
                       in_.now());
  }
  if (b.expires + 2s < in_.world.time() && in_.well.clocks_right(in_.now()))
    in_.notes.accuse(4, who().str(), "was told to play " + p.id + ", which has expired", in_.now());
  if (!b.targets(notes().unit))
    in_.notes.accuse(4, who().str(), "was told to play " + p.id + ", which is not for it",
                     in_.now());
}

} // namespace loa::city
