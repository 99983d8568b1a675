// What a feed does by itself: gathering acknowledgements, dropping what has expired, and giving up
// the slots of those who do not come back.

#include <loa/base/probe.hpp>
#include <loa/node/internal/own_feed.hpp>

#include <algorithm>

namespace loa::node {

void own_feed::acknowledged() {
  gather_soon();
}

void own_feed::gather_soon() {
  if (gather_at_) return;
  gather_at_ = host_.monotonic() + host_.core().options.gather;
  host_.wake_at(*gather_at_);
}

void own_feed::gather() {
  gate_->board.drain([this](std::uint32_t slot, link::lane on, std::uint64_t position) {
    ledger_.acknowledge(slot, on, std::min(position, committed_));
  });
  draft d(*host_.self(), host_.next_fact());
  gather_into(d);
  if (!d.empty()) host_.commit(d, {});
}

void own_feed::gather_into(draft& d) {
  for (const auto& fact : ledger_.gather()) {
    d.fact(fact);
    if (auto done = ledger_.apply(fact); !done) throw std::runtime_error(done.error().detail);
  }
}

void own_feed::prune() {
  const auto now = host_.core().parts.time.now();
  draft d(*host_.self(), host_.next_fact());
  if (now < host_.core().last_known)
    LOA_PROBE("feed: looks for what has expired while the clock lies behind");
  for (auto position : kept_->prune(now, now < host_.core().last_known)) {
    const entry_closed closed{position};
    d.fact(closed);
    apply(closed);
    d.erase(store::table::feed, store::feed_key(*host_.self(), position));
  }
  if (!d.empty()) host_.commit(d, {});
}

// -- those who do not come back

instant own_feed::next_roll_call() const {
  using namespace std::chrono_literals;
  const auto& core = host_.core();
  const auto period = std::clamp(*core.options.forget_followers / 4, duration(1min), duration(24h));
  // After a start everybody gets some time to come back.
  return std::max(attendance_.called() + period, core.started + std::min(period, duration(1h)));
}

void own_feed::forget_the_lost() {
  const auto now = host_.core().parts.time.now();
  const auto on_list = [this](std::uint32_t slot) {
    const auto at = ledger_.at(slot);
    return at && !senders_.contains(at->name);
  };
  const auto here = [this](std::uint32_t slot) { return present(slot); };
  draft d(*host_.self(), host_.next_fact());
  const auto fact = attendance_.call(now, ledger_.extent(), on_list, here);
  d.fact(fact);
  apply(fact);
  for (const auto slot : attendance_.away_since(now - *host_.core().options.forget_followers)) {
    const auto at = ledger_.at(slot);
    if (!at || here(slot)) continue;
    if (const auto who = name::parse(at->name)) dismiss(*who, d);
  }
  host_.commit(d, {});
  roll_at_ = next_roll_call();
}

void own_feed::reached(const std::string& node) {
  relays_.reached(node);
  for (auto& [text, to] : senders_) {
    if (to.abroad == host_.core().is_here(to.who))
      LOA_PROBE("feed: a follower lives on another node than before");
    to.abroad = !host_.core().is_here(to.who);
    if (host_.core().is_on(node, to.who)) carry_out(to, to.sender.reconnected(host_.monotonic()));
  }
}

void own_feed::tick() {
  const auto now = host_.monotonic();
  if (gather_at_ && *gather_at_ <= now) {
    gather_at_.reset();
    gather();
  }
  if (prune_at_ && *prune_at_ <= now) {
    prune();
    prune_at_.reset();
    if (kept_->size() > 0 || roll_at_) prune_at_ = now + prune_every;
  }
  relays_.tick();
  if (roll_at_ && *roll_at_ <= host_.core().parts.time.now()) forget_the_lost();
  if (gather_at_) host_.wake_at(*gather_at_);
  if (prune_at_) host_.wake_at(*prune_at_, false);
  for (auto& [text, to] : senders_) carry_out(to, to.sender.tick(now));
}

} // namespace loa::node
