#pragma once

#include <loa/link/post_receiver.hpp>
#include <loa/link/post_sender.hpp>
#include <loa/node/internal/desk_host.hpp>
#include <loa/node/internal/durable_facts.hpp>

#include <map>

namespace loa::node {

/// The post of a durable entity: its outbox, with a line per receiver, and how far it has taken the
/// lines that come to it.
class post_desk {
public:
  /// The most messages that may wait for one receiver; beyond it a decision that posts is refused.
  static constexpr std::size_t most_waiting = 10'000;

  struct outgoing {
    std::uint64_t epoch = 1;
    std::uint64_t since = 1;
    std::uint64_t last = 0;
    std::uint64_t acked = 0;
    std::vector<wire::octets> waiting; ///< Numbers acked + 1 … last.
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f("epoch", self.epoch);
      f("since", self.since);
      f("last", self.last);
      f("acked", self.acked);
      f.optional("waiting", self.waiting);
    }
    bool operator==(const outgoing&) const = default;
  };
  struct state {
    std::map<std::string, outgoing> out;
    std::map<std::string, link::post_state> in;
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f.optional("out", self.out);
      f.optional("in", self.in);
    }
    bool operator==(const state&) const = default;
  };

  /// Hands a message to the entity's code; it joins the draft. An error puts the message aside.
  using handler = std::function<result<void>(const name& from, bytes_view record,
                                             const std::string& what, draft&)>;

  explicit post_desk(desk_host& host) : host_(host) {}

  void apply(const post_written& f);
  void apply(const post_arrived& f);
  void apply(const post_taken& f) { state_.in[f.from.str()] = f.state; }
  [[nodiscard]] const state& durable() const noexcept { return state_; }
  void restore(state s) { state_ = std::move(s); }

  /// Writes a message's record into the outbox and gives its number; too_many if it is full.
  result<std::uint64_t> write(const name& to, bytes record, draft& d);
  /// Everything written is committed and may leave, as after a start.
  void open();
  /// What was written to a receiver up to this number is committed and may leave. What a later
  /// decision wrote stays: the facts that it rests on, as of a receiver founded with it, need not
  /// be in the journal yet.
  void committed(const name& to, std::uint64_t number);
  /// Runs `then` once the receiver has committed everything up to `number`.
  void when_arrived(const name& to, std::uint64_t number, std::function<void()> then);

  void take(const name& from, const link::post_send& m, const handler& handle);
  void take(const name& from, const link::post_ack& m);
  void tick();
  /// The way to another node is there again.
  void reached(const std::string& node);

private:
  struct waiter {
    std::uint64_t number;
    std::function<void()> then;
  };
  struct line {
    name to;
    link::post_sender sender;
    std::vector<waiter> waiters;
  };

  line& line_to(const std::string& to);
  void carry_out(line& l, link::post_sender::output out);
  void carry_out(const name& from, link::post_receiver::output out, const handler* handle);
  void record(const name& from, link::post_receiver& r, const link::post_receiver::delivery& got,
              const handler& handle, link::post_receiver::output& next);

  desk_host& host_;
  state state_;
  std::map<std::string, line> lines_;
  std::map<std::string, link::post_receiver> receivers_;
};

} // namespace loa::node
