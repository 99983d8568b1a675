#include <loa/base/probe.hpp>
#include <loa/device/internal/step.hpp>
#include <loa/protocol/unit.hpp>

#include <algorithm>

namespace loa::device {

template <class Fact>
void entity::step::put(Fact f) {
  if constexpr (requires { list_.apply(f, kind_); })
    list_.apply(f, kind_);
  else if constexpr (requires { list_.apply(f); })
    list_.apply(f);
  d_.facts.emplace_back(std::move(f));
}

void entity::step::drive(wire::value call) {
  if (channel_)
    d_.effects.emplace_back(node::drive{std::string(device::driver), *channel_, std::move(call)});
}

void entity::step::receive(std::uint64_t position, const unit::frame_head& head,
                           link::shared_body frame) {
  put(received{position, head, ctx_.now, std::move(frame)});
}

void entity::step::reach(std::uint64_t position) {
  const auto* i = list_.find(position);
  const auto gone = std::ranges::find(gone_, position, &gone_item::position);
  if (i ? i->attempts == 0 : gone == gone_.end()) return; // it was never sent
  const auto on =
      (i ? i->head.emergency() : gone->emergency) ? link::lane::emergency : link::lane::ordinary;
  if (position > reached_.at(on) || (i && !i->got)) {
    reached_.at(on) = std::max(reached_.at(on), position);
    put(acked{position, on == link::lane::emergency});
  }
  give_receipt(on);
}

void entity::step::give_receipt(link::lane on) {
  // An item that still waits for its turn has not reached the client, whatever came after it.
  auto upto = reached_.at(on);
  const bool emergency = on == link::lane::emergency;
  for (const auto& w : list_.items())
    if (w.attempts == 0 && w.head.emergency() == emergency) upto = std::min(upto, w.position - 1);
  for (const auto& l : lapsed_)
    if (ctx_.now < l.until && l.emergency == emergency) upto = std::min(upto, l.position - 1);
  d_.effects.emplace_back(node::acknowledge{name::of("unit", ctx_.self.home()), on, upto});
}

void entity::step::give_receipts() {
  for (const auto on : link::lanes)
    if (reached_.at(on) > 0) give_receipt(on);
}

void entity::step::end(std::uint64_t position, outcome how, std::optional<instant> at) {
  const auto* i = list_.find(position);
  if (!i) return;
  if (how == outcome::complete && !i->reported)
    d_.effects.emplace_back(node::post{name::of("unit", ctx_.self.home()),
                                       wire::value::of(unit::bulletin_played{i->head.id}), true});
  const auto when = at.value_or(ctx_.now);
  if (const auto l = lapsed(*i, when)) lapsed_.push_back(*l);
  put(ended{position, how, false, false, when});
}

void entity::step::supersede(const item& old) {
  const auto position = old.position;
  if (!old.active) {
    const auto on = old.head.emergency() ? link::lane::emergency : link::lane::ordinary;
    LOA_PROBE("device: something is superseded before it was played");
    end(position, outcome::missed);
    if (reached_.at(on) > 0) give_receipt(on);
    return;
  }
  stop(old, stop_reason::superseded);
  if (kind_ == device_kind::board)
    put(taken_off{position});
  else
    end(position, outcome::interrupted);
}

void entity::step::lose_player() {
  if (kind_ == device_kind::board) return;
  const auto* i = list_.playing();
  if (!i) return;
  LOA_PROBE("device: loses its player while it plays");
  // An emergency that is still in force waits for whoever comes; so does what nobody said to have.
  const bool unseen = !i->head.emergency() && !i->got;
  if (ctx_.now < i->head.expires && (i->head.emergency() || unseen))
    put(ended{i->position, outcome::interrupted, true, unseen, ctx_.now});
  else
    end(i->position, outcome::interrupted);
}

void entity::step::attach(std::uint64_t channel) {
  if (channel_ && *channel_ != channel) {
    LOA_PROBE("device: its client comes again before the old line is gone");
    drive(wire::value::of(release{}));
  }
  lose_player();
  put(attached{channel});
  channel_ = channel;
  if (kind_ == device_kind::board)
    for (const auto& i : list_.items())
      if (i.active && ctx_.now < i.head.expires) start(item(i));
}

void entity::step::detach() {
  lose_player();
  put(detached{});
  channel_.reset();
}

void entity::step::retire() {
  for (const auto& i : list_.items())
    if (i.active) stop(i, stop_reason::removed);
  drive(wire::value::of(release{}));
  d_.effects.emplace_back(
      node::unfollow{name::of("unit", ctx_.self.home()), /*leave*/ false}); // it was dismissed
  d_.effects.emplace_back(node::forget{"look"});
  put(retired{});
}

void entity::step::start(const item& i) {
  play p{i.position, i.head.id, i.head.priority, i.attempts + 1};
  p.repeated = i.attempts > 0 && i.head.emergency() && kind_ == device_kind::loudspeaker;
  p.resumed = i.cut_off && !p.repeated;
  p.frame = i.frame;
  if (p.repeated) LOA_PROBE("device: plays an emergency again after it was cut off");
  if (p.resumed) LOA_PROBE("device: goes on with what was cut off");
  put(started{i.position, p.attempt, p.repeated, p.resumed, ctx_.now});
  drive(wire::value::of(std::move(p)));
}

void entity::step::stop(const item& i, stop_reason why) {
  drive(wire::value::of(device::stop{i.position, i.head.id, why}));
}

void entity::step::go_on() {
  while (const auto* late = list_.to_miss(ctx_.now)) {
    LOA_PROBE("device: something is over before it was played");
    end(late->position, late->cut_off ? outcome::interrupted : outcome::missed);
  }
  if (kind_ == device_kind::board)
    go_on_showing();
  else if (channel_)
    go_on_playing();
  auto next = list_.next_look(ctx_.now, kind_);
  for (const auto& l : lapsed_)
    if (ctx_.now < l.until && (!next || l.until < *next)) next = l.until;
  if (next)
    d_.effects.emplace_back(node::remind{"look", *next});
  else
    d_.effects.emplace_back(node::forget{"look"});
}

void entity::step::go_on_playing() {
  if (const auto then = list_.gives_up(); then && *then <= ctx_.now) {
    LOA_PROBE("device: a player never says that it is done");
    end(list_.playing()->position, outcome::failed);
  }
  const auto* next = list_.due(ctx_.now);
  if (!next || next->active) return;
  const auto position = next->position;
  if (const auto* current = list_.playing()) {
    stop(*current, stop_reason::preempted);
    put(ended{current->position, outcome::interrupted, true, false, ctx_.now});
  }
  start(*list_.find(position));
}

void entity::step::go_on_showing() {
  const auto expired = [&](const item& i) { return i.active && i.head.expires <= ctx_.now; };
  const auto fresh = [&](const item& i) { return !i.active && i.head.from() <= ctx_.now; };
  const auto next = [&](const auto& pick) -> const item* {
    for (const auto& i : list_.items())
      if (pick(i)) return &i;
    return nullptr;
  };
  while (const auto* i = next(expired)) {
    stop(*i, stop_reason::expired);
    put(taken_off{i->position});
  }
  if (!channel_) return;
  while (const auto* i = next(fresh)) start(item(*i));
}

} // namespace loa::device
