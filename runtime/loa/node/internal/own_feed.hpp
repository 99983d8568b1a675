#pragma once

#include <loa/link/attendance.hpp>
#include <loa/link/feed_sender.hpp>
#include <loa/link/retained_feed.hpp>
#include <loa/link/slot_ledger.hpp>
#include <loa/node/feed_view.hpp>
#include <loa/node/internal/desk_host.hpp>
#include <loa/node/internal/durable_facts.hpp>
#include <loa/node/internal/feed_relays.hpp>
#include <loa/node/internal/live_followers.hpp>

#include <map>

namespace loa::node {

/// The feed of a durable entity: its entries in force, who follows under which slot, and who has
/// what.
///
/// Durable followers are fed through a delivery machine each, as soon as an entry is decided;
/// volatile ones get it straight into their mailboxes, once it is committed, and acknowledge on the
/// gate's board.
class own_feed final : public feed_view {
public:
  struct final_figures {
    std::uint64_t position = 0;
    std::vector<link::channel_figures> figures;
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f("position", self.position);
      f("figures", self.figures);
    }
    bool operator==(const final_figures&) const = default;
  };
  /// What a snapshot holds of it.
  struct state {
    link::lane_positions head;
    link::ledger_snapshot ledger;
    std::vector<final_figures> finals;
    link::attendance_snapshot attendance;
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f("head", self.head);
      f("ledger", self.ledger);
      f.optional("finals", self.finals);
      f.optional("attendance", self.attendance);
    }
  };
  static constexpr duration prune_every = std::chrono::seconds(30);
  /// Final figures are kept of so many entries that are no longer in force, the latest.
  static inline limit max_finals{"node.finals", 1024, 1};

  explicit own_feed(desk_host& host);

  // The durable part.
  [[nodiscard]] result<void> apply(const link::slot_taken& f) {
    attendance_.reset(f.slot);
    return ledger_.apply(f);
  }
  [[nodiscard]] result<void> apply(const link::slots_acked& f) { return ledger_.apply(f); }
  [[nodiscard]] result<void> apply(const link::slot_left& f) {
    attendance_.reset(f.slot);
    return ledger_.apply(f);
  }
  void apply(const link::slots_seen& f) { attendance_.apply(f, ledger_.extent()); }
  void apply(const entry_published& f);
  void apply(const entry_closed& f);
  [[nodiscard]] state durable() const;
  [[nodiscard]] result<void> restore(const state& s);

  /// After the durable part is there: reads the entries in force and invites whoever is behind.
  [[nodiscard]] result<void> open();

  // What the entity wants.
  void publish(const node::publish& p, draft& d);
  /// What was published is the writer's now, so followers on this node may decide on it. Not
  /// before: what the writer refuses at once has never been, and its position is given again.
  void announce();
  void enrol(const node::enrol& e, draft& d);
  void dismiss(const name& who, draft& d);
  /// True if it has a slot or would get one now.
  [[nodiscard]] bool has_room_for(const node::enrol& e) const {
    return ledger_.find(e.follower.str()) || ledger_.take(e.follower.str(), e.channel).has_value();
  }
  /// What was published up to now is committed: sessions get it.
  void committed(std::uint64_t position);
  /// An emergency that could not be stored: whoever follows gets it all the same, under position 0,
  /// and nobody's cursor moves.
  void pass_unstored(link::entry e);

  // What followers say.
  void take(const follow_letter& l);
  void take(const unfollow_letter& l);
  void take(const name& from, const link::feed_follow& m);
  void take(const name& from, const link::feed_ack& m);
  /// What a relay on another node says, for the sessions there.
  void take(const relay_letter& l);
  /// Somebody acknowledged on the board.
  void acknowledged();
  void tick();
  /// The way to another node is there again.
  void reached(const std::string& node);

  /// True if somebody would miss us were we asleep.
  [[nodiscard]] bool in_use() const;
  [[nodiscard]] std::uint64_t next_position() const { return kept_->next_position(); }

  [[nodiscard]] std::uint64_t head() const override { return kept_->head().latest(); }
  [[nodiscard]] std::uint64_t epoch() const override { return kept_->epoch(); }
  [[nodiscard]] std::vector<link::entry> entries(std::uint64_t after,
                                                 std::size_t most) const override;
  [[nodiscard]] std::vector<link::channel_figures> figures(std::uint64_t position) const override;
  [[nodiscard]] link::slot_ledger::absentees missing(std::uint64_t position,
                                                     std::size_t most) const override;
  [[nodiscard]] std::vector<follower> followers(std::uint8_t channel,
                                                std::size_t most) const override;

private:
  struct fed {
    name who;
    std::uint32_t slot;
    link::feed_sender sender;
    bool abroad = false;      ///< It lives on another node.
    bool for_another = false; ///< Its receipts count, and not what it has taken.
  };

  /// Up to where a follower may hear of the feed: on another node, of what is committed.
  [[nodiscard]] std::uint64_t visible_to(const fed& to) const {
    return to.abroad ? committed_ : head();
  }
  [[nodiscard]] bool concerns_us(const link::entry& e) const;
  [[nodiscard]] link::shared_body load_body(std::uint64_t position) const;
  /// Nothing if all are taken. Sessions leave the last ones to units and devices.
  std::optional<std::uint32_t> take_slot(const name& who, std::uint8_t channel, draft& d);
  void full(const name& who);
  void add_sender(const name& who, std::uint32_t slot);
  void carry_out(fed& to, link::feed_sender::output out);
  /// What a follower has got counts in its slot.
  void count(const fed& to, const link::cursor& delivered);
  /// Gives slots to all who wait for one, in one transaction.
  void admit();
  void seat(std::uint32_t slot, const follow_letter& l);
  [[nodiscard]] link::lane_positions from_where(const follow_letter& l,
                                                const link::lane_positions& acked) const;
  void fan_out_entry(const link::entry& e);
  /// True if the follower in a slot is here, or has a seat at a relay.
  [[nodiscard]] bool present(std::uint32_t slot) const {
    return live_.seated(slot) || relays_.seated(slot);
  }
  void give_seats(const std::string& node, const seats_wanted& wanted);
  void keep_acks(const std::string& node, const seats_acked& acked);
  void leave_seats(const std::string& node, const seats_left& left);
  void gather_soon();
  void gather();
  /// What was acknowledged, as facts.
  void gather_into(draft& d);
  void prune();
  /// Calls the roll, and gives up the slots of those who are away too long.
  void forget_the_lost();
  [[nodiscard]] instant next_roll_call() const;

  desk_host& host_;
  std::unique_ptr<link::retained_feed> kept_;
  link::slot_ledger ledger_;
  link::lane_positions head_;
  std::vector<final_figures> finals_;
  feed_gate_ptr gate_;
  live_followers live_;
  feed_relays relays_;
  std::map<std::string, fed, std::less<>> senders_;
  std::vector<follow_letter> waiting_; ///< Volatile followers that came while others are admitted.
  bool admitting_ = false;
  std::uint64_t committed_ = 0;
  std::optional<instant> gather_at_;
  std::optional<instant> prune_at_;
  link::attendance attendance_;
  std::optional<instant> roll_at_; ///< By the wall clock.
  std::optional<instant> full_at_; ///< When it was last logged that there was no slot left.
};

} // namespace loa::node
