#pragma once

#include <loa/link/feed_receiver.hpp>
#include <loa/link/retained_feed.hpp>
#include <loa/node/internal/head_starts.hpp>
#include <loa/node/internal/live_followers.hpp>
#include <loa/node/internal/named_actor.hpp>
#include <loa/node/internal/relay_messages.hpp>
#include <loa/node/internal/unstored_entries.hpp>

#include <deque>
#include <map>

namespace loa::node {

/// Stands for a feed that lives on another node towards the sessions here that follow it, under
/// the feed's own name: they notice no difference. It holds what is in force in memory, gets each
/// entry once, fans it out, and gathers what is acknowledged here until the feed has committed it.
///
/// It keeps nothing: after a crash it tells the sessions to follow again.
class relay_actor final : public named_actor {
public:
  relay_actor(node_core& core, loa::name feed);

protected:
  void on_letter(letter& l) override;
  void on_entry(const feed_entry_ptr&) override {}
  void after_crash() override;
  [[nodiscard]] std::string at_work() const override { return "relay"; }

private:
  /// Asked again after so long without an answer.
  static constexpr duration ask_again{1'000};
  /// One batch of seats is wanted at a time; so a crowd that comes at once takes its turn.
  static constexpr duration between_batches{20};

  /// A session's place: its number is the one that the session knows. It is nobody else's after
  /// him, since what he acknowledged stands on the board.
  struct place {
    loa::name follower;
    receiver_ptr actor;
    std::uint8_t channel = 0;
    std::optional<std::uint32_t> slot; ///< The feed's, once it was given.
    std::optional<link::cursor> from;  ///< Where the session wants to begin.
    bool seated = false;               ///< Gets entries. Who follows anew keeps his slot till then.
    std::uint64_t turn = 0;            ///< Of his asking that counts.
    [[nodiscard]] bool in_use() const noexcept { return actor != nullptr; }
  };

  [[nodiscard]] instant monotonic() const;
  void take(const follow_letter& l);
  void take(const unfollow_letter& l);
  void take(const relay_letter& l);
  void on_message(const link::message& m);
  void on_message(const feed_entry_ptr& unstored);
  void on_message(const seats_given& m);
  void on_message(const seats_kept& m);
  void on_message(const seats_forgotten&);
  template <class Other>
  void on_message(const Other&) {}

  void carry_out(link::feed_receiver::output out);
  void deliver(const link::entry& e);
  void seat(std::uint32_t at, const link::cursor& acked);
  [[nodiscard]] link::lane_positions from_where(const place& p, const link::cursor& acked) const;
  [[nodiscard]] bool concerns_us(const link::entry& e) const;
  void want_seats();
  void want_seats_at(instant at);
  void introduce();
  void gather();
  void send_acks();
  void wake_at(instant at);
  void tick();

  link::feed_receiver receiver_;
  std::unique_ptr<link::retained_feed> kept_; ///< What is in force; null before anything is known.
  feed_gate_ptr gate_;
  head_starts ahead_;
  unstored_entries unstored_; ///< By place: an emergency may outrun the seats.
  live_followers live_;
  std::vector<place> places_;
  std::map<std::string, std::uint32_t, std::less<>> by_name_;
  std::vector<std::uint32_t> free_; ///< Places that nobody ever sat in.
  /// Who is asked for, and when next. One that stands there again has a later turn.
  struct asking {
    std::uint32_t at;
    std::uint64_t turn;
    instant due;
  };
  std::deque<asking> standing_;
  std::uint64_t turn_ = 0;

  /// Acknowledged here and not committed there: by slot.
  std::map<std::uint32_t, link::lane_positions> unkept_;
  std::uint64_t number_ = 0; ///< Of what was last told.
  std::uint64_t epoch_ = 0;
  std::optional<instant> introduced_; ///< When the feed was told everything last.
  std::optional<instant> introduce_at_, gather_at_, want_at_, ack_at_, receive_at_, prune_at_;
  std::optional<instant> timer_at_;
  std::uint64_t timer_ = 0;
  bool begun_ = false;
};

} // namespace loa::node
