#include <loa/device/playlist.hpp>

#include <algorithm>
#include <tuple>

namespace loa::device {

namespace {

/// Smaller comes first.
auto rank(const item& i) {
  const int first = i.head.emergency()                             ? 0
                    : i.active                                     ? 1
                    : i.cut_off                                    ? 2
                    : i.head.priority == model::priority::priority ? 3
                                                                   : 4;
  return std::tuple(first, first == 0 && i.active ? 0 : 1, i.position);
}

} // namespace

std::optional<lapsed_item> lapsed(const item& i, instant ends) noexcept {
  // A unit closes the figures of a bulletin a minute after it has expired.
  constexpr duration closed = std::chrono::minutes(2);
  if (i.attempts > 0 || ends < i.head.expires) return std::nullopt;
  return lapsed_item{i.position, i.head.emergency(), i.head.expires + closed};
}

void playlist::apply(const received& f) {
  item i;
  i.position = f.position;
  i.head = f.head;
  i.frame = f.frame;
  items_.push_back(std::move(i));
}

void playlist::apply(const started& f) {
  auto* i = at(f.position);
  if (!i) return;
  i->active = true;
  i->cut_off = false;
  i->attempts = f.attempt;
  i->started_at = f.at;
}

void playlist::apply(const ended& f, device_kind kind) {
  auto* i = at(f.position);
  if (!i) return;
  if (f.waits) {
    i->active = false;
    i->cut_off = !f.unseen;
    if (f.unseen) i->attempts = 0;
  } else if (kind == device_kind::board && i->active) {
    i->reported = i->reported || f.outcome == outcome::complete;
  } else {
    std::erase_if(items_, [&](const item& x) { return x.position == f.position; });
  }
}

void playlist::apply(const taken_off& f) {
  std::erase_if(items_, [&](const item& x) { return x.position == f.position; });
}

// A receipt is one for its lane up to there, as far as it was sent.
void playlist::apply(const acked& f) {
  for (auto& i : items_)
    if (i.attempts > 0 && i.position <= f.position && i.head.emergency() == f.emergency)
      i.got = true;
}

item* playlist::at(std::uint64_t position) {
  const auto i = std::ranges::find(items_, position, &item::position);
  return i == items_.end() ? nullptr : &*i;
}

const item* playlist::find(std::uint64_t position) const {
  const auto i = std::ranges::find(items_, position, &item::position);
  return i == items_.end() ? nullptr : &*i;
}

const item* playlist::find(const model::bulletin_id& id) const {
  const auto i = std::ranges::find_if(items_, [&](const item& x) { return x.head.id == id; });
  return i == items_.end() ? nullptr : &*i;
}

const item* playlist::playing() const {
  const auto i = std::ranges::find(items_, true, &item::active);
  return i == items_.end() ? nullptr : &*i;
}

const item* playlist::due(instant now) const {
  const item* best = nullptr;
  for (const auto& i : items_)
    if (i.active || (i.head.from() <= now && now < i.head.expires))
      if (!best || rank(i) < rank(*best)) best = &i;
  return best;
}

std::optional<instant> playlist::gives_up() const {
  const auto* current = playing();
  if (!current || items_.size() < 2) return std::nullopt;
  const bool pressing =
      current->head.emergency() && std::ranges::any_of(items_, [&](const item& i) {
        return &i != current && i.head.emergency();
      });
  if (!pressing) return current->started_at + patience;
  // Slow speech takes some ten octets a second. After a restart the length is not known any more.
  const auto octets = current->frame ? current->frame->size() : std::size_t{4'096};
  const auto aloud = std::chrono::milliseconds(100 * octets);
  return current->started_at + std::min<duration>(patience, emergency_patience + aloud);
}

const item* playlist::to_miss(instant now) const {
  for (const auto& i : items_)
    if (!i.active && i.head.expires <= now) return &i;
  for (const bool emergency : {true, false}) {
    const auto crowd = std::ranges::count_if(
        items_, [&](const item& i) { return i.head.emergency() == emergency; });
    if (!max_items.exceeded_by(static_cast<std::size_t>(crowd))) continue;
    const item* victim = nullptr;
    for (const auto& i : items_)
      if (!i.active && i.head.emergency() == emergency &&
          (!victim || std::tuple(i.head.priority, victim->position) >
                          std::tuple(victim->head.priority, i.position)))
        victim = &i;
    if (victim) return victim;
  }
  return nullptr;
}

std::optional<instant> playlist::next_look(instant now, device_kind kind) const {
  const auto* in_the_way = kind == device_kind::loudspeaker ? playing() : nullptr;
  std::optional<instant> next;
  const auto look_at = [&](instant t) {
    if (!next || t < *next) next = t;
  };
  for (const auto& i : items_) {
    if (&i == in_the_way) continue; // nobody asks how long it takes but those that wait
    look_at(!i.active && now < i.head.from() ? i.head.from() : i.head.expires);
  }
  if (in_the_way)
    if (const auto then = gives_up()) look_at(*then);
  return next;
}

} // namespace loa::device
