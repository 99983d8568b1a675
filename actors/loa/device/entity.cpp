#include <loa/device/entity.hpp>
#include <loa/device/internal/step.hpp>

#include <algorithm>

namespace loa::device {

namespace {

using node::context;

name unit_of(const context& ctx) {
  return name::of("unit", ctx.self.home());
}

node::effect follow_unit(const context& ctx, device_kind kind) {
  return node::follow{unit_of(ctx), model::number(channel_of(kind)), std::nullopt,
                      /*for_another*/ true};
}

} // namespace

entity::decision entity::decide(const command& c, const context& ctx) const {
  return std::visit([&](const auto& x) { return on(x, ctx); }, c);
}

entity::decision entity::on(const device::set_up& c, const context& ctx) const {
  decision d;
  if (set_up_ && kind_ == c.kind && name_ == c.name) return d;
  d.facts.emplace_back(was_set_up{c.kind, c.name});
  d.effects.push_back(follow_unit(ctx, c.kind));
  return d;
}

entity::decision entity::on(const device::retire&, const context& ctx) const {
  if (!set_up_) return {};
  step s(*this, ctx);
  s.retire();
  return s.take();
}

entity::decision entity::on(const device::attach& c, const context& ctx) const {
  if (!set_up_) return error{errc::not_found, "No device of this name is registered.", {}};
  step s(*this, ctx);
  s.attach(c.channel);
  s.go_on();
  return s.take();
}

entity::decision entity::on(const device::detach& c, const context& ctx) const {
  if (channel_ != c.channel) return {};
  step s(*this, ctx);
  s.detach();
  s.go_on();
  return s.take();
}

entity::decision entity::on(const device::played& c, const context& ctx) const {
  if (c.outcome == outcome::repeated)
    return error{errc::rule, "An outcome is complete, interrupted, failed or missed.", "/outcome"};
  const auto* i = list_.find(c.position);
  if (!i || i->attempts == 0) return {};
  // What we cut off ourselves the client calls interrupted, too; but it may have come to its end
  // before.
  if (!i->active && c.outcome != outcome::complete) return {};
  if (i->active && kind_ == device_kind::board && i->reported) return {};
  step s(*this, ctx);
  s.reach(c.position);
  s.end(c.position, c.outcome, c.at);
  s.go_on();
  return s.take();
}

entity::decision entity::on(const device::ack& c, const context& ctx) const {
  step s(*this, ctx);
  s.reach(c.position);
  return s.take();
}

entity::decision entity::on(const get_device&, const context& ctx) const {
  if (!set_up_) return error{errc::not_found, "No device of this name is registered.", {}};
  device_status s;
  s.id = std::string(ctx.self.local());
  s.unit = ctx.self.home();
  s.kind = kind_;
  s.name = name_;
  s.attached = channel_.has_value();
  s.channel = channel_;
  s.acked = acked_;
  for (const auto& i : list_.items()) {
    if (i.active && kind_ == device_kind::loudspeaker)
      s.playing = i.head.id;
    else
      s.waiting.push_back(i.head.id);
  }
  s.log = log_;
  return s;
}

entity::decision entity::on_entry(const node::feed_entry_ptr& from, const context& ctx) const {
  const auto& e = from->entry;
  const auto here = ctx.self.home();
  const bool ours = e.audience.empty() || std::ranges::any_of(e.audience, [&](const path& a) {
                      return a.contains(here);
                    });
  if (!set_up_ || !e.body || !ours || list_.find(e.id) || done_.contains(e.id)) return {};
  const auto head = unit::read_frame_head(e.body);
  if (!head) return head.error();

  step s(*this, ctx);
  s.receive(e.position, *head, e.body);
  const auto supersedes_it = [&](const unit::frame_head& w) { return unit::supersedes(w, *head); };
  if (std::ranges::any_of(withdrawals_, supersedes_it)) s.end(e.position, outcome::missed);
  for (const auto& old : list_.items())
    if (unit::supersedes(*head, old.head)) s.supersede(old);
  s.go_on();
  return s.take();
}

entity::decision entity::on_reminder(const std::string& id, const context& ctx) const {
  if (id != "look" || !set_up_) return {};
  step s(*this, ctx);
  s.go_on();
  s.give_receipts();
  return s.take();
}

std::vector<node::effect> entity::on_wake(const context& ctx) const {
  std::vector<node::effect> out;
  if (!set_up_) return out;
  out.push_back(follow_unit(ctx, kind_));
  if (!channel_) return out;
  // Whether the client was told is not known; it drops a playing that it has been told of.
  for (const auto& i : list_.items()) {
    if (!i.active) continue;
    play p{i.position, i.head.id, i.head.priority, i.attempts};
    p.repeated = i.attempts > 1 && i.head.emergency() && kind_ == device_kind::loudspeaker;
    p.frame = i.frame;
    out.emplace_back(
        node::drive{std::string(device::driver), *channel_, wire::value::of(std::move(p))});
  }
  return out;
}

// -- facts
// ------------------------------------------------------------------------------------------

void entity::apply(const fact& f) {
  struct {
    entity& e;
    void operator()(const was_set_up& x) {
      e.set_up_ = true;
      e.kind_ = x.kind;
      e.name_ = x.name;
    }
    void operator()(const retired&) {
      e.set_up_ = false;
      e.channel_.reset();
      e.list_.clear();
    }
    void operator()(const attached& x) { e.channel_ = x.channel; }
    void operator()(const detached&) { e.channel_.reset(); }
    void operator()(const received& x) {
      e.latest_ = std::max(e.latest_, x.position);
      e.list_.apply(x);
      if (!x.head.replaces.empty() || (x.head.cap && !x.head.cap->references.empty()))
        e.withdrawals_.push_back(x.head);
      e.forget_old(x.at);
    }
    void operator()(const started& x) {
      e.list_.apply(x);
      if (x.repeated) e.log(x.position, e.list_.find(x.position)->head.id, outcome::repeated, x.at);
    }
    void operator()(const ended& x) {
      const auto* i = e.list_.find(x.position);
      if (!i) return;
      e.log(x.position, i->head.id, x.outcome, x.at);
      if (!x.waits) gone(x.position);
      if (!x.waits) lapse(*i, x.at);
      const auto [id, expires] = std::pair(i->head.id, i->head.expires);
      e.list_.apply(x, e.kind_);
      if (!e.list_.find(x.position)) e.done_[id] = expires;
    }
    void operator()(const taken_off& x) {
      gone(x.position);
      if (const auto* i = e.list_.find(x.position)) e.done_[i->head.id] = i->head.expires;
      e.list_.apply(x);
    }
    void operator()(const acked& x) {
      e.acked_ = std::max(e.acked_, x.position);
      e.list_.apply(x);
      auto& at = e.reached_.at(x.emergency ? link::lane::emergency : link::lane::ordinary);
      at = std::max(at, x.position);
    }
    void lapse(const item& i, instant at) {
      const auto l = lapsed(i, at);
      if (!l) return;
      std::erase_if(e.lapsed_, [at](const lapsed_item& old) { return old.until <= at; });
      if (max_lapsed.reached_by(e.lapsed_.size())) e.lapsed_.erase(e.lapsed_.begin());
      e.lapsed_.push_back(*l);
    }
    void gone(std::uint64_t position) {
      const auto* i = e.list_.find(position);
      if (!i || i->attempts == 0) return;
      if (max_gone.reached_by(e.gone_.size())) e.gone_.erase(e.gone_.begin());
      e.gone_.push_back({position, i->head.emergency()});
    }
  } change{*this};
  std::visit(change, f);
}

void entity::log(std::uint64_t position, const std::string& id, device::outcome how, instant at) {
  if (max_log.reached_by(log_.size())) log_.erase(log_.begin());
  log_.push_back({position, id, how, at});
}

/// What has expired does not come again, nor does what it replaced; an hour for stragglers.
void entity::forget_old(instant now) {
  const auto over = [&](instant expires) { return expires + std::chrono::hours(1) <= now; };
  std::erase_if(done_, [&](const auto& d) { return over(d.second); });
  while (max_known.exceeded_by(done_.size()))
    done_.erase(std::ranges::min_element(done_, {}, [](const auto& d) { return d.second; }));
  std::erase_if(withdrawals_,
                [&](const auto& w) { return over(w.expires + std::chrono::days(1)); });
  while (max_known.exceeded_by(withdrawals_.size()))
    withdrawals_.erase(std::ranges::min_element(withdrawals_, {}, &unit::frame_head::expires));
}

} // namespace loa::device
