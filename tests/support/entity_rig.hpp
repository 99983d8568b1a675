#pragma once

#include <loa/node/entity.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace loa::test {

/// A feed without a node: entries in a vector, followers in the real ledger.
class fake_feed final : public node::feed_view {
public:
  std::uint64_t head() const override { return head_; }
  std::uint64_t epoch() const override { return 1; }
  std::vector<link::entry> entries(std::uint64_t after, std::size_t most) const override {
    std::vector<link::entry> out;
    for (const auto& e : entries_)
      if (e.position > after && out.size() < most) out.push_back(e);
    return out;
  }
  std::vector<link::channel_figures> figures(std::uint64_t position) const override {
    return ledger_.figures(position);
  }
  link::slot_ledger::absentees missing(std::uint64_t position, std::size_t most) const override {
    return ledger_.missing(position, most);
  }
  std::vector<follower> followers(std::uint8_t channel, std::size_t most) const override {
    std::vector<follower> out;
    for (std::uint32_t s = 0; s < ledger_.extent() && out.size() < most; ++s)
      if (const auto at = ledger_.at(s); at && at->channel == channel)
        out.push_back({*name::parse(at->name), channel, {1, at->acked}, true});
    return out;
  }

  void publish(const node::publish& p, const path& home) {
    entries_.push_back({++head_, p.on, p.audience, p.expires, p.channels, p.id, p.body});
    const auto counted = std::ranges::any_of(p.audience, [&](auto& a) { return a.contains(home); });
    if (counted || p.audience.empty()) ledger_.opened({head(), p.on, p.channels});
  }
  void join(const std::string& who, std::uint8_t channel) {
    if (!ledger_.find(who)) REQUIRE(ledger_.apply(*ledger_.take(who, channel)));
  }
  void leave(const std::string& who) {
    if (const auto slot = ledger_.find(who)) REQUIRE(ledger_.apply(*ledger_.leave(*slot)));
  }
  void acknowledge(const std::string& who, link::lane on, std::uint64_t position) {
    ledger_.acknowledge(*ledger_.find(who), on, position);
    for (const auto& f : ledger_.gather()) REQUIRE(ledger_.apply(f));
  }
  /// Forgets an entry as a node does that prunes.
  void prune(std::uint64_t position) {
    std::erase_if(entries_, [&](const auto& e) { return e.position == position; });
  }

private:
  std::uint64_t head_ = 0;
  std::vector<link::entry> entries_;
  link::slot_ledger ledger_;
};

/// One entity outside a node: decisions are carried out by plain calls, every fact goes through its
/// encoded form, and the state can be compared with what replay and snapshot give.
template <class T>
class rig {
public:
  using decision = node::decision<typename T::fact>;

  explicit rig(std::string_view self, std::uint64_t seed = 1)
      : self_(*name::parse(self)),
        random_(seed) {}

  template <class Command>
  decision tell(Command c) {
    return carry_out(state_.decide(typename T::command(std::move(c)), context()));
  }
  /// The reply to a command that must succeed.
  template <class Reply, class Command>
  Reply ask(Command c) {
    const auto d = tell(std::move(c));
    INFO((d.refusal ? d.refusal->to_string() : std::string()));
    REQUIRE_FALSE(d.refusal);
    const auto* r = d.reply.template get<Reply>();
    REQUIRE(r);
    return *r;
  }
  /// The error of a command that must fail, and changes nothing.
  template <class Command>
  error refused(Command c) {
    const auto d = tell(std::move(c));
    REQUIRE(d.refusal);
    CHECK(d.facts.empty());
    return *d.refusal;
  }
  decision enter(link::entry e, std::string_view from) {
    auto whole = std::make_shared<const node::feed_entry>(
        node::feed_entry{std::make_shared<const name>(*name::parse(from)), std::move(e)});
    return carry_out(state_.on_entry(whole, context()));
  }
  decision remind(const std::string& id) {
    reminders.erase(id);
    return carry_out(state_.on_reminder(id, context()));
  }
  /// Moves the time and lets all reminders go off that become due, each at its time.
  std::vector<decision> advance(duration by,
                                const std::function<void(const decision&)>& seen = {}) {
    std::vector<decision> out;
    const auto until = now + by;
    for (;;) {
      const auto next =
          std::ranges::min_element(reminders, {}, [](const auto& r) { return r.second; });
      if (next == reminders.end() || next->second > until) break;
      now = std::max(now, next->second);
      out.push_back(remind(std::string(next->first)));
      if (seen) seen(out.back());
      REQUIRE(out.size() < 1000);
    }
    now = until;
    return out;
  }
  /// What a crash leaves: the journal.
  void restart() { state_ = replayed(); }

  [[nodiscard]] T replayed() const {
    T fresh;
    for (const auto& record : journal_) fresh.apply(*wire::decode_record<typename T::fact>(record));
    return fresh;
  }
  /// Replay and snapshot both give the state that is there.
  void check_lasting() const {
    CHECK(replayed() == state_);
    const auto restored = wire::from_cbor<T>(wire::to_cbor(state_), {.octets = 1U << 28});
    REQUIRE(restored);
    CHECK(*restored == state_);
  }

  [[nodiscard]] const T& state() const { return state_; }
  [[nodiscard]] node::context context() const {
    return {self_, nobody_, now, random_, feed.head() + 1, feed};
  }

  instant now = *parse_rfc3339("2025-09-01T08:00:00+07:00");
  fake_feed feed;
  std::map<std::string, instant> reminders;
  std::size_t facts = 0;

  decision carry_out(decision d) {
    if (d.refusal) return d;
    for (const auto& f : d.facts) {
      journal_.push_back(wire::encode_alternative(f));
      state_.apply(f);
      ++facts;
    }
    for (const auto& e : d.effects) {
      if (const auto* p = std::get_if<node::publish>(&e)) feed.publish(*p, self_.home());
      if (const auto* r = std::get_if<node::remind>(&e)) reminders[r->id] = r->due;
      if (const auto* f = std::get_if<node::forget>(&e)) reminders.erase(f->id);
      if (const auto* n = std::get_if<node::enrol>(&e)) feed.join(n->follower.str(), n->channel);
      if (const auto* n = std::get_if<node::dismiss>(&e)) feed.leave(n->follower.str());
    }
    return d;
  }

private:
  name self_;
  name nobody_;
  mutable seeded_random random_;
  T state_;
  std::vector<bytes> journal_;
};

/// The effects of one type in a decision.
template <class Effect, class Decision>
std::vector<Effect> effects_of(const Decision& d) {
  std::vector<Effect> out;
  for (const auto& e : d.effects)
    if (const auto* x = std::get_if<Effect>(&e)) out.push_back(*x);
  return out;
}

/// The driver calls of one type in a decision.
template <class Call, class Decision>
std::vector<Call> calls_of(const Decision& d) {
  std::vector<Call> out;
  for (const auto& c : effects_of<node::drive>(d))
    if (const auto* x = c.call.template get<Call>()) out.push_back(*x);
  return out;
}

/// The messages of one type that a decision posts, with their receivers.
template <class Message, class Decision>
std::vector<std::pair<name, Message>> posts_of(const Decision& d) {
  std::vector<std::pair<name, Message>> out;
  for (const auto& p : effects_of<node::post>(d))
    if (const auto* x = p.message.template get<Message>()) out.emplace_back(p.to, *x);
  return out;
}

} // namespace loa::test
