#include <loa/city/street.hpp>

#include <algorithm>

namespace loa::city {

using namespace std::chrono_literals;

namespace {

/// Who gets no answer to a new connection for so long gives it up.
constexpr micros patience = 20s;
/// How often a client looks whether its connection is still there.
constexpr micros look_again = 2s;

} // namespace

// -- callers --------------------------------------------------------------------------------------

void caller::come() {
  if (std::exchange(wants_, true)) return;
  connect();
}

void caller::leave() {
  if (!std::exchange(wants_, false)) return;
  ++try_;
  lose(true);
}

void caller::later(micros least, micros most) {
  in_.world.after(in_.between(least, most), [this, number = ++try_] {
    if (wants_ && try_ == number) connect();
  });
}

void caller::connect() {
  at_ = &choose_machine();
  if (at_->is() == sim::machine::state::off) return later(1s, 5s);
  start_ = at_->starts();
  channel_ = street::of(in_, at_->name()).open(*this);
  attach(++try_);
}

void caller::attach(std::uint64_t for_try) {
  at_->ask(who(), attach_command(channel_), [this, for_try](const result<wire::value>& got) {
    if (try_ != for_try || !wants_) return;
    if (!got) {
      lose(true);
      return later(1s, 5s);
    }
    if (std::exchange(online_, true)) return;
    on_online();
    watch(for_try);
  });
  in_.world.after(patience, [this, for_try] {
    if (try_ != for_try || online_ || !wants_) return;
    lose(true);
    later(1s, 5s);
  });
}

void caller::watch(std::uint64_t of) {
  in_.world.after(look_again, [this, of] {
    if (try_ != of || !wants_) return;
    if (at_->is() != sim::machine::state::off && at_->starts() == start_) return watch(of);
    lose(false);
    later(200ms, 5s);
  });
}

void caller::lose(bool tell) {
  if (channel_ == 0) return;
  street::of(in_, at_->name()).close(channel_);
  if (tell && at_->starts() == start_) at_->tell(who(), detach_command(channel_));
  channel_ = 0;
  online_ = false;
  on_offline();
}

void caller::on_restarted() {
  if (channel_ != 0 && wants_ && online_) {
    at_->ask(who(), attach_command(channel_), [this, now = try_](const result<wire::value>& got) {
      if (got || try_ != now || !wants_) return;
      lose(true);
      later(1s, 5s);
    });
  }
}

void caller::turned_out() {
  if (!wants_) return;
  lose(false);
  later(1s, 5s);
}

void caller::say(wire::value command) {
  if (channel_ != 0 && at_->starts() == start_) at_->tell(who(), std::move(command));
}

bool caller::is_elsewhere(const path& unit) const {
  auto* node = at_ ? at_->node() : nullptr;
  return node && at_->is() == sim::machine::state::on && node->find(unit).node != at_->name();
}

// -- street ---------------------------------------------------------------------------------------

street& street::of(surroundings& in, const std::string& node) {
  return *in.streets.at(node);
}

std::uint64_t street::open(caller& c) {
  const auto channel = ++in_.last_channel;
  callers_[channel] = &c;
  return channel;
}

void street::carry(std::uint64_t channel, std::function<void(caller&)> what) {
  const auto found = callers_.find(channel);
  if (found == callers_.end()) return;
  auto& c = *found->second;
  c.last_arrival_ = std::max(in_.now() + in_.between(100us, 20ms), c.last_arrival_ + 1us);
  in_.world.at(c.last_arrival_, [this, channel, what = std::move(what), start = c.start_] {
    const auto there = callers_.find(channel);
    const auto* m = in_.world.find(node_);
    if (there != callers_.end() && m->starts() == start && m->is() != sim::machine::state::off)
      what(*there->second);
  });
}

void street::call(const name&, std::uint64_t channel, const wire::value& what) {
  carry(channel, [what](caller& c) { c.on_call(what); });
}

bool street::deliver(const name&, std::uint64_t channel, const node::feed_entry_ptr& entry) {
  carry(channel, [entry](caller& c) { c.on_entry(entry); });
  return false;
}

void street::restarted(const name& who) {
  for (const auto& [channel, c] : callers_)
    if (c->who() == who) carry(channel, [](caller& there) { there.on_restarted(); });
}

void street::rehomed() {
  for (const auto& [channel, c] : callers_)
    carry(channel, [](caller& there) { there.on_rehomed(); });
}

} // namespace loa::city
