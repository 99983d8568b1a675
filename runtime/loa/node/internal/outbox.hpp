#pragma once

#include <loa/base/limit.hpp>
#include <loa/link/post_sender.hpp>
#include <loa/node/internal/desk_host.hpp>
#include <loa/node/internal/durable_facts.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace loa::node {

/// Posts that may wait for one receiver; beyond it a decision that posts is refused.
extern limit max_waiting_posts;
/// A message, or a refusal, that has crashed its entity so often is put aside.
extern limit max_post_crashes;

/// What a durable entity has posted: a line per receiver, with dense numbers, where each message
/// waits until its receiver has it for good.
///
/// A message leaves once the decision that wrote it is committed, and not before. What comes back
/// refused is handled once, in the transaction that takes it out of the outbox.
class outbox {
public:
  /// A letter whose sender's answer waits for it.
  struct awaited_letter {
    std::uint64_t number = 0;
    wire::octets key; ///< As `post_written::awaited_by`.
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f("number", self.number);
      f("key", self.key);
    }
    bool operator==(const awaited_letter&) const = default;
  };
  /// A line as a snapshot keeps it.
  struct outgoing {
    std::uint64_t epoch = 1;
    std::uint64_t since = 1;
    std::uint64_t last = 0;
    std::uint64_t acked = 0;
    std::vector<wire::octets> waiting; ///< Numbers acked + 1 … last.
    std::vector<awaited_letter> awaited;
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f("epoch", self.epoch);
      f("since", self.since);
      f("last", self.last);
      f("acked", self.acked);
      f.optional("waiting", self.waiting);
      f.optional("awaited", self.awaited);
    }
    bool operator==(const outgoing&) const = default;
  };
  using state = std::map<std::string, outgoing>;

  /// What came back, and why.
  struct returned {
    const name& to;
    bytes_view record;
    const error& why;
    std::string what; ///< For logs.
  };
  /// Hands it to the entity's code; what that decides joins the draft. An error puts it aside.
  using handler = std::function<result<void>(const returned&, draft&)>;
  using outcome_handler = std::function<void(const result<void>&)>;

  explicit outbox(desk_host& host) : host_(host) {}

  void apply(const post_written& f);
  void apply(const post_arrived& f);
  [[nodiscard]] state durable() const;
  void restore(state s);

  /// How many more messages to this receiver may be written.
  [[nodiscard]] std::size_t room_for(const name& to) const;
  /// Writes a message's record and gives its number; too_many if there is no room. `awaited_by` is
  /// the digest of the key of the command whose answer waits for it (see stored_answers.hpp), or
  /// empty.
  result<std::uint64_t> write(const name& to, bytes record, bytes awaited_by, draft& d);

  /// Everything written is committed and may leave, as after a start.
  void open();
  /// What was written to a receiver up to this number is committed and may leave. What a later
  /// decision wrote stays: the facts that it rests on, as of a receiver founded with it, need not
  /// be in the journal yet.
  void committed(const name& to, std::uint64_t number);

  /// The number of the last message that was written to a receiver; 0 if there is none.
  [[nodiscard]] std::uint64_t last_to(const name& to) const {
    const auto l = lines_.find(to.str());
    return l == lines_.end() ? 0 : l->second.last;
  }
  /// True if a message waits for a receiver.
  [[nodiscard]] bool waits() const {
    return std::ranges::any_of(lines_, [](const auto& l) { return !l.second.waiting.empty(); });
  }

  /// Runs `then` once the receiver has committed that it took this number, or with the refusal once
  /// that is committed here.
  void when_arrived(const name& to, std::uint64_t number, outcome_handler then);
  /// True if a message is on its way for which the answer under this key waits.
  [[nodiscard]] bool is_awaited(const bytes& key) const { return awaited_.contains(key); }
  /// Runs `then` when none is on its way any more and that is committed, or with the error if it
  /// cannot be committed. Only if `is_awaited`.
  void when_none_awaited(const bytes& key, outcome_handler then);

  void take(const name& from, const link::post_ack& m, const handler& handle);
  void tick();
  /// The way to another node is there again.
  void reached(const std::string& node);

private:
  struct letter {
    link::shared_body body;
    bytes awaited_by;
  };
  struct waiter {
    std::uint64_t number;
    outcome_handler then;
  };
  struct line {
    name to;
    std::uint64_t epoch = 1;
    std::uint64_t since = 1;
    std::uint64_t last = 0;
    std::uint64_t acked = 0;
    std::deque<letter> waiting; ///< Numbers acked + 1 … last.
    std::optional<link::post_sender> sender;
    std::vector<waiter> waiters;
  };
  /// What waits for the messages that the answer under one key waits for.
  struct awaited {
    std::size_t letters = 0;
    bool refused = false; ///< The stored answer is a refusal already, or is about to be.
    std::vector<outcome_handler> then;
  };
  using arrivals = std::vector<outcome_handler>;

  line& line_to(const name& to);
  link::post_sender& sender_of(line& l);
  void carry_out(line& l, link::post_sender::output out);
  void put_back(line& l, const link::post_refusal& r, const handler& handle);
  void replace_answer(const bytes& key, const link::kept_error& why, draft& d);
  /// Records that everything up to a number has arrived; what it gives waits for the commit.
  [[nodiscard]] arrivals arrive(line& l, std::uint64_t number, draft& d);
  void commit(line& l, draft& d, arrivals then);
  /// Takes the letters up to a number out; `ended` gets what waits for the last of a key.
  void advance(line& l, std::uint64_t number, arrivals& ended);

  desk_host& host_;
  std::map<std::string, line> lines_;
  std::map<bytes, awaited> awaited_;
};

} // namespace loa::node
