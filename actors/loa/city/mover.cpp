#include <loa/city/mover.hpp>

#include <fmt/format.h>

namespace loa::city {

using namespace std::chrono_literals;

void mover::live(micros every) {
  every_ = every;
  if (in_.world.machines().size() < 2) return;
  in_.world.after(in_.between(micros(0), 2 * every), [this] { begin(); });
}

void mover::begin() {
  if (settled_) return;
  if (pending_) return live(every_);
  const auto units = places_.tree->all();
  const auto& prefix = units[1 + in_.random.below(units.size() - 1)].unit; // never the root
  const auto now = places_.placement.host_of(prefix);
  const auto nodes = places_.nodes();
  const auto& to = nodes[in_.random.below(nodes.size())];
  auto& giver = in_.host(prefix);
  if (now->node->node == to || giver.is() != sim::machine::state::on) return live(every_);

  order o{prefix, now->node->node, to, places_.placement.document(), false};
  for (auto& n : o.next.nodes) {
    std::erase_if(n.hosts, [&](const auto& h) { return h.prefix == prefix; });
    if (n.node == to) n.hosts.push_back({prefix, now->epoch + 1});
  }
  const auto placement = sign_(number_ + 1, o.next);
  in_.world.say("operator", fmt::format("moves {} from {} to {}", prefix.str(), o.from, to));
  pending_ = std::move(o);
  // The giver may die before it answers, so what became of the move is looked at, not told.
  giver.node()->move(prefix, placement.to_record(),
                     [this, number = ++attempt_](const result<void>& begun) {
                       if (!pending_ || attempt_ != number) return;
                       if (begun)
                         pending_->begun = true;
                       else
                         in_.world.after(micros(0), [this, why = begun.error().detail] {
                           if (pending_) fail(why);
                         });
                     });
  look();
}

void mover::look() {
  in_.world.after(2s, [this] {
    if (!pending_) return;
    auto* to = in_.world.find(pending_->to);
    auto* from = in_.world.find(pending_->from);
    const auto on = [](sim::machine* m) { return m->is() == sim::machine::state::on; };
    if (on(to) && to->node()->find(pending_->prefix).here) return succeed();
    if (on(from) && from->node()->find(pending_->prefix).here) {
      const auto m = from->node()->moving();
      if (!m || m->prefix != pending_->prefix || m->step == node::move_step::none)
        return fail(m ? m->why : "the node has begun anew");
    }
    look();
  });
}

void mover::succeed() {
  in_.world.say("operator", fmt::format("{} is at {} now", pending_->prefix.str(), pending_->to));
  places_.placement = net::placement::make(std::move(pending_->next)).value();
  ++number_;
  ++moved_;
  pending_.reset();
  live(every_);
}

void mover::fail(const std::string& why) {
  in_.world.say("operator",
                fmt::format("{} stays at {}: {}", pending_->prefix.str(), pending_->from, why));
  pending_.reset();
  live(every_);
}

} // namespace loa::city
