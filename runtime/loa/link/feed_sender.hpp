#pragma once

#include <loa/link/alarm.hpp>
#include <loa/link/backoff.hpp>
#include <loa/link/messages.hpp>
#include <loa/link/options.hpp>

namespace loa::link {

/// The sending end of one feed towards one follower: a pure state machine. It holds positions only
/// and reads entries from the feed when it sends them, also again.
///
/// Guarantees, together with a `feed_receiver`, whatever the messages between them suffer:
/// everything that is visible, in force and concerns the follower reaches it, in order per lane;
/// once both are idle neither needs a timer. In flight at most a window per lane, so an ordinary
/// entry never holds up an emergency.
///
/// `now` may be of any clock that never goes back. One thread. The source and the options must
/// outlive it. Idle it takes less than 320 octets.
class feed_sender {
public:
  /// Whom it sends to; an entry that does not concern him is skipped.
  struct follower {
    path where;
    std::uint32_t channels = every_channel;
  };

  /// What a step asks of the host.
  struct output {
    std::vector<message> to_send; ///< In this order; any of them may be lost.
    /// The follower's durable cursor, when it has risen.
    std::optional<cursor> acked;
    std::vector<alarm> alarms;
    /// When to call `tick`; it replaces what an earlier step asked for, nothing is no timer.
    std::optional<instant> next_timer;
  };

  /// `incarnation` is a random number for this life of the sender; `known` is the follower's last
  /// acknowledged cursor as far as the host knows. The sender does nothing before the first step.
  feed_sender(const feed_source& source, follower to, std::uint64_t incarnation, cursor known = {},
              const link_options& options = default_link_options);

  /// Entries up to this position may leave; call it whenever that rises, and once at the start.
  [[nodiscard]] output advance(std::uint64_t visible_up_to, instant now);
  [[nodiscard]] output on(const feed_follow& m, instant now);
  [[nodiscard]] output on(const feed_ack& m, instant now);
  [[nodiscard]] output tick(instant now);
  /// The way to the follower is there again: whatever waits is sent at once.
  [[nodiscard]] output reconnected(instant now);

  /// The follower's durable cursor as far as this end knows.
  [[nodiscard]] const cursor& acked() const noexcept { return acked_; }
  /// True once the follower has followed this incarnation.
  [[nodiscard]] bool open() const noexcept { return open_; }
  /// Entries of a lane in flight and their octets.
  [[nodiscard]] std::size_t in_flight(lane l) const noexcept { return on_lane(l).sent.size(); }
  [[nodiscard]] std::size_t octets_in_flight(lane l) const noexcept { return on_lane(l).octets; }

private:
  struct flying {
    std::uint64_t position;
    std::uint32_t octets;
    bool placeholder; ///< Nothing to make durable: done as soon as it has come.
  };
  struct lane_state {
    std::vector<flying> sent; ///< Link sequences `first`, `first` + 1, ….
    std::uint64_t first = 1;
    std::uint64_t received = 0; ///< The link sequence up to which everything has come.
    std::uint64_t read = 0;     ///< The position up to which the source was read.
    std::uint64_t told = 0;     ///< The position up to which the follower was told something.
    std::uint32_t octets = 0;
    std::uint8_t tries = 0;
    bool unreadable = false;
    instant timer = never;
  };

  [[nodiscard]] lane_state& on_lane(lane l) noexcept { return lane_[static_cast<std::size_t>(l)]; }
  [[nodiscard]] const lane_state& on_lane(lane l) const noexcept {
    return lane_[static_cast<std::size_t>(l)];
  }
  [[nodiscard]] duration pause(lane l, unsigned tries) const noexcept;
  [[nodiscard]] std::optional<entry> next_wanted(lane l);
  [[nodiscard]] std::optional<lane> wanted_lane();
  [[nodiscard]] bool is_behind() const;
  void open_session(const feed_follow& m, output& out);
  void close();
  void invite(instant now, output& out);
  void pump(instant now, output& out);
  void fill(lane l, instant now, output& out);
  void tell(lane l, feed_frames& frame);
  void resend(lane l, instant now, output& out);
  void stall(lane l, std::uint64_t position, instant now, output& out);
  void settle(lane l, const feed_ack& m, instant now);
  output finish(output out) const;

  const feed_source* source_;
  const link_options* options_;
  follower to_;
  link_session session_;
  cursor acked_;
  std::uint64_t visible_ = 0;
  lane_state lane_[2];
  instant timer_ = never; ///< To invite while closed, to tell while open.
  std::uint8_t tries_ = 0;
  bool open_ = false;
  bool reset_ = false; ///< What this conversation began with.
};

} // namespace loa::link
