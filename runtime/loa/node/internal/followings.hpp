#pragma once

#include <loa/link/feed_receiver.hpp>
#include <loa/node/internal/desk_host.hpp>
#include <loa/node/internal/durable_facts.hpp>

#include <map>

namespace loa::node {

/// The feeds that a durable entity follows, and how far it has read them.
class followings {
public:
  struct kept {
    std::uint8_t channel = 0;
    link::cursor upto;
    bool for_another = false;
    link::cursor receipt; ///< Where `for_another`: what has reached that one.
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f("channel", self.channel);
      f("upto", self.upto);
      f.optional("for_another", self.for_another);
      f.optional("receipt", self.receipt);
    }
    bool operator==(const kept&) const = default;
  };
  using state = std::map<std::string, kept>;

  /// Hands an entry to the entity's code; it joins the draft, which also records the cursor.
  using handler = std::function<void(const feed_entry_ptr&, draft&)>;

  explicit followings(desk_host& host) : host_(host) {}

  // The durable part.
  void apply(const following_begun& f) {
    auto& k = state_[f.feed.str()];
    k.channel = f.channel;
    k.for_another = f.for_another;
  }
  void apply(const following_ended& f) { state_.erase(f.feed.str()); }
  void apply(const feed_read& f) { state_[f.feed.str()].upto = f.upto; }
  void apply(const feed_receipted& f) { state_[f.feed.str()].receipt = f.upto; }
  [[nodiscard]] const state& durable() const noexcept { return state_; }
  void restore(state s) { state_ = std::move(s); }

  /// Decides to follow or to stop; true if that is news, and then a fact is in the draft.
  bool begin(const follow& f, draft& d);
  bool end(const name& feed, draft& d);
  /// Notes that something has reached the one for whom a feed is followed; true if that is news.
  bool receipt(const acknowledge& a, draft& d);
  /// Tells the feed of it, once it is committed.
  void report(const name& feed);

  /// Opens the conversation with every followed feed that has none yet.
  void start();
  /// The feed asks to be followed again.
  void nudged(const name& feed);
  /// A frame from a feed. What it delivers goes through `handle`, one transaction an entry.
  void take(const name& from, const link::message& m, const handler& handle);
  void tick();
  /// The way to another node is there again.
  void reached(const std::string& node);

private:
  struct reader {
    std::shared_ptr<const name> feed;
    link::feed_receiver receiver;
  };

  void send(reader& r, link::message m);
  void carry_out(reader& r, link::feed_receiver::output out, const handler* handle);
  void record(reader& r, const link::cursor& upto, const feed_entry_ptr& entry,
              const handler* handle);
  void clear_ended();
  void ask(const name& feed, std::uint8_t channel);

  desk_host& host_;
  state state_;
  std::map<std::string, reader> readers_;
  std::vector<std::string> ended_; ///< Readers to drop before the next one works.
};

} // namespace loa::node
